import { recordEvent } from '../events/record.ts';
import type { Id } from '../lib/ids.ts';
import { toJsonAmount } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import type { Order } from './orders.ts';

/** Goods came back: `debtAmount` is taken off the debt, `moneyBackAmount` returns to the shopper's card. */
export type Refund = {
  id: Id<'rfd'>;
  orderId: string;
  reference: string;
  amount: bigint;
  debtAmount: bigint;
  moneyBackAmount: bigint;
  /** Interest on what was refunded, which the shopper gets back on top: a part of the two amounts above. */
  interestReturned: bigint;
  /** The rate part of the merchant fee on what is refunded; the fixed part is kept. */
  feeReturned: bigint;
  status: 'pending' | 'succeeded' | 'failed';
  version: number;
  createdAt: Date;
};

export type RefundRow = {
  environment_id: string;
  id: Id<'rfd'>;
  order_id: string;
  reference: string;
  amount: bigint;
  debt_amount: bigint;
  money_back_amount: bigint;
  interest_returned: bigint;
  fee_returned: bigint;
  status: Refund['status'];
  version: number;
  created_at: Date;
};

export function toRefund(row: RefundRow): Refund {
  return {
    id: row.id,
    orderId: row.order_id,
    reference: row.reference,
    amount: row.amount,
    debtAmount: row.debt_amount,
    moneyBackAmount: row.money_back_amount,
    interestReturned: row.interest_returned,
    feeReturned: row.fee_returned,
    status: row.status,
    version: row.version,
    createdAt: row.created_at,
  };
}

/** An order's refunds, the oldest first. */
export async function listRefunds(tx: Tx, orderId: string): Promise<Refund[]> {
  const rows = await tx
    .sql<RefundRow>('refunds')
    .where({ environment_id: tx.environment.id, order_id: orderId })
    .orderBy('id');
  return rows.map(toRefund);
}

/** Tells merchant and shopper what became of a refund. */
export async function recordRefundEvent(
  tx: Tx,
  order: Pick<Order, 'id' | 'merchantId' | 'shopperId'>,
  type: 'refund.created' | 'refund.succeeded' | 'refund.failed',
  refunded: Refund,
): Promise<void> {
  await recordEvent(tx, {
    streams: [order.merchantId, order.shopperId],
    type,
    objectId: refunded.id,
    objectVersion: refunded.version,
    data: {
      order_id: order.id,
      status: refunded.status,
      amount: toJsonAmount(refunded.amount),
      debt_amount: toJsonAmount(refunded.debtAmount),
      money_back_amount: toJsonAmount(refunded.moneyBackAmount),
    },
  });
}
