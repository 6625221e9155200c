import { lockLine } from '../credit/lines.ts';
import { type NewEvent, recordEvent } from '../events/record.ts';
import type { EventType } from '../events/types.ts';
import { addMs, dayMs } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import { toJsonAmount } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';

export const orderStatuses = ['authorized', 'partially_captured', 'captured', 'voided', 'expired'] as const;

export type OrderStatus = (typeof orderStatuses)[number];

/** One purchase. Amounts are minor units of `currency` and include the part that is paid down, which is not financed. */
export type Order = {
  id: Id<'ord'>;
  merchantId: string;
  shopperId: string;
  /** Where it comes from: a checkout that the shopper confirmed, or an agreement. The other one is null. */
  checkoutSessionId: string | null;
  agreementId: string | null;
  planId: string;
  holdId: string;
  merchantReference: string;
  currency: string;
  authorized: bigint;
  /** Of the authorized amount, what the shopper pays down. */
  down: bigint;
  captured: bigint;
  capturedDown: bigint;
  voided: bigint;
  refunded: bigint;
  /** The open two-phase transfer of what is financed and not yet captured; null too where several funders have one each. */
  pendingTransferId: bigint | null;
  /** How often the merchant was told that the authorization expires soon. */
  expiryNotices: number;
  status: OrderStatus;
  version: number;
  createdAt: Date;
  expiresAt: Date;
};

/** An order as everybody sees it: without what only its next capture or void asks the ledger by. */
export type OrderState = Omit<Order, 'pendingTransferId'>;

export type OrderRow = {
  environment_id: string;
  id: Id<'ord'>;
  merchant_id: string;
  shopper_id: string;
  checkout_session_id: string | null;
  agreement_id: string | null;
  plan_id: string;
  hold_id: string;
  merchant_reference: string;
  currency: string;
  authorized_amount: bigint;
  down_amount: bigint;
  captured_amount: bigint;
  captured_down: bigint;
  voided_amount: bigint;
  refunded_amount: bigint;
  pending_transfer_id: bigint | null;
  expiry_notices: number;
  status: OrderStatus;
  version: number;
  created_at: Date;
  expires_at: Date;
};

export function toOrder(row: OrderRow): Order {
  return {
    id: row.id,
    merchantId: row.merchant_id,
    shopperId: row.shopper_id,
    checkoutSessionId: row.checkout_session_id,
    agreementId: row.agreement_id,
    planId: row.plan_id,
    holdId: row.hold_id,
    merchantReference: row.merchant_reference,
    currency: row.currency,
    authorized: row.authorized_amount,
    down: row.down_amount,
    captured: row.captured_amount,
    capturedDown: row.captured_down,
    voided: row.voided_amount,
    refunded: row.refunded_amount,
    pendingTransferId: row.pending_transfer_id,
    expiryNotices: row.expiry_notices,
    status: row.status,
    version: row.version,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}

/** What is authorized and neither captured nor voided. */
export function capturableOf(order: OrderState): bigint {
  return order.authorized - order.captured - order.voided;
}

export function refundableOf(order: OrderState): bigint {
  return order.captured - order.refunded;
}

/** Of what is still capturable, the financed part. */
export function financedRemainderOf(order: Order): bigint {
  return capturableOf(order) - (order.down - order.capturedDown);
}

/** How long an authorization may live at most, with all its extensions. */
const longestLifeMs = 30 * dayMs;

/** Until when an authorization can be extended at most. */
export function longestExpiry({ createdAt }: Pick<Order, 'createdAt'>): Date {
  return addMs(createdAt, longestLifeMs);
}

/** The order with this id, of this merchant where one is given; `not_found` otherwise. */
export async function findOrder(tx: Tx, input: { orderId: string; merchantId?: string }): Promise<Order> {
  const row = await tx
    .sql<OrderRow>('orders')
    .where({ environment_id: tx.environment.id, id: input.orderId as Id<'ord'> })
    .modify((query) => {
      if (input.merchantId) void query.where({ merchant_id: input.merchantId });
    })
    .first();
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such order.' });
  return toOrder(row);
}

/** The order locked until the transaction ends, its shopper's credit line locked before it (money.md rule 9). */
export async function lockOrder(tx: Tx, input: { orderId: string; merchantId?: string }): Promise<Order> {
  const unlocked = await findOrder(tx, input);
  await lockLine(tx, unlocked.shopperId, unlocked.currency);
  const row = await tx
    .sql<OrderRow>('orders')
    .where({ environment_id: tx.environment.id, id: unlocked.id })
    .forUpdate()
    .first();
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such order.' });
  return toOrder(row);
}

/**
 * A merchant's orders in the order of their creation, or the newest first, after the cursor's id, as far as they pass the
 * filters.
 */
export async function listOrders(
  tx: Tx,
  input: {
    merchantId: string;
    merchantReference: string | undefined;
    status?: OrderStatus | undefined;
    createdFrom?: Date | undefined;
    createdBefore?: Date | undefined;
    newestFirst?: boolean;
    after: string | undefined;
    limit: number;
  },
): Promise<Order[]> {
  const { newestFirst = false } = input;
  const rows = await tx
    .sql<OrderRow>('orders')
    .where({ environment_id: tx.environment.id, merchant_id: input.merchantId })
    .modify((query) => {
      if (input.merchantReference) void query.where({ merchant_reference: input.merchantReference });
      if (input.status) void query.where({ status: input.status });
      if (input.createdFrom) void query.where('created_at', '>=', input.createdFrom);
      if (input.createdBefore) void query.where('created_at', '<', input.createdBefore);
      if (input.after) void query.where('id', newestFirst ? '<' : '>', input.after);
    })
    .orderBy('id', newestFirst ? 'desc' : 'asc')
    .limit(input.limit);
  return rows.map(toOrder);
}

export async function updateOrder(tx: Tx, order: Order, change: Partial<OrderRow>): Promise<Order> {
  const [row] = await tx
    .sql<OrderRow>('orders')
    .where({ environment_id: tx.environment.id, id: order.id })
    .update({ ...change, version: order.version + 1 })
    .returning('*');
  if (!row) throw new Error(`order ${order.id} vanished`);
  return toOrder(row);
}

/** Tells merchant and shopper what became of an order. */
export async function recordOrderEvent(tx: Tx, type: EventType, order: OrderState): Promise<void> {
  await recordEvent(tx, orderEvent(type, order));
}

/** What became of an order, as merchant and shopper are told of it. */
export function orderEvent(type: EventType, order: OrderState): NewEvent {
  return {
    streams: [order.merchantId, order.shopperId],
    type,
    objectId: order.id,
    objectVersion: order.version,
    data: {
      status: order.status,
      merchant_reference: order.merchantReference,
      currency: order.currency,
      authorized_amount: toJsonAmount(order.authorized),
      captured_amount: toJsonAmount(order.captured),
      voided_amount: toJsonAmount(order.voided),
      refunded_amount: toJsonAmount(order.refunded),
    },
  };
}
