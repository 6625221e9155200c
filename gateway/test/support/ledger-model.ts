import { newId } from '../../src/lib/ids.ts';
import type { Posting } from '../../src/ledger/postings.ts';
import { newParties } from './books.ts';

export const currencies = ['CNY', 'JPY', 'KWD'] as const;
export type Currency = (typeof currencies)[number];

/** What a random step chooses by: whom it is about, and how much of what is there it takes. */
export type Dice = {
  who: number;
  other: number;
  currency: Currency;
  amount: bigint;
  permille: bigint;
  whole: boolean;
};

export type Plan = ReturnType<typeof newParties> & {
  currency: Currency;
  pending: { id: bigint; amount: bigint };
  owed: bigint;
  interest: bigint;
  fee: bigint;
  /** Interest that was paid and not given back. */
  paidInterest: bigint;
  refundable: bigint;
};
type Draw = { id: string; plan: Plan; amount: bigint };
type Payout = {
  id: string;
  merchantId: string;
  currency: Currency;
  amount: bigint;
  status: 'pending' | 'paid' | 'back';
};

/**
 * The reference: what each account should hold, told from the business event on one side of the books only, with
 * no notion of debit and credit. `grow` takes what the account's owner would call more.
 */
export function newModel() {
  const held = new Map<string, bigint>();
  const key = (name: string, currency: string) => `${name} ${currency}`;
  return {
    plans: [] as Plan[],
    payouts: [] as Payout[],
    /** Those that the bank has not answered yet. */
    draws: [] as Draw[],
    parties: [newParties(), newParties()] as const,
    posted: held,
    grow: (name: string, currency: string, amount: bigint) =>
      void held.set(key(name, currency), (held.get(key(name, currency)) ?? 0n) + amount),
    has: (name: string, currency: string) => held.get(key(name, currency)) ?? 0n,
  };
}
export type Model = ReturnType<typeof newModel>;
export type Step = (model: Model, dice: Dice, send: (posting: Posting) => Promise<bigint[]>) => Promise<void>;

/** A plan of random parties on which nothing has happened. */
export function newPlan(model: Model, { who, other, currency }: Dice): Plan {
  const [first, second] = model.parties;
  const { merchantId } = who % 2 === 0 ? first : second;
  const { funderId, shopperId } = other % 2 === 0 ? first : second;
  const parties = { merchantId, funderId, shopperId, planId: newId('pln'), orderId: newId('ord') };
  const nothing = { owed: 0n, interest: 0n, fee: 0n, paidInterest: 0n, refundable: 0n };
  return { ...parties, ...nothing, currency, pending: { id: 0n, amount: 0n } };
}

export const pick = <T>(list: readonly T[], index: number): T | undefined => list[index % list.length];

/** A part of what is there: at least one unit of a positive amount, all of it when the dice say so. */
export function partOf(amount: bigint, { permille, whole }: Dice): bigint {
  if (amount <= 0n) return 0n;
  const part = whole ? amount : (amount * permille) / 1000n;
  return part > 0n ? part : 1n;
}

export const rate = (amount: bigint, { permille }: Dice): bigint => (amount * permille) / 20_000n;

/** All that the model expects: posted and pending by account and currency, zeros left out. */
export function expectedBalances(model: Model) {
  const posted = new Map(model.posted);
  const pending = new Map<string, bigint>();
  const add = (to: Map<string, bigint>, key: string, amount: bigint) =>
    to.set(key, (to.get(key) ?? 0n) + amount);
  for (const plan of model.plans) {
    add(posted, `principal:${plan.planId}:${plan.funderId} ${plan.currency}`, plan.owed);
    add(posted, `interest:${plan.planId}:${plan.funderId} ${plan.currency}`, plan.interest);
    add(posted, `fee:${plan.planId}:${plan.funderId} ${plan.currency}`, plan.fee);
    add(pending, `principal:${plan.planId}:${plan.funderId} ${plan.currency}`, plan.pending.amount);
    add(pending, `merchant:${plan.merchantId} ${plan.currency}`, plan.pending.amount);
  }
  return { posted: withoutZeros(posted), pending: withoutZeros(pending) };
}

export function withoutZeros(amounts: Map<string, bigint>): Record<string, bigint> {
  const kept = [...amounts].filter(([, amount]) => amount !== 0n);
  return Object.fromEntries(kept.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
