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
  /** The rate that was charged; null where it was not kept. */
  feeBasisPoints: number | null;
  /** What of the fee no refund gives back. */
  feeFixed: bigint;
  /** What the merchant had captured before in the month, where the fee depends on it. */
  feeVolume: bigint | null;
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
  fee_basis_points: number | null;
  fee_fixed: bigint;
  fee_volume: bigint | null;
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
    feeBasisPoints: row.fee_basis_points,
    feeFixed: row.fee_fixed,
    feeVolume: row.fee_volume,
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
