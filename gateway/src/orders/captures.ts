import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';

/** By whom goods went, and under which number of theirs. */
export type Shipment = { carrier: string; trackingNumber: string };

/** Who carries goods, by name: 1 to 60 characters that can be seen, and spaces between them. */
export const carrierPattern = /^[^\p{C}\p{Z}](?:[^\p{C}]{0,58}[^\p{C}\p{Z}])?$/u;

/** Under which number: 1 to 60 letters, digits, spaces and `.`, `-`, `/`. */
export const trackingNumberPattern = /^[A-Za-z0-9](?:[A-Za-z0-9 ./-]{0,58}[A-Za-z0-9])?$/;

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
  /** Null where the merchant did not tell. */
  shipment: Shipment | null;
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
  carrier: string | null;
  tracking_number: string | null;
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
    shipment: toShipment(row),
    createdAt: row.created_at,
  };
}

function toShipment({ carrier, tracking_number: trackingNumber }: CaptureRow): Shipment | null {
  return carrier === null || trackingNumber === null ? null : { carrier, trackingNumber };
}

/** An order's captures, the oldest first. */
export async function listCaptures(tx: Tx, orderId: string): Promise<Capture[]> {
  const rows = await tx
    .sql<CaptureRow>('captures')
    .where({ environment_id: tx.environment.id, order_id: orderId })
    .orderBy('id');
  return rows.map(toCapture);
}

/** A shipment with the capture that it came with. */
export type Shipped = Shipment & { captureId: Id<'cap'>; capturedAt: Date };

/** How the goods of an order went, as far as its merchant told, the oldest first. */
export async function listShipments(tx: Tx, orderId: string): Promise<Shipped[]> {
  return (await listCaptures(tx, orderId)).flatMap(({ id, shipment, createdAt }) =>
    shipment ? [{ ...shipment, captureId: id, capturedAt: createdAt }] : [],
  );
}
