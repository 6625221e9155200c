import { faultOfHistory, HistoryRefused, type History, mostMonths } from './history.ts';

/** A number, 'none' where there was nothing to measure (no bill to pay), or null where the month is not known. */
export type CharacteristicValue = number | 'none' | null;

/** The derived characteristics of one history, by code. */
export type Characteristics = Readonly<Record<string, CharacteristicValue>>;

/**
 * How the risk moves when a characteristic grows and all others stay: `free` where neither can be defended (an unused
 * limit and an exhausted one are both worse than a used one).
 */
export type Direction = 'rising' | 'falling' | 'free';

type Definition = { code: string; risk: Direction; of: (facts: Facts) => CharacteristicValue };

/** The months of a history side by side, the newest first. */
type Facts = {
  limit: number;
  known: number;
  /** Months late, 0 to 4; 4 stands for all above 3, whose rates are noise. */
  late: number[];
  /** -2, -1 or 0; a late month counts as 0, so that lateness has one direction only. */
  standing: number[];
  billed: number[];
  paid: number[];
  utilisation: number[];
  /** What was paid in a month of what was billed the month before, at most 2; one month fewer is known. */
  ratio: (number | 'none')[];
  /** What was bought in a month: the bill's growth and what was paid of it; one month fewer is known. */
  spend: number[];
  /** The same as a part of the limit. */
  spendOfLimit: number[];
};

/** From so many months on, a month counts as missed; in the training data a first missed month appears as 2. */
const missedFrom = 2;
const mostLate = 4;
const mostRatio = 2;

const definitions: readonly Definition[] = [
  ...monthly('late', 1, 'rising', (facts) => facts.late),
  { code: 'late_max', risk: 'rising', of: (facts) => Math.max(...facts.late) },
  { code: 'late_sum', risk: 'rising', of: (facts) => sum(facts.late) },
  { code: 'late_months', risk: 'rising', of: (facts) => count(facts.late, (late) => late >= missedFrom) },
  { code: 'months_since_late', risk: 'falling', of: monthsSinceLate },
  ...monthly('standing', 1, 'free', (facts) => facts.standing),
  { code: 'months_idle', risk: 'free', of: (facts) => count(facts.standing, (standing) => standing === -2) },
  {
    code: 'months_in_full',
    risk: 'free',
    of: (facts) => count(facts.standing, (standing) => standing === -1),
  },
  { code: 'months_carried', risk: 'free', of: monthsCarried },
  ...monthly('utilisation', 1, 'free', (facts) => facts.utilisation),
  { code: 'utilisation_mean', risk: 'free', of: (facts) => mean(facts.utilisation) },
  { code: 'utilisation_max', risk: 'free', of: (facts) => Math.max(...facts.utilisation) },
  { code: 'utilisation_spread', risk: 'free', of: (facts) => spread(facts.utilisation) },
  {
    code: 'utilisation_trend',
    risk: 'free',
    of: (facts) => newest(facts.utilisation) - mean(facts.utilisation),
  },
  {
    code: 'utilisation_change',
    risk: 'free',
    of: (facts) => newest(facts.utilisation) - oldest(facts.utilisation),
  },
  { code: 'headroom', risk: 'free', of: (facts) => facts.limit - newest(facts.billed) },
  ...monthly('billed', 1, 'free', (facts) => facts.billed),
  { code: 'billed_mean', risk: 'free', of: (facts) => mean(facts.billed) },
  ...monthly('paid', 2, 'falling', (facts) => facts.paid),
  { code: 'paid_mean', risk: 'falling', of: (facts) => mean(facts.paid) },
  { code: 'paid_max', risk: 'falling', of: (facts) => Math.max(...facts.paid) },
  { code: 'paid_min', risk: 'falling', of: (facts) => Math.min(...facts.paid) },
  { code: 'paid_of_limit', risk: 'falling', of: (facts) => mean(facts.paid) / facts.limit },
  { code: 'months_unpaid', risk: 'rising', of: (facts) => count(facts.paid, (paid) => paid === 0) },
  ...monthly('payment_ratio', 5, 'falling', (facts) => facts.ratio),
  { code: 'payment_ratio_mean', risk: 'falling', of: meanRatio },
  { code: 'payment_ratio_total', risk: 'falling', of: totalRatio },
  ...monthly('spend', 2, 'free', (facts) => facts.spend),
  { code: 'spend_mean', risk: 'free', of: (facts) => mean(facts.spend) },
  ...monthly('spend_of_limit', 2, 'free', (facts) => facts.spendOfLimit),
  { code: 'spend_of_limit_mean', risk: 'free', of: (facts) => mean(facts.spend) / facts.limit },
];

