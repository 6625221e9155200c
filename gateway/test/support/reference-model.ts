import type { PlanEntry } from '../../src/plans/entry.ts';
import type { PlanSnapshot } from '../../src/plans/snapshot.ts';
import type { InterestTerms } from '../../src/plans/terms.ts';
import { dateOf, type Day, dayOf, piecesOfDay, piecesOfYear, type Stretch } from './reference-days.ts';

/**
 * A plan lived through day by day: the second, plain telling of money.md's rules that the engine is held against. It
 * knows no segments ahead of time, no closed formulas and no shortcuts; a schedule is what a copy of the plan comes to
 * when it is left alone until its last agreed date. It shares no code with the engine.
 */
export type Model = {
  snapshot: PlanSnapshot;
  terms: InterestTerms;
  /** The first capture's day, and the day that is being lived. */
  startsOn: Day;
  today: Day;
  rows: Row[];
  captured: bigint;
  appendLimit: bigint;
  /** The pieces of a year since the balance last changed or a period ended, whichever was later. */
  pieces: number;
  spans: Span[];
  returned: bigint;
  pause: Pause | undefined;
  /** The days by which pauses that are over moved what is appended. */
  moved: number;
};

export type Row = Stretch & {
  number: number;
  months0: number;
  days0: number;
  due: Day;
  shift: number;
  limit: bigint;
  principal: bigint;
  paidPrincipal: bigint;
  interest: bigint;
  paidInterest: bigint;
  fee: bigint;
  paidFee: bigint;
};

/** A time of one balance within one period, rounded once when it was over. */
type Span = {
  balance: bigint;
  pieces: number;
  interest: bigint;
  subsidised: bigint;
  refunded: bigint;
  returned: bigint;
};

type Pause = { from: Day; until: Day; rows: Row[]; firstDue: Day | undefined };

export const noInterest: InterestTerms = {
  annual_rate_ppm: 0,
  shopper_rate_ppm: 0,
  method: 'equal_principal',
  day_count: '30/360',
};

export const total = (amounts: readonly bigint[]): bigint =>
  amounts.reduce((sum, amount) => sum + amount, 0n);

export const least = (...amounts: bigint[]): bigint => amounts.reduce((a, b) => (b < a ? b : a));

/** A quotient of what is not negative, rounded to the nearest, ties to the even one. */
export function rounded(numerator: bigint, denominator: bigint): bigint {
  const below = numerator / denominator;
  const twice = (numerator - below * denominator) * 2n;
  if (twice === denominator) return below + (below % 2n);
  return twice > denominator ? below + 1n : below;
}

export const unpaid = (row: Row): bigint => row.principal - row.paidPrincipal;
const unpaidInterest = (row: Row): bigint => row.interest - row.paidInterest;
const unpaidFee = (row: Row): bigint => row.fee - row.paidFee;
const owesAnything = (row: Row): boolean => unpaid(row) + unpaidInterest(row) + unpaidFee(row) > 0n;

export const interestFor = (model: Model, balance: bigint, ratePpm: number, pieces: number): bigint =>
  rounded(balance * BigInt(ratePpm) * BigInt(pieces), piecesOfYear[model.terms.day_count] * 1_000_000n);

/** Lives until `day`: each day bears its interest, and when a period is over what it bore is rounded and asked. */
export function liveUntil(model: Model, day: Day): void {
  while (model.today < day) {
    const period = model.rows.find(({ agreed }) => agreed > model.today);
    if (period) model.pieces += piecesOfDay(model.terms.day_count, period, model.today);
    model.today += 1;
    if (period?.agreed === model.today) endSpan(model);
  }
}

/** What bore interest on the day before `today`, and what asks for that interest. */
function bearing(model: Model): { balance: bigint; asking: Row | undefined } {
  const rows = model.rows.filter(({ agreed }) => agreed >= model.today);
  return { balance: total(rows.map(unpaid)), asking: rows.find((row) => unpaid(row) > 0n) };
}

function earning(
  model: Model,
): Pick<Span, 'balance' | 'interest' | 'subsidised'> & { asking: Row | undefined } {
  const { balance, asking } = bearing(model);
  const { annual_rate_ppm: annual, shopper_rate_ppm: shopper } = model.terms;
  const interest = model.pieces === 0 ? 0n : interestFor(model, balance, shopper, model.pieces);
  const subsidised = model.pieces === 0 ? 0n : interestFor(model, balance, annual - shopper, model.pieces);
  return { balance, asking, interest, subsidised };
}

/** The balance changes, or a period is over: what was borne so far is rounded once. */
export function endSpan(model: Model): void {
  const { asking, ...span } = earning(model);
  if (asking && model.pieces > 0) {
    asking.interest += span.interest;
    model.spans.push({ ...span, pieces: model.pieces, refunded: 0n, returned: 0n });
  }
  model.pieces = 0;
}

/** A copy that can be left alone. */
function copyOf(model: Model): Model {
  return { ...model, rows: model.rows.map((row) => ({ ...row })), spans: [] };
}

/** What the plan comes to when everything is paid on its date: interest does not depend on that. */
export function leftAlone(model: Model): Model {
  const copy = copyOf(model);
  liveUntil(copy, Math.max(model.today, ...model.rows.map(({ agreed }) => agreed)));
  return copy;
}

