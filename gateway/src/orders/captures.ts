import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';

/** The merchant shipped `amount` of an order; `downAmount` of it is paid by the shopper's down payment. */
export type Capture = {
  id: Id<'cap'>;
  orderId: string;
  reference: string;
  amount: bigint;
  downAmount: bigint;
  merchantFee: bigint;
  createdAt: Date;
};

export type CaptureRow = {
  environment_id: string;
  id: Id<'cap'>;
  order_id: string;
  reference: string;
  amount: bigint;
  down_amount: bigint;
  merchant_fee: bigint;
  created_at: Date;
};

export function toCapture(row: CaptureRow): Capture {
  return {
    id: row.id,
    orderId: row.order_id,
    reference: row.reference,
    amount: row.amount,
    downAmount: row.down_amount,
    merchantFee: row.merchant_fee,
    createdAt: row.created_at,
  };
}

/** An order's captures, the oldest first. */
export async function listCaptures(tx: Tx, orderId: string): Promise<Capture[]> {
  const rows = await tx
    .sql<CaptureRow>('captures')
    .where({ environment_id: tx.environment.id, order_id: orderId })
    .orderBy('id');
  return rows.map(toCapture);
}
