import type { CalendarDate } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import { type MonthRow, type ScoreMonth, toMonth, withEmptyMonths } from './months.ts';

/** Everything that is known of one shopper's months, the newest first, and where their limit may grow to. */
export type ShopperMonths = { shopperId: string; months: ScoreMonth[]; targetLimit: bigint };

type ListedRow = MonthRow & { target_limit: bigint };

/** The months of all shoppers in this currency, in the order of their ids, `most` shoppers a page. */
export async function listMonths(
  tx: Tx,
  input: { currency: string; lastEnd: CalendarDate; after: string; most: number },
): Promise<ShopperMonths[]> {
  const { rows } = await tx.sql.raw<{ rows: ListedRow[] }>(
    `with page as (
       select l.shopper_id, l.target_limit from credit_lines l
       where l.environment_id = :environment and l.currency = :currency and l.shopper_id > :after
         and exists (select from score_months m
           where m.environment_id = l.environment_id and m.shopper_id = l.shopper_id and m.currency = l.currency)
       order by l.shopper_id limit :most)
     select m.*, page.target_limit
     from page join score_months m
       on m.environment_id = :environment and m.shopper_id = page.shopper_id and m.currency = :currency
     order by m.shopper_id, m.month_end desc`,
    { ...input, environment: tx.environment.id },
  );
  const byShopper = new Map<string, ListedRow[]>();
  for (const row of rows) {
    const own = byShopper.get(row.shopper_id);
    if (own) own.push(row);
    else byShopper.set(row.shopper_id, [row]);
  }
  return [...byShopper].map(([shopperId, own]) => toShopper(shopperId, own, input.lastEnd));
}

/** Who owes nothing any more has had empty months since. */
function toShopper(shopperId: string, rows: readonly ListedRow[], lastEnd: CalendarDate): ShopperMonths {
  const newest = rows[0]?.month_end ?? lastEnd;
  const from = rows[0]?.billed === 0n && newest < lastEnd ? lastEnd : newest;
  const span = { from, to: rows.at(-1)?.month_end ?? from, most: Infinity };
  return {
    shopperId,
    months: withEmptyMonths(rows.map(toMonth), span),
    targetLimit: rows[0]?.target_limit ?? 0n,
  };
}
