import type { CalendarDate } from '../lib/dates.ts';
import { splitByLargestRemainder, sum } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { type BookFilter, filterBindings, planSumsSql, plansSql } from './book.ts';
import { readEverLate } from './ever-late.ts';
import { groupBy } from './group.ts';
import { chargedOff, firstLate, type Reached, type Stand } from './lateness.ts';
import { type Month, monthOf, monthsBetween } from './months.ts';

/** What a vintage may come to, and from how many days past due on: the buckets `31_60`, `61_90` and `over_90`. */
export const lateMeasures = { late_30: 31, late_60: 61, late_90: 91 } as const;

export const vintageMeasures = ['late_30', 'late_60', 'late_90', 'charged_off'] as const;

export type VintageMeasure = (typeof vintageMeasures)[number];

/** The plans whose first capture lay in one month. Amounts are minor units. */
export type Vintage = {
  month: Month;
  plans: number;
  /** Σ principal that was captured, or drawn as cash, for these plans until the filter's date. */
  principal: bigint;
  /**
   * By months on book, from 0, the month of the first capture, to the month of the filter's date: Σ principal that plans
   * owed when they first came so late, cumulative. Divided by `principal` it is the curve.
   */
  reached: Record<VintageMeasure, bigint[]>;
};

/** What one plan of a vintage brought in, and how it stood if it ever was late. `funders` is by who bought it. */
export type Originated = {
  planId: string;
  startedOn: CalendarDate;
  funders: readonly { funderId: string; principal: bigint }[];
};

/**
 * Vintage curves: per month of origination the cumulative share of principal that ever was more than 30, 60 or 90 days late,
 * or was charged off, by months on book. Principal that was bought is read from the ledger (`principal` from a merchant or a
 * cash draw), when a plan first came so late from its log. A funder's part of a plan is the part that it bought.
 */
export async function readVintages(tx: Tx, filter: BookFilter): Promise<Vintage[]> {
  const originated = await readOriginated(tx, filter);
  return vintagesOf(originated, await readEverLate(tx, filter), filter);
}

/** The vintages of these plans, the oldest first; pure. */
export function vintagesOf(
  originated: readonly Originated[],
  stands: ReadonlyMap<string, readonly Stand[]>,
  { on, funderId }: Pick<BookFilter, 'on' | 'funderId'>,
): Vintage[] {
  const byMonth = groupBy(originated, ({ startedOn }) => monthOf(startedOn));
  return [...byMonth.entries()]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([month, plans]) => {
      const months = monthsBetween(month, monthOf(on)) + 1;
      const curve = (measure: VintageMeasure) =>
        cumulative(
          months,
          plans.flatMap((plan) => {
            const reached = reachedBy(stands.get(plan.planId) ?? [], measure);
            if (!reached || reached.on > on) return [];
            return [
              { at: monthsBetween(month, monthOf(reached.on)), amount: partOf(plan, reached, funderId) },
            ];
          }),
        );
      return {
        month,
        plans: plans.length,
        principal: sum(plans.map((plan) => boughtBy(plan, funderId))),
        reached: {
          late_30: curve('late_30'),
          late_60: curve('late_60'),
          late_90: curve('late_90'),
          charged_off: curve('charged_off'),
        },
      };
    });
}

function reachedBy(stands: readonly Stand[], measure: VintageMeasure): Reached | undefined {
  return measure === 'charged_off' ? chargedOff(stands) : firstLate(stands, lateMeasures[measure]);
}

function boughtBy({ funders }: Originated, funderId: string | undefined): bigint {
  return sum(funders.filter((part) => !funderId || part.funderId === funderId).map((part) => part.principal));
}

/** What of the principal that a plan owed falls to the funder, by what each bought of it. */
function partOf({ funders }: Originated, reached: Reached, funderId: string | undefined): bigint {
  if (!funderId) return reached.principal;
  const parts = splitByLargestRemainder(
    reached.principal,
    funders.map((part) => part.principal),
  );
  return sum(parts.filter((_, index) => funders[index]?.funderId === funderId));
}

function cumulative(months: number, events: readonly { at: number; amount: bigint }[]): bigint[] {
  return Array.from({ length: months }, (_, month) =>
    sum(events.filter(({ at }) => at <= month).map(({ amount }) => amount)),
  );
}

/** A capture debits the principal to a merchant; a draw debits it, and credits it where it failed. */
const boughtSql = "(t.debit ^@ 'principal:' and other ^@ 'merchant:') or other ^@ 'draw:'";

/** Of each plan of the filter what it brought in by funder; a draw that failed brought nothing. */
async function readOriginated(tx: Tx, filter: BookFilter): Promise<Originated[]> {
  const { rows } = await tx.sql.raw<{
    rows: { planId: string; startedOn: CalendarDate; funderId: string; principal: bigint }[];
  }>(
    `with bought as (
       select split_part(account, ':', 2) as plan_id, split_part(account, ':', 3) as funder_id,
         sum(amount)::int8 as principal
       from (${planSumsSql(['principal'], { only: boughtSql })}) sums
       group by 1, 2)
     select p.id as "planId", p.started_on as "startedOn", b.funder_id as "funderId", b.principal
     from bought b
     join plans p on p.id = b.plan_id
     where ${plansSql} and b.principal > 0 and p.started_on <= :on
     order by p.id, b.funder_id`,
    // All funders of a plan are read, so that one's part of it is known.
    { ...filterBindings(tx, { ...filter, funderId: undefined }), on: filter.on },
  );
  const plans = groupBy(rows, ({ planId }) => planId);
  return [...plans.values()].flatMap((funders) => {
    const [first] = funders;
    const isAsked = !filter.funderId || funders.some(({ funderId }) => funderId === filter.funderId);
    return first && isAsked ? [{ planId: first.planId, startedOn: first.startedOn, funders }] : [];
  });
}
