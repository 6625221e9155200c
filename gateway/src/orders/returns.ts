import { recordEvent } from '../events/record.ts';
import type { EventType } from '../events/types.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import { toJsonAmount } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import type { Order } from './orders.ts';

export const returnReasons = [
  'changed_mind',
  'wrong_item',
  'damaged',
  'not_as_described',
  'late',
  'other',
] as const;
export const rejectionReasons = [
  'not_received',
  'used_or_damaged',
  'too_late',
  'not_returnable',
  'other',
] as const;
export const returnStatuses = ['declared', 'accepted', 'rejected', 'withdrawn', 'released'] as const;

export type ReturnReason = (typeof returnReasons)[number];
export type RejectionReason = (typeof rejectionReasons)[number];
export type ReturnStatus = (typeof returnStatuses)[number];

/** A line of the cart that goes back; `amount` is minor units. */
export type ReturnItem = { name: string; quantity: number; amount: number };

/**
 * Goods are said to be on their way back, and the dues stand still until the merchant answers: by a refund (accepted)
 * or a reason (rejected). When it does not by `respondBy`, the return is released; its shopper may withdraw it.
 */
export type Return = {
  id: Id<'ret'>;
  orderId: string;
  declaredBy: 'merchant' | 'shopper';
  /** The merchant's own number, of what the merchant declared. */
  reference: string | null;
  /** What is hoped to be refunded, in minor units of the order's currency. */
  amount: bigint;
  items: ReturnItem[];
  reason: ReturnReason;
  status: ReturnStatus;
  refundId: string | null;
  rejection: RejectionReason | null;
  /** By business time: the start of the date on which the pause ends. */
  respondBy: Date;
  version: number;
  createdAt: Date;
  endedAt: Date | null;
};

export type ReturnRow = {
  environment_id: string;
  id: Id<'ret'>;
  order_id: string;
  declared_by: Return['declaredBy'];
  reference: string | null;
  amount: bigint;
  items: ReturnItem[];
  reason: ReturnReason;
  status: ReturnStatus;
  refund_id: string | null;
  rejection: RejectionReason | null;
  respond_by: Date;
  version: number;
  created_at: Date;
  ended_at: Date | null;
};

export function toReturn(row: ReturnRow): Return {
  return {
    id: row.id,
    orderId: row.order_id,
    declaredBy: row.declared_by,
    reference: row.reference,
    amount: row.amount,
    items: row.items,
    reason: row.reason,
    status: row.status,
    refundId: row.refund_id,
    rejection: row.rejection,
    respondBy: row.respond_by,
    version: row.version,
    createdAt: row.created_at,
    endedAt: row.ended_at,
  };
}

export type ReturnAction = 'accept' | 'reject' | 'withdraw';

/** What may be done with a return; past its time nothing, also before the sweep has come by. */
export function returnActions({ status, respondBy }: Return, now: Date): readonly ReturnAction[] {
  return status === 'declared' && respondBy > now ? ['accept', 'reject', 'withdraw'] : [];
}

/** Throws `state_conflict` when the return cannot be answered or withdrawn any more. */
export function requireReturnAction(found: Return, action: ReturnAction, now: Date): void {
  if (returnActions(found, now).includes(action)) return;
  const isLate = found.status === 'declared';
  throw new GatewayError('state_conflict', {
    detail: isLate
      ? `The return was to be answered by ${found.respondBy.toISOString()}.`
      : `The return is ${found.status}; ${action} is not possible.`,
    hint: 'Read the return. What came back all the same can be refunded with POST /v1/orders/{order_id}/refunds.',
  });
}

/** Who asks for a return: a merchant or a shopper gets those of its own orders only. */
export type ReturnOf = { returnId: string; merchantId?: string; shopperId?: string };

/** The return with this id; `not_found` when there is none, or it is somebody else's. */
export async function findReturn(tx: Tx, of: ReturnOf): Promise<Return> {
  const row = await tx
    .sql<ReturnRow>('returns as r')
    .join('orders as o', (join) =>
      join.on('o.environment_id', 'r.environment_id').andOn('o.id', 'r.order_id'),
    )
    .where({ 'r.environment_id': tx.environment.id, 'r.id': of.returnId })
    .modify((query) => {
      if (of.merchantId) void query.where({ 'o.merchant_id': of.merchantId });
      if (of.shopperId) void query.where({ 'o.shopper_id': of.shopperId });
    })
    .first<ReturnRow | undefined>('r.*');
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such return.' });
  return toReturn(row);
}

/** An order's returns, the oldest first. */
export async function listReturnsOf(tx: Tx, orderId: string): Promise<Return[]> {
  const rows = await tx
    .sql<ReturnRow>('returns')
    .where({ environment_id: tx.environment.id, order_id: orderId })
    .orderBy('id');
  return rows.map(toReturn);
}

/** A merchant's returns in the order of their declaration, after the cursor's id. */
export async function listReturns(
  tx: Tx,
  input: {
    merchantId: string;
    orderId: string | undefined;
    status: ReturnStatus | undefined;
    after: string | undefined;
    limit: number;
  },
): Promise<Return[]> {
  const rows = await tx
    .sql('returns as r')
    .join('orders as o', (join) =>
      join.on('o.environment_id', 'r.environment_id').andOn('o.id', 'r.order_id'),
    )
    .where({ 'r.environment_id': tx.environment.id, 'o.merchant_id': input.merchantId })
    .modify((query) => {
      if (input.orderId) void query.where({ 'r.order_id': input.orderId });
      if (input.status) void query.where({ 'r.status': input.status });
      if (input.after) void query.where('r.id', '>', input.after);
    })
    .orderBy('r.id')
    .limit(input.limit)
    .select<ReturnRow[]>('r.*');
  return rows.map(toReturn);
}

/** Tells merchant and shopper what became of a return. */
export async function recordReturnEvent(
  tx: Tx,
  type: Extract<EventType, `return.${string}`>,
  { order, changed }: { order: Pick<Order, 'merchantId' | 'shopperId' | 'currency'>; changed: Return },
): Promise<void> {
  await recordEvent(tx, {
    streams: [order.merchantId, order.shopperId],
    type,
    objectId: changed.id,
    objectVersion: changed.version,
    data: {
      order_id: changed.orderId,
      status: changed.status,
      declared_by: changed.declaredBy,
      reference: changed.reference,
      amount: toJsonAmount(changed.amount),
      currency: order.currency,
      reason: changed.reason,
      respond_by: changed.respondBy.toISOString(),
      refund_id: changed.refundId,
      rejection: changed.rejection,
    },
  });
}
