import { addDays, type CalendarDate, startOf } from '../../lib/dates.ts';
import type { Tx } from '../../lib/tx.ts';

/** The stretch of orders that a merchant's norm is made of. */
const days = 28;

/**
 * Writes down what each merchant's orders of the four weeks until the end of a date come to: the median of the logarithms
 * of their amounts, and the median of their distances from it. Decisions read the newest; no order writes any. Orders are
 * found by what was decided in these weeks, because they have no index by time.
 */
export async function keepNorms(tx: Tx, date: CalendarDate): Promise<void> {
  const { timeZone } = tx.environment;
  await tx.sql.raw(
    `with seen as (
       select distinct merchant_id, kind, purchase from fraud_sightings
       where environment_id = :environment and seen_at >= :from and seen_at < :to and merchant_id is not null),
     bought as (
       select o.* from seen s join orders o
         on o.environment_id = :environment and o.checkout_session_id = s.purchase and s.kind = 'checkout'
       union all
       select o.* from seen s join orders o
         on o.environment_id = :environment and o.merchant_id = s.merchant_id and s.kind = 'agreement'
         and o.merchant_reference = substr(s.purchase, strpos(s.purchase, '/') + 1)),
     recent as (
       select merchant_id, currency, ln(authorized_amount::double precision) as size from bought),
     middles as (
       select merchant_id, currency, count(*)::integer as orders,
         percentile_cont(0.5) within group (order by size) as median
       from recent group by merchant_id, currency)
     insert into fraud_merchant_norms
       (environment_id, merchant_id, currency, business_date, orders, median, spread)
     select :environment, m.merchant_id, m.currency, :date, m.orders, m.median,
       percentile_cont(0.5) within group (order by abs(r.size - m.median))
     from middles m join recent r on r.merchant_id = m.merchant_id and r.currency = m.currency
     group by m.merchant_id, m.currency, m.orders, m.median
     on conflict (environment_id, merchant_id, currency, business_date) do nothing`,
    {
      environment: tx.environment.id,
      from: startOf(addDays(date, 1 - days), timeZone),
      to: startOf(addDays(date, 1), timeZone),
      date,
    },
  );
}