/** Every characteristic there is, in the order of the tables. */
export const characteristicDefinitions: readonly { code: string; risk: Direction }[] = definitions.map(
  ({ code, risk }) => ({ code, risk }),
);

/**
 * Derives the characteristics of the trained tables from a history, in training and for a shopper alike. No protected
 * attribute goes in. Throws HistoryRefused for a history that cannot be true.
 */
export function deriveCharacteristics(history: History): Characteristics {
  const fault = faultOfHistory(history);
  if (fault) throw new HistoryRefused(fault);
  const facts = factsOf(history);
  // Filled in place: this is most of a score's time, and half of it were the pairs of an array of entries.
  const values: Record<string, CharacteristicValue> = {};
  for (const { code, of } of definitions) values[code] = of(facts);
  return values;
}

function factsOf({ limit, months }: History): Facts {
  const followed = months.slice(0, -1).map((month, index) => ({ month, before: months[index + 1] ?? month }));
  const spend = followed.map(({ month, before }) => month.billed - before.billed + month.paid);
  return {
    limit,
    known: months.length,
    late: months.map(({ status }) => Math.min(Math.max(status, 0), mostLate)),
    standing: months.map(({ status }) => Math.min(status, 0)),
    billed: months.map(({ billed }) => billed),
    paid: months.map(({ paid }) => paid),
    utilisation: months.map(({ billed }) => billed / limit),
    ratio: followed.map(({ month, before }) =>
      before.billed > 0 ? Math.min(month.paid / before.billed, mostRatio) : 'none',
    ),
    spend,
    spendOfLimit: spend.map((amount) => amount / limit),
  };
}

/** One characteristic a month, `code_1` the newest; null where the month is not known. */
function monthly(
  code: string,
  months: number,
  risk: Direction,
  of: (facts: Facts) => readonly CharacteristicValue[],
): Definition[] {
  return Array.from({ length: months }, (_, month) => ({
    code: `${code}_${month + 1}`,
    risk,
    of: (facts) => of(facts)[month] ?? null,
  }));
}

/** 1 when the newest month was missed; without any missed month one more than can be seen, or unknown in a short history. */
function monthsSinceLate({ late, known }: Facts): CharacteristicValue {
  const index = late.findIndex((months) => months >= missedFrom);
  if (index >= 0) return index + 1;
  return known === mostMonths ? mostMonths + 1 : null;
}

/** Months paid as agreed while something stayed owed. */
function monthsCarried({ standing, late }: Facts): number {
  return standing.filter((state, index) => state === 0 && late[index] === 0).length;
}

function meanRatio({ ratio }: Facts): CharacteristicValue {
  const measured = ratio.filter((value) => value !== 'none');
  return measured.length > 0 ? mean(measured) : 'none';
}

/** All that was paid of all that was billed, so that months with large bills weigh more. */
function totalRatio({ billed, paid }: Facts): CharacteristicValue {
  const owed = sum(billed.slice(1).map((amount) => Math.max(amount, 0)));
  return owed > 0 ? Math.min(sum(paid.slice(0, -1)) / owed, mostRatio) : 'none';
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

function spread(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

function count<Value>(values: readonly Value[], holds: (value: Value) => boolean): number {
  return values.filter((value) => holds(value)).length;
}

function newest(values: readonly number[]): number {
  return values[0] ?? 0;
}

function oldest(values: readonly number[]): number {
  return values.at(-1) ?? 0;
}
