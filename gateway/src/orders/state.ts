import { GatewayError } from '../lib/errors.ts';
import {
  capturableOf,
  longestExpiry,
  type Order,
  type OrderState,
  type OrderStatus,
  refundableOf,
} from './orders.ts';

export type OrderAction = 'capture' | 'void' | 'extend' | 'refund';

/** What may be done with an order in each state: guards the transitions and is shown as `allowed_actions`. */
const actions: Record<OrderStatus, readonly OrderAction[]> = {
  authorized: ['capture', 'void', 'extend'],
  partially_captured: ['capture', 'void', 'extend', 'refund'],
  captured: ['refund'],
  voided: [],
  expired: [],
};

export function orderActions(order: OrderState, now: Date): readonly OrderAction[] {
  return actions[order.status].filter(
    (action) =>
      (action !== 'refund' || refundableOf(order) > 0n) &&
      (action !== 'capture' || (capturableOf(order) > 0n && order.expiresAt > now)) &&
      (action !== 'extend' || (order.expiresAt > now && order.expiresAt < longestExpiry(order))),
  );
}

/** Throws `state_conflict` unless the order's state allows this. */
export function requireAction(order: Order, action: OrderAction): void {
  if (actions[order.status].includes(action)) return;
  throw new GatewayError('state_conflict', {
    detail: `The order is ${order.status}; ${action} is not possible.`,
    hint: 'Read the order; allowed_actions lists what is.',
  });
}

/** The state of an order whose remainder was just captured, voided or expired. */
export function statusAfter(
  amounts: { authorized: bigint; captured: bigint; voided: bigint },
  ended: 'voided' | 'expired',
): OrderStatus {
  if (amounts.captured === 0n) return amounts.voided === 0n ? 'authorized' : ended;
  return amounts.captured + amounts.voided < amounts.authorized ? 'partially_captured' : 'captured';
}
