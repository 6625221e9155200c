import { daysBetween, addDays, type CalendarDate } from '../../src/lib/dates.ts';

/**
 * What a guarantee does, told once more and in another way: from day to day, with the debtor's installments as they were
 * seen the evening before as the only input. It shares no code with the gateway but the calendar.
 */
export type ModelInstallment = { dueDate: CalendarDate; unpaid: bigint; paused: boolean };

/** A covered plan on the evening before. */
export type ModelPlan = { planId: string; installments: readonly ModelInstallment[]; isActive: boolean };

type Warning = { stage: 1 | 2; on: CalendarDate; callOn: CalendarDate; amount: bigint };
type Episode = { warnings: Warning[]; tries: number; taken: bigint; lastTry: CalendarDate | undefined };

export type ModelGuarantee = {
  cap: bigint;
  status: 'offered' | 'accepted' | 'active' | 'called' | 'ended' | 'expired';
  offeredOn: CalendarDate;
  acceptedOn: CalendarDate | undefined;
  called: bigint;
  /** What the debtor has not paid back, by the plan, and what ever went back. */
  claims: Map<string, bigint>;
  returned: bigint;
  episodes: Map<string, Episode>;
  guarantorPays: boolean;
};

export function newModelGuarantee(cap: bigint, offeredOn: CalendarDate): ModelGuarantee {
  return {
    cap,
    offeredOn,
    status: 'offered',
    acceptedOn: undefined,
    called: 0n,
    claims: new Map(),
    returned: 0n,
    episodes: new Map(),
    guarantorPays: true,
  };
}

const retries = [0, 1, 3, 7, 14, 30];

/** A call that the model expects this morning. */
export type ModelCall = { planId: string; amount: bigint; succeeds: boolean };

/** The morning of `today`: what was accepted becomes active, then warnings and calls, the oldest plan first. */
export function morning(
  model: ModelGuarantee,
  today: CalendarDate,
  input: { plans: readonly ModelPlan[]; debtorIsLate: boolean; paidByDebtor: (planId: string) => boolean },
): ModelCall[] {
  if (model.status === 'offered' && daysBetween(model.offeredOn, today) >= 14) model.status = 'ended';
  if (model.status === 'accepted' && daysBetween(model.acceptedOn ?? today, today) >= 1)
    model.status = input.debtorIsLate ? 'ended' : 'active';
  const calls: ModelCall[] = [];
  for (const plan of input.plans) {
    const call = morningOf(model, today, { ...plan, isPaid: input.paidByDebtor(plan.planId) }, calls);
    if (!call) continue;
    calls.push(call);
    if (!call.succeeds) continue;
    model.called += call.amount;
    model.claims.set(plan.planId, (model.claims.get(plan.planId) ?? 0n) + call.amount);
    model.status = 'called';
  }
  return calls;
}

function morningOf(
  model: ModelGuarantee,
  today: CalendarDate,
  plan: ModelPlan & { isPaid: boolean },
  before: readonly ModelCall[],
): ModelCall | undefined {
  if (!plan.isActive) return undefined;
  const unpaid = plan.installments.filter((item) => item.unpaid > 0n && !item.paused);
  const oldest = unpaid.map((item) => item.dueDate).sort()[0];
  if (oldest === undefined) return undefined;
  const days = daysBetween(oldest, today);
  // Those of this morning that succeed are in `called` already.
  const failing = before.filter((call) => !call.succeeds).reduce((sum, call) => sum + call.amount, 0n);
  const room = model.cap - model.called - failing;
  if (days < 15 || room <= 0n) return undefined;
  const key = `${plan.planId} ${oldest}`;
  const episode = model.episodes.get(key) ?? { warnings: [], tries: 0, taken: 0n, lastTry: undefined };
  model.episodes.set(key, episode);
  const lateBy = (date: CalendarDate): bigint =>
    unpaid.filter((item) => item.dueDate < date).reduce((sum, item) => sum + item.unpaid, 0n);
  const least = (...amounts: bigint[]): bigint => amounts.reduce((a, b) => (a < b ? a : b));
  const last = episode.warnings.at(-1);
  if (!last || (last.stage === 1 && days >= 25 && today > last.on)) {
    const stage = last ? 2 : 1;
    const earliest = addDays(today, stage === 2 ? 6 : 16);
    const regular = addDays(oldest, 31);
    const callOn = earliest > regular ? earliest : regular;
    episode.warnings.push({ stage, on: today, callOn, amount: least(room, lateBy(callOn)) });
    return undefined;
  }
  if (last.stage === 1 || days < 31 || today < last.callOn || episode.lastTry === today) return undefined;
  // The debtor's own card was asked before, for all that is late: then nothing is left to be called.
  if (plan.isPaid) return undefined;
  const wait = retries[episode.tries];
  if (wait === undefined || today < addDays(last.callOn, wait)) return undefined;
  const amount = least(room, lateBy(today), last.amount - episode.taken);
  if (amount <= 0n) return undefined;
  episode.tries += 1;
  episode.lastTry = today;
  if (model.guarantorPays) episode.taken += amount;
  return { planId: plan.planId, amount, succeeds: model.guarantorPays };
}

/** The debtor has paid on a plan: who paid for them is paid back first. */
export function debtorPaid(model: ModelGuarantee, planId: string, amount: bigint): void {
  const claim = model.claims.get(planId) ?? 0n;
  const back = amount < claim ? amount : claim;
  model.claims.set(planId, claim - back);
  model.returned += back;
}