/** What the engine calls a position, on the model's present day. */
export function standing(model: Model) {
  const ahead = leftAlone(model);
  const running = earning(model);
  const principal = total(model.rows.map(unpaid));
  const interest = total(model.rows.map(unpaidInterest)) + running.interest;
  const fee = total(model.rows.map(unpaidFee));
  const interestOf = (spans: readonly Span[]) => total(spans.map((span) => span.interest));
  const subsidyOf = (spans: readonly Span[]) => total(spans.map((span) => span.subsidised));
  return {
    principal,
    interest,
    fee,
    total: principal + interest + fee,
    earned: {
      interest: interestOf(model.spans) + running.interest,
      subsidised: subsidyOf(model.spans) + running.subsidised,
    },
    returnedInterest: model.returned,
    expectedSubsidy: subsidyOf(model.spans) + subsidyOf(ahead.spans),
    installments: model.rows.map((row, index) => {
      const projected = ahead.rows[index]?.interest ?? 0n;
      const amount = row.principal + projected + row.fee;
      const paidAmount = row.paidPrincipal + row.paidInterest + row.paidFee;
      return {
        number: row.number,
        dueDate: dateOf(row.due + row.shift),
        principal: row.principal,
        interest: projected,
        fee: row.fee,
        paidPrincipal: row.paidPrincipal,
        paidInterest: row.paidInterest,
        paidFee: row.paidFee,
        amount,
        paidAmount,
        ...(model.pause && paidAmount < amount && { pausedUntil: dateOf(model.pause.until) }),
      };
    }),
  };
}

/** In which order kinds of debt are paid where nothing else was agreed. */
const usualOrder = ['past_due', 'due', 'in_advance'].flatMap((when) =>
  ['fee', 'interest', 'principal'].map((part) => `${when}_${part}`),
);

/** What a repayment pays today: kind by kind, the earliest due first, of the interest what is earned. */
export function paymentOf(model: Model, amount: bigint) {
  const { asking, interest } = earning(model);
  const lines = model.rows
    .map((row) => ({
      row,
      when:
        row.due + row.shift < model.today
          ? 'past_due'
          : row.due + row.shift === model.today
            ? 'due'
            : 'in_advance',
      owed: {
        fee: unpaidFee(row),
        interest: unpaidInterest(row) + (row === asking ? interest : 0n),
        principal: unpaid(row),
      },
      paid: { fee: 0n, interest: 0n, principal: 0n },
    }))
    .toSorted((a, b) => a.row.due + a.row.shift - b.row.due - b.row.shift || a.row.number - b.row.number);
  let left = amount;
  for (const cell of model.snapshot.allocation ?? usualOrder) {
    for (const { when, owed, paid } of lines) {
      for (const part of ['fee', 'interest', 'principal'] as const) {
        if (cell !== `${when}_${part}`) continue;
        paid[part] = least(left, owed[part]);
        left -= paid[part];
      }
    }
  }
  const parts = lines.filter(({ paid }) => total(Object.values(paid)) > 0n);
  return { parts: parts.map(({ row, paid }) => ({ row, ...paid })), left };
}

/** Interest of principal that is paid ahead of its agreed date ends today. */
export function pay(model: Model, amount: bigint): void {
  const { parts } = paymentOf(model, amount);
  if (parts.some(({ row, principal }) => principal > 0n && row.agreed > model.today)) endSpan(model);
  for (const { row, fee, interest, principal } of parts) {
    row.paidFee += fee;
    row.paidInterest += interest;
    row.paidPrincipal += principal;
  }
}

/** What else can happen to a plan and bears on no interest. */
export function service(model: Model, entry: PlanEntry): void {
  const row = 'number' in entry ? model.rows[entry.number - 1] : undefined;
  if (entry.kind === 'late_fee' && row) row.fee += entry.amount;
  if (entry.kind === 'fee_waived' && row) row.fee -= entry.amount;
  if (entry.kind === 'pause') pause(model, dayOf(entry.until));
  if (entry.kind === 'resume') resume(model);
  if (entry.kind === 'reschedule' && row) {
    row.due = dayOf(entry.dueDate);
    row.shift = 0;
    if (model.pause) model.pause.rows = model.pause.rows.filter((paused) => paused !== row);
  }
}

function pause(model: Model, until: Day): void {
  const owing = model.rows.filter(owesAnything);
  model.pause ??= {
    from: model.today,
    until,
    rows: model.rows.filter((row) => owing.includes(row) || row.due > model.today),
    firstDue: owing.length === 0 ? undefined : Math.min(...owing.map(({ due }) => due)),
  };
  model.pause.until = until;
  shiftPaused(model, until);
}

function resume(model: Model): void {
  model.moved += shiftPaused(model, model.today);
  for (const row of model.rows) {
    row.due += row.shift;
    row.shift = 0;
  }
  model.pause = undefined;
}

/** The dues move by a pause's whole length if one of them would have come in it. */
export function shiftPaused({ pause: on }: Model, end: Day): number {
  if (!on) return 0;
  const days = on.firstDue !== undefined && on.firstDue < end ? end - on.from : 0;
  for (const row of on.rows) row.shift = days;
  return days;
}
