import { addDays, startOf } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { pausePlan } from '../repayments/pause.ts';
import { findPlan, todayOf } from '../repayments/plans.ts';
import { requireUndisputed } from './disputed.ts';
import { lockOrder, type Order, refundableOf } from './orders.ts';
import { requireRefundable } from './refundable.ts';
import {
  listReturnsOf,
  recordReturnEvent,
  type Return,
  type ReturnItem,
  type ReturnReason,
  type ReturnRow,
  toReturn,
} from './returns.ts';

/** The merchant has so many days to answer, and so long the dues stand still at most. */
export const answerDays = 14;

/** Nobody stops the dues of one order for ever by declaring it over and over. */
const mostReturns = 5;

export type NewReturn = {
  orderId: string;
  amount: bigint;
  reason: ReturnReason;
  items?: readonly ReturnItem[];
} & ({ by: 'merchant'; merchantId: string; reference: string } | { by: 'shopper'; shopperId: string });

/**
 * Says that goods are on their way back: the dues of the order's plan stand still until the merchant answers, 14 days
 * at most. One return of an order is open at a time. A shopper whose return was rejected or released disputes instead of
 * declaring again.
 *
 * @throws GatewayError `not_found`, `return_reference_in_use`, `return_open`, `dispute_open`, `refund_exceeds_refundable`,
 *   `state_conflict` (nothing that could be refunded, or no more returns).
 */
export async function declareReturn(tx: Tx, input: NewReturn): Promise<Return> {
  const { orderId } = input;
  const order = await lockOrder(
    tx,
    input.by === 'merchant' ? { orderId, merchantId: input.merchantId } : { orderId },
  );
  if (input.by === 'shopper' && order.shopperId !== input.shopperId)
    throw new GatewayError('not_found', { detail: 'There is no such order.' });
  const before = await listReturnsOf(tx, orderId);
  if (input.by === 'merchant') requireNewReference(before, input.reference);
  requireNoneOpen(before);
  requireRefundable(order, input.amount);
  await requireUndisputed(tx, order, refundableOf(order));
  if (!mayDeclare(input.by, before)) {
    throw new GatewayError('state_conflict', {
      detail: 'Nothing more of this order can be declared as a return.',
      hint: 'What comes back can be refunded without one.',
    });
  }
  return store(tx, order, input);
}

/** Whether one more return of an order may be declared, after those that there were. */
export function mayDeclare(by: Return['declaredBy'], before: readonly Return[]): boolean {
  const refused = before.some(({ status }) => status === 'rejected' || status === 'released');
  return before.length < mostReturns && !(by === 'shopper' && refused);
}

/** Whether the shopper of an order may declare a return of it now. */
export function mayShopperDeclare(order: Order, before: readonly Return[]): boolean {
  const isOpen = before.some(({ status }) => status === 'declared');
  return refundableOf(order) > 0n && !isOpen && mayDeclare('shopper', before);
}

function requireNewReference(before: readonly Return[], reference: string): void {
  const used = before.find((known) => known.reference === reference);
  if (!used) return;
  throw new GatewayError('return_reference_in_use', {
    detail: `The order already has a return with the reference ${reference}.`,
    hint: 'Read it instead; a new return needs a reference of its own.',
    errors: [{ pointer: '/reference', code: 'in_use' }],
    extra: { return_id: used.id },
  });
}

function requireNoneOpen(before: readonly Return[]): void {
  const open = before.find(({ status }) => status === 'declared');
  if (!open) return;
  throw new GatewayError('return_open', {
    detail: 'A return of this order is not answered yet.',
    hint: 'Accept or reject it first.',
    extra: { return_id: open.id },
  });
}

async function store(tx: Tx, order: Order, input: NewReturn): Promise<Return> {
  const { planId } = order;
  const plan = await findPlan(tx, { planId });
  const until = addDays(todayOf(tx, plan), answerDays);
  const [row] = await tx
    .sql<ReturnRow>('returns')
    .insert({
      environment_id: tx.environment.id,
      id: newId('ret'),
      order_id: order.id,
      declared_by: input.by,
      reference: input.by === 'merchant' ? input.reference : null,
      amount: input.amount,
      items: JSON.stringify(input.items ?? []) as never,
      reason: input.reason,
      status: 'declared',
      respond_by: startOf(until, plan.timeZone),
      created_at: tx.now,
    })
    .returning('*');
  if (!row) throw new Error('the return was not stored');
  const declared = toReturn(row);
  await pausePlan(tx, { planId, sourceId: declared.id, until });
  await recordReturnEvent(tx, 'return.declared', { order, changed: declared });
  return declared;
}
