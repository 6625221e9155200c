/**
 * Every kind of fact that a stream can carry, with the sentence that the docs print beside it. A type never
 * changes its meaning; a new meaning gets a new type.
 */
export const eventTypes = {
  'checkout_session.confirmed': 'A shopper chose a plan and confirmed; the order can be authorized.',
  'checkout_session.canceled': 'A checkout session was canceled before it became an order.',
  'checkout_session.expired': 'A checkout session ran out of time before it became an order.',
  'checkout_session.completed': 'A confirmed checkout session became an order.',
  'order.authorized': 'An order was authorized; no money has moved yet.',
  'order.partially_captured': 'A part of an order was captured; the rest can still be captured.',
  'order.captured': 'An order was captured as far as it will be.',
  'order.voided': 'An order was voided before anything of it was captured.',
  'order.expiring': 'An authorization will expire soon; capture it or void it.',
  'order.expired': 'An authorization expired before anything of it was captured.',
  'refund.created': 'A refund was accepted and reduces the debt.',
  'refund.succeeded': 'A refund is finished; money that went back has been sent.',
  'refund.failed': 'The money of a refund could not be sent back.',
  'plan.active': 'A plan began with the first capture of its order.',
  'plan.paid': 'Every installment of a plan is paid.',
  'plan.canceled': 'A plan ended without a debt, by a void or by refunds.',
  'installment.due': 'The due date of an installment has come.',
  'installment.overdue': 'An installment was not paid by its due date.',
  'installment.paid': 'An installment is paid in full.',
  'repayment.succeeded': 'A repayment was received.',
  'repayment.failed': 'A repayment could not be collected.',
  'settlement.closed': 'A settlement was closed: its lines and its net amount are final.',
  'payout.created': 'A payout of a settlement was started.',
  'payout.paid': 'The bank accepted a payout.',
  'payout.failed': 'The bank refused a payout.',
  'webhook_endpoint.disabled':
    'A webhook endpoint was disabled because it failed for too long or answered 410.',
} as const satisfies Record<string, string>;

export type EventType = keyof typeof eventTypes;

export function isEventType(value: string): value is EventType {
  return Object.hasOwn(eventTypes, value);
}

/** What JSON can carry. Amounts are integers (`toJsonAmount`), instants RFC 3339 text: bigint and Date are not JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [member: string]: Json };

export type EventData = { readonly [member: string]: Json };
