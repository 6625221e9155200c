import type { CalendarDate } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { findMerchant, type Merchant } from '../merchants/merchants.ts';
import type { LineKind } from './lines.ts';
import { listPayoutsOf, type Payout } from './payouts.ts';
import { findSettlement, type Settlement } from './settlements.ts';

/** One line as it is printed, with the merchant's own reference of its order. */
export type PrintedLine = {
  number: number;
  kind: LineKind;
  amount: bigint;
  currency: string;
  businessDate: CalendarDate;
  orderId: string | null;
  orderReference: string | null;
  sourceId: string;
};

export type StatementSum = { kind: LineKind; count: number; amount: bigint };

/** What a settlement is, in sums: whose, by kind of line, and how it was paid. */
export type Statement = {
  merchant: Merchant;
  settlement: Settlement;
  sums: StatementSum[];
  payouts: Payout[];
};

/** A closed settlement with its sums by kind of line; throws `not_found` where there is none that is closed. */
export async function readStatement(tx: Tx, settlementId: string): Promise<Statement> {
  const owner = await tx
    .sql<{ environment_id: string; id: string; status: string; merchant_id: string }>('settlements')
    .where({ environment_id: tx.environment.id, id: settlementId, status: 'closed' })
    .first('merchant_id');
  if (!owner) throw new GatewayError('not_found', { detail: 'There is no such settlement.' });
  const { rows } = await tx.sql.raw<{ rows: StatementSum[] }>(
    `select kind, count(*)::integer as count, sum(amount)::bigint as amount from settlement_lines
     where environment_id = :environment and settlement_id = :settlement
     group by kind order by min(number)`,
    { environment: tx.environment.id, settlement: settlementId },
  );
  return {
    merchant: await findMerchant(tx, owner.merchant_id),
    settlement: await findSettlement(tx, { settlementId, merchantId: owner.merchant_id }),
    sums: rows,
    payouts: await listPayoutsOf(tx, settlementId),
  };
}

type PrintedRow = {
  number: number;
  kind: LineKind;
  amount: bigint;
  currency: string;
  business_date: CalendarDate;
  order_id: string | null;
  merchant_reference: string | null;
  source_id: string;
};

/** Lines of a settlement in their order, after number `after`. */
export async function readPrintedLines(
  tx: Tx,
  input: { settlementId: string; after: number; limit: number },
): Promise<PrintedLine[]> {
  const { rows } = await tx.sql.raw<{ rows: PrintedRow[] }>(
    `select l.number, l.kind, l.amount, l.currency, l.business_date, l.order_id, o.merchant_reference, l.source_id
     from settlement_lines l
       left join orders o on o.environment_id = l.environment_id and o.id = l.order_id
     where l.environment_id = :environment and l.settlement_id = :settlement and l.number > :after
     order by l.number limit :limit`,
    {
      environment: tx.environment.id,
      settlement: input.settlementId,
      after: input.after,
      limit: input.limit,
    },
  );
  return rows.map((row) => ({
    number: row.number,
    kind: row.kind,
    amount: row.amount,
    currency: row.currency,
    businessDate: row.business_date,
    orderId: row.order_id,
    orderReference: row.merchant_reference,
    sourceId: row.source_id,
  }));
}
