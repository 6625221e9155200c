import { divideHalfEven, sum } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { type BookFilter, filterBindings, plansSql } from './book.ts';
import { type Month, monthOf, monthsUntil } from './months.ts';
import { lastMonthOver, readRolls, type Roll, rollFrom, sumOfRolls } from './roll-rates.ts';

/** What was lost and recovered in one month, in minor units. */
export type MonthOfLosses = {
  month: Month;
  /** Principal that was charged off. */
  principal: bigint;
  /** Interest and late fees that were given up with it: accrued, and never paid. */
  earnings: bigint;
  /** What of the principal we bore for the funders (first-loss cover). It is in `principal`, not beside it. */
  covered: bigint;
  /** What came in on debts charged off before: the funders' part, and ours; ours is not told apart by funder. */
  recovered: bigint;
  recoveredByUs: bigint | null;
  /** principal + earnings − recovered − recoveredByUs. */
  net: bigint;
  /** Principal that was to be expected by the months before; null where there were none, or the month is not over. */
  expected: bigint | null;
};

/** So many months before a month say what is to be expected of it. */
const basis = 12;

/**
 * Losses of the `count` months that end with that of the filter's date, the oldest first. Charged off: `participation` →
 * `principal`, and `accrued` → `interest`, `fee` by the event `charge_off`. Recovered: `unapplied` or `shopper` → `funder`,
 * `x_credit_loss` by the event `recovery`, less what was taken back of it.
 *
 * Expected in a month: Σ over the buckets of principal at its beginning × what part of the principal of that bucket was
 * charged off within a month, over the twelve months before (`readRolls`).
 */
export async function readLosses(tx: Tx, filter: BookFilter, count: number): Promise<MonthOfLosses[]> {
  const months = monthsUntil(monthOf(filter.on), count);
  const chargedOff = await readChargedOff(tx, filter);
  const recovered = await readRecovered(tx, filter);
  const rolls = await readRolls(tx, filter, count + basis);
  return months.map((month) => {
    const off = chargedOff.get(month) ?? { principal: 0n, earnings: 0n };
    const back = recovered.get(month) ?? { covered: 0n, recovered: 0n, recoveredByUs: 0n };
    const recoveredByUs = filter.funderId ? null : back.recoveredByUs;
    return {
      month,
      ...off,
      covered: back.covered,
      recovered: back.recovered,
      recoveredByUs,
      net: off.principal + off.earnings - back.recovered - (recoveredByUs ?? 0n),
      expected: month > lastMonthOver(filter.on) ? null : expectedIn(rolls, month),
    };
  });
}

/** What was to be charged off in `month`, by the rolls of the twelve months before it; pure. */
export function expectedIn(rolls: readonly Roll[], month: Month): bigint | null {
  const own = rolls.find((roll) => roll.month === month);
  const before = sumOfRolls(rolls.filter((roll) => roll.month < month).slice(-basis));
  if (!own || before.every(({ principal }) => principal === 0n)) return null;
  return sum(
    rollFrom.map((_, index) => {
      const [stood, rate] = [own.rows[index]?.principal ?? 0n, before[index]];
      if (!rate || rate.principal === 0n) return 0n;
      return divideHalfEven(stood * rate.to.charged_off, rate.principal);
    }),
  );
}

async function readChargedOff(
  tx: Tx,
  filter: BookFilter,
): Promise<Map<Month, { principal: bigint; earnings: bigint }>> {
  const { rows } = await tx.sql.raw<{ rows: { month: Month; principal: bigint; earnings: bigint }[] }>(
    `select to_char(t.occurred_at at time zone :zone, 'YYYY-MM') as month,
       coalesce(sum(t.amount) filter (where t.debit ^@ 'participation:'), 0)::int8 as principal,
       coalesce(sum(t.amount) filter (where t.debit ^@ 'accrued:'), 0)::int8 as earnings
     from ledger_transfers t
     join plans p on p.id = split_part(t.credit, ':', 2)
     where t.environment_id = :environment and t.event = 'charge_off' and t.occurred_at < :until and ${plansSql}
       and (t.credit ^@ 'principal:' or t.credit ^@ 'interest:' or t.credit ^@ 'fee:')
       and (:funder::text is null or split_part(t.credit, ':', 3) = :funder)
     group by 1`,
    filterBindings(tx, filter),
  );
  return new Map(rows.map(({ month, ...of }) => [month, of]));
}

type Recovered = { covered: bigint; recovered: bigint; recoveredByUs: bigint };

/** The plan of a recovery is that of the repayment or of the refund that it came from, or of its chargeback. */
async function readRecovered(tx: Tx, filter: BookFilter): Promise<Map<Month, Recovered>> {
  const { rows } = await tx.sql.raw<{ rows: (Recovered & { month: Month })[] }>(
    `select to_char(t.occurred_at at time zone :zone, 'YYYY-MM') as month,
       coalesce(sum(t.amount) filter (where t.event = 'charge_off'), 0)::int8 as covered,
       (coalesce(sum(t.amount) filter (where t.event = 'recovery' and t.credit ^@ 'funder:'), 0)
         - coalesce(sum(t.amount) filter (where t.event = 'charged_back' and t.debit ^@ 'funder:'), 0))::int8 as recovered,
       (coalesce(sum(t.amount) filter (where t.event = 'recovery' and t.credit = 'x_credit_loss'), 0)
         - coalesce(sum(t.amount) filter (where t.event = 'charged_back' and t.debit = 'x_credit_loss'), 0))::int8
         as "recoveredByUs"
     from ledger_transfers t
     left join chargebacks c on c.environment_id = t.environment_id and c.id = t.subject_id
     left join chargebacks g on g.environment_id = t.environment_id and g.given_back_id = t.subject_id
     left join repayments r
       on r.environment_id = t.environment_id and r.id = coalesce(c.repayment_id, g.repayment_id, t.subject_id)
     left join refunds f on f.environment_id = t.environment_id and f.id = t.subject_id
     left join orders o on o.environment_id = f.environment_id and o.id = f.order_id
     join plans p on p.id = coalesce(r.plan_id, o.plan_id, t.subject_id)
     where t.environment_id = :environment and t.event in ('charge_off', 'recovery', 'charged_back')
       and t.occurred_at < :until and ${plansSql}
       and ((t.event = 'charge_off' and t.debit = 'x_credit_loss') or t.event = 'recovery'
         or (t.event = 'charged_back' and t.credit ^@ 'unapplied:'
           and (t.debit ^@ 'funder:' or t.debit = 'x_credit_loss')))
       and (:funder::text is null or 'funder:' || :funder in (t.credit, t.debit))
     group by 1`,
    filterBindings(tx, filter),
  );
  return new Map(rows.map(({ month, ...of }) => [month, of]));
}
