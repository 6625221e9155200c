import { addDays, addMs, type CalendarDate, dayMs, type Offset } from '../lib/dates.ts';
import { namedSql } from '../lib/named-sql.ts';
import type { Tx } from '../lib/tx.ts';
import { dueDatesOf } from '../plans/calendar.ts';
import { type Means, readMeans } from '../shoppers/means.ts';
import { type OwnLimitRow, type OwnLimits, ownLimitsOf } from './own-limits.ts';
import { protectionRules } from './rules.ts';

/** Something that falls due; `amount` is minor units. */
export type Due = { on: CalendarDate; amount: bigint };

/** What of a shopper's life the rules of protection look at, over all shops and funders. */
export type ProtectionFacts = {
  shopperId: string;
  currency: string;
  now: Date;
  today: CalendarDate;
  means: Means;
  /** What falls due until the window's end in this currency, overdue included, as if all that is promised shipped today. */
  dues: readonly Due[];
  /** Purchases and draws that are confirmed and not paid off, in any currency. */
  openOrders: number;
  /** When the purchases and draws of the last two days were confirmed, the newest first. */
  confirmed: readonly Date[];
  own: OwnLimits;
};

type Installment = { offset: Offset; amount: number };

type FactsRow = {
  dues: [on: CalendarDate, amount: string][];
  promised: {
    held: string;
    original: string;
    installments: Installment[] | null;
    repayment_day: number | null;
  }[];
  open_orders: number;
  confirmed: string[];
  own: (Omit<OwnLimitRow, 'amount'> & { amount: string | null })[];
};

/**
 * Reads all of it in two statements: one for the person, one for what they owe. `today` is the date of the purchase's
 * calendar. Under the shopper's locked line nothing of it changes before the transaction ends.
 */
export async function readProtection(
  tx: Tx,
  { shopperId, currency, today }: { shopperId: string; currency: string; today: CalendarDate },
): Promise<ProtectionFacts> {
  const horizon = addDays(today, protectionRules.windowDays);
  const { text, values } = factsSql({
    environment: tx.environment.id,
    shopper: shopperId,
    currency,
    horizon,
    now: tx.now,
    since: addMs(tx.now, -2 * dayMs),
  });
  const [means, [row]] = await Promise.all([readMeans(tx, shopperId), tx.query<FactsRow>(text, values)]);
  if (!row) throw new Error('a statement without tables has a row');
  const owed = row.dues.map(([on, amount]) => ({ on, amount: BigInt(amount) }));
  const promised = row.promised.flatMap((promise) => promisedDues(promise, today));
  return {
    shopperId,
    currency,
    now: tx.now,
    today,
    means,
    dues: [...owed, ...promised.filter(({ on }) => on <= horizon)],
    openOrders: row.open_orders,
    confirmed: row.confirmed.map((at) => new Date(at)),
    own: ownLimitsOf(
      row.own.map(({ amount, ...rest }) => ({ ...rest, amount: amount === null ? null : BigInt(amount) })),
      currency,
    ),
  };
}

/** What a promise comes to if all that is left of it is shipped today, each part rounded up. */
function promisedDues(
  { held, original, installments, repayment_day: repaymentDay }: FactsRow['promised'][number],
  today: CalendarDate,
): Due[] {
  const parts = installments ?? [{ offset: { days: 0 }, amount: Number(original) }];
  const dates = dueDatesOf({
    startsOn: today,
    offsets: parts.map(({ offset }) => offset),
    ...(repaymentDay !== null && { repaymentDay }),
  });
  return parts.map(({ amount }, index) => ({
    on: dates[index] ?? today,
    amount: (BigInt(amount) * BigInt(held) + BigInt(original) - 1n) / BigInt(original),
  }));
}

/**
 * A hold is what was confirmed and is not shipped: its plan says what it will come to, or before there is an order what
 * was agreed to at the checkout, or the cash draw on its way.
 */
const factsSql = namedSql<'environment' | 'shopper' | 'currency' | 'horizon' | 'now' | 'since'>(`
with promised as (
  select h.amount, h.original_amount, l.currency, p.id as plan_id, coalesce(p.snapshot, s.confirmed_offer, d.snapshot) as agreed
  from credit_lines l
  join holds h on h.environment_id = l.environment_id and h.credit_line_id = l.id and h.status = 'active'
  left join plans p on p.environment_id = l.environment_id and p.shopper_id = l.shopper_id and p.hold_id = h.id
  left join checkout_sessions s on s.environment_id = h.environment_id and s.hold_id = h.id
    and s.status in ('open', 'confirmed')
  left join cash_draws d on d.environment_id = l.environment_id and d.shopper_id = l.shopper_id
    and d.status = 'requested' and d.hold_id = h.id
  where l.environment_id = :environment and l.shopper_id = :shopper
)
select
  (select coalesce(jsonb_agg(jsonb_build_array(i.due_date, (i.amount - i.paid_amount)::text)), '[]')
   from plans p
   join installments i on i.environment_id = p.environment_id and i.plan_id = p.id
   where p.environment_id = :environment and p.shopper_id = :shopper and p.currency = :currency and p.status = 'active'
     and i.status in ('scheduled', 'due', 'overdue') and i.amount > i.paid_amount and i.due_date <= :horizon) as dues,
  (select coalesce(jsonb_agg(jsonb_build_object(
     'held', amount::text, 'original', original_amount::text,
     'installments', agreed -> 'installments', 'repayment_day', agreed -> 'repayment_day')), '[]')
   from promised where currency = :currency) as promised,
  (select count(*)::integer from plans
   where environment_id = :environment and shopper_id = :shopper and status in ('pending', 'active'))
  + (select count(*)::integer from promised where plan_id is null) as open_orders,
  (select coalesce(jsonb_agg(h.created_at order by h.created_at desc), '[]')
   from credit_lines l
   join holds h on h.environment_id = l.environment_id and h.credit_line_id = l.id and h.created_at > :since
   left join plans p on p.environment_id = l.environment_id and p.shopper_id = l.shopper_id and p.hold_id = h.id
   where l.environment_id = :environment and l.shopper_id = :shopper
     and (h.status in ('active', 'converted') or p.started_on is not null)) as confirmed,
  (select coalesce(jsonb_agg(jsonb_build_object(
     'kind', kind, 'currency', currency, 'amount', amount::text, 'locked', locked)), '[]')
   from (
     select distinct on (kind, currency) kind, currency, amount, locked from own_limits
     where environment_id = :environment and shopper_id = :shopper and from_at <= :now
     order by kind, currency, id desc) newest) as own`);
