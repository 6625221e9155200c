import { dateIn } from '../lib/dates.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import type { Merchant } from '../merchants/merchants.ts';

/** Why a merchant is owed, or owes, an amount. A subsidy is interest that the merchant pays for its shopper. */
export const lineKinds = [
  'capture',
  'capture_fee',
  'refund',
  'refund_fee',
  'carried_over',
  'subsidy',
  'subsidy_returned',
  'reserve',
  'reserve_released',
  'early_payout_fee',
  'dispute',
  'dispute_won',
  'debt_paid',
  'debt_written_off',
] as const;

export type LineKind = (typeof lineKinds)[number];

/** One amount on a merchant's account, in minor units, negative when the merchant owes it. */
export type SettlementLine = {
  id: Id<'stn'>;
  kind: LineKind;
  amount: bigint;
  currency: string;
  businessDate: string;
  orderId: string | null;
  /** The capture, refund, repayment, dispute, reserve, or settlement that caused it. */
  sourceId: string;
  /** Its place in its settlement; null while it waits for one. */
  number: number | null;
};

export type LineRow = {
  environment_id: string;
  id: Id<'stn'>;
  merchant_id: string;
  currency: string;
  business_date: string;
  kind: LineKind;
  amount: bigint;
  order_id: string | null;
  source_id: string;
  settlement_id: string | null;
  number: number | null;
  created_at: Date;
};

/**
 * Notes what a capture, refund, dispute … means for its merchant; zero amounts leave no line. They wait for the next
 * settlement, or are the last lines of the open one in `closing`, whose number before is `after`.
 */
export async function addLines(
  tx: Tx,
  input: {
    merchant: Merchant;
    currency: string;
    orderId: string | null;
    sourceId: string;
    lines: { kind: LineKind; amount: bigint }[];
    closing?: { settlementId: string; after: number };
  },
): Promise<void> {
  const { closing } = input;
  const rows = input.lines
    .filter(({ amount }) => amount !== 0n)
    .map(({ kind, amount }, index) => ({
      environment_id: tx.environment.id,
      id: newId('stn'),
      merchant_id: input.merchant.id,
      currency: input.currency,
      business_date: dateIn(input.merchant.timeZone, tx.now),
      kind,
      amount,
      order_id: input.orderId,
      source_id: input.sourceId,
      ...(closing && { settlement_id: closing.settlementId, number: closing.after + 1 + index }),
      created_at: tx.now,
    }));
  if (rows.length > 0) tx.later(tx.sql('settlement_lines').insert(rows));
}

/** The lines of a closed settlement in their order, after number `after`. */
export async function listLines(
  tx: Tx,
  input: { settlementId: string; after: number; limit: number },
): Promise<SettlementLine[]> {
  const rows = await tx
    .sql<LineRow>('settlement_lines')
    .where({ environment_id: tx.environment.id, settlement_id: input.settlementId })
    .where('number', '>', input.after)
    .orderBy('number')
    .limit(input.limit);
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    amount: row.amount,
    currency: row.currency,
    businessDate: row.business_date,
    orderId: row.order_id,
    sourceId: row.source_id,
    number: row.number,
  }));
}
