import { recordEvent } from '../events/record.ts';
import type { CalendarDate } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import { type Id, newId } from '../lib/ids.ts';
import { toJsonAmount } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { findMerchant } from '../merchants/merchants.ts';
import { addLines, type LineRow } from './lines.ts';
import { startPayout } from './payouts.ts';

/** What a merchant is owed for one business date. Once closed it never changes. */
export type Settlement = {
  id: Id<'stl'>;
  merchantId: string;
  currency: string;
  businessDate: CalendarDate;
  status: 'open' | 'closed';
  net: bigint | null;
  linesCount: number | null;
  closedAt: Date | null;
};

type SettlementRow = {
  environment_id: string;
  id: Id<'stl'>;
  merchant_id: string;
  currency: string;
  business_date: CalendarDate;
  status: Settlement['status'];
  net: bigint | null;
  lines_count: number | null;
  created_at: Date;
  closed_at: Date | null;
};

/** A merchant with lines that wait in a currency, and its last business date, for which they are settled. */
export type Unsettled = { merchant_id: string; currency: string; business_date: CalendarDate };

function toSettlement(row: SettlementRow): Settlement {
  return {
    id: row.id,
    merchantId: row.merchant_id,
    currency: row.currency,
    businessDate: row.business_date,
    status: row.status,
    net: row.net,
    linesCount: row.lines_count,
    closedAt: row.closed_at,
  };
}

/**
 * Who has lines waiting of business dates that are over in the merchant's calendar at `tx.now`. A debt that was carried
 * over waits for something to be set off against.
 */
export async function findUnsettled(tx: Tx): Promise<Unsettled[]> {
  const { rows } = await tx.sql.raw<{ rows: Unsettled[] }>(
    `select l.merchant_id, l.currency, m.today - 1 as business_date
     from settlement_lines l join (
         select environment_id, id, (?::timestamptz at time zone time_zone)::date as today from merchants
       ) m on m.environment_id = l.environment_id and m.id = l.merchant_id
     where l.environment_id = ? and l.settlement_id is null and l.business_date < m.today
     group by l.merchant_id, l.currency, m.today
     having bool_or(l.kind <> 'carried_over')
     order by l.merchant_id, l.currency`,
    [tx.now, tx.environment.id],
  );
  return rows;
}

/**
 * Closes the settlement of a merchant's last business date over all lines that wait until then. A positive net is paid
 * out; a negative one is carried forward as a line. A date is closed once: what is found for it later, because its
 * transaction took long, waits for the next date.
 */
export async function closeSettlement(tx: Tx, waiting: Unsettled): Promise<void> {
  if ((await lockLines(tx, waiting)) === 0) return;
  const id = newId('stl');
  const opened = await tx
    .sql('settlements')
    .insert({
      environment_id: tx.environment.id,
      id,
      ...waiting,
      status: 'open',
      created_at: tx.now,
    })
    .onConflict(['environment_id', 'merchant_id', 'currency', 'business_date'])
    .ignore()
    .returning('id');
  // It was closed before, or another sweep has closed it at this moment.
  if (opened.length === 0) return;
  const { net, linesCount } = await takeLines(tx, id, waiting);
  await tx
    .sql('settlements')
    .where({ environment_id: tx.environment.id, id })
    .update({ status: 'closed', net, lines_count: linesCount, closed_at: tx.now });
  await recordEvent(tx, {
    streams: [waiting.merchant_id],
    type: 'settlement.closed',
    objectId: id,
    objectVersion: 1,
    data: {
      business_date: waiting.business_date,
      currency: waiting.currency,
      net: toJsonAmount(net),
      lines_count: linesCount,
    },
  });
  const merchant = await findMerchant(tx, waiting.merchant_id);
  if (net > 0n)
    await startPayout(tx, { settlementId: id, merchant, currency: waiting.currency, amount: net });
  if (net < 0n) {
    await addLines(tx, {
      merchant,
      currency: waiting.currency,
      orderId: null,
      sourceId: id,
      lines: [{ kind: 'carried_over', amount: net }],
    });
  }
}

/**
 * Locks the waiting lines up to this business date and counts them. Of two sweeps, of which one may stand at the next
 * date already, the second waits here and finds that the first has taken them.
 */
async function lockLines(tx: Tx, waiting: Unsettled): Promise<number> {
  const rows = await tx
    .sql<LineRow>('settlement_lines')
    .where({
      environment_id: tx.environment.id,
      merchant_id: waiting.merchant_id,
      currency: waiting.currency,
    })
    .where('business_date', '<=', waiting.business_date)
    .whereNull('settlement_id')
    .orderBy('id')
    .forUpdate()
    .select('id');
  return rows.length;
}

/** Numbers the waiting lines up to this business date as the settlement's own, and sums them. */
async function takeLines(
  tx: Tx,
  settlementId: string,
  waiting: Unsettled,
): Promise<{ net: bigint; linesCount: number }> {
  const { rows } = await tx.sql.raw<{ rows: { net: bigint; lines_count: number }[] }>(
    `with numbered as (
       select id, row_number() over (order by id) as number from settlement_lines
       where environment_id = ? and merchant_id = ? and currency = ? and business_date <= ? and settlement_id is null
     ), taken as (
       update settlement_lines l set settlement_id = ?, number = n.number
       from numbered n where l.environment_id = ? and l.id = n.id returning l.amount
     )
     select coalesce(sum(amount), 0)::bigint as net, count(*)::integer as lines_count from taken`,
    [
      tx.environment.id,
      waiting.merchant_id,
      waiting.currency,
      waiting.business_date,
      settlementId,
      tx.environment.id,
    ],
  );
  return { net: rows[0]?.net ?? 0n, linesCount: rows[0]?.lines_count ?? 0 };
}

export async function findSettlement(
  tx: Tx,
  input: { settlementId: string; merchantId: string },
): Promise<Settlement> {
  const row = await tx
    .sql<SettlementRow>('settlements')
    .where({
      environment_id: tx.environment.id,
      id: input.settlementId as Id<'stl'>,
      merchant_id: input.merchantId,
    })
    .first();
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such settlement.' });
  return toSettlement(row);
}

/** A merchant's settlements in the order of their creation, after the cursor's id. */
export async function listSettlements(
  tx: Tx,
  input: { merchantId: string; after: string | undefined; limit: number },
): Promise<Settlement[]> {
  const rows = await tx
    .sql<SettlementRow>('settlements')
    .where({ environment_id: tx.environment.id, merchant_id: input.merchantId })
    .modify((query) => {
      if (input.after) void query.where('id', '>', input.after);
    })
    .orderBy('id')
    .limit(input.limit);
  return rows.map(toSettlement);
}
