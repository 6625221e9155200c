import type { EventData, EventType } from '../events/types.ts';

/** What is told to shoppers and funders only: never in a merchant's feed or webhooks. */
export const privateEventTypes = [
  'installment.reminder',
  'installment.rescheduled',
  'plan.delinquency_changed',
  'plan.charge_off_notice',
  'plan.charged_off',
  'plan.recovered',
  'plan.transferred',
  'plan.owner_changed',
  'late_fee.charged',
  'late_fee.waived',
  'promise.made',
  'promise.kept',
  'promise.broken',
  'promise.replaced',
  'hardship.asked',
  'hardship.granted',
  'hardship.ended',
  'credit_line.suspended',
  'credit_line.restored',
  'credit_line.limit_raised',
  'credit_line.limit_cut',
  'credit_line.price_changed',
  'credit_line.raise_offered',
  'guarantee.offered',
  'guarantee.accepted',
  'guarantee.active',
  'guarantee.warning',
  'guarantee.called',
  'guarantee.call_failed',
  'guarantee.reimbursed',
  'guarantee.ended',
  'guarantee.expired',
  'bank_account.bound',
  'bank_account.removed',
  'mandate.given',
  'mandate.ended',
  'draw.requested',
  'draw.paid_out',
  'draw.failed',
  'appeal.asked',
  'appeal.answered',
  'appeal.withdrawn',
  'case.message',
  'case.closed',
] as const satisfies readonly EventType[];

export type MerchantEventType = Exclude<EventType, (typeof privateEventTypes)[number]>;

/** An event's object and what the event says of it, as a merchant gets it. */
export type EventExample = { objectId: string; objectVersion: number; data: EventData };

const id = (prefix: string): string => `${prefix}_018f6b2a9c7d7e3f8a1b2c3d4e5f6071`;

const of = (prefix: string, objectVersion: number, data: EventData): EventExample => ({
  objectId: id(prefix),
  objectVersion,
  data,
});

const session = (status: string, version: number, orderId: string | null = null): EventExample =>
  of('cs', version, {
    status,
    merchant_reference: 'order-1001',
    amount: 10000,
    currency: 'CNY',
    order_id: orderId,
  });

const order = (
  status: string,
  version: number,
  amounts: { captured?: number; voided?: number } = {},
): EventExample =>
  of('ord', version, {
    status,
    merchant_reference: 'order-1001',
    currency: 'CNY',
    authorized_amount: 10000,
    captured_amount: amounts.captured ?? 0,
    voided_amount: amounts.voided ?? 0,
    refunded_amount: 0,
  });

const refund = (status: string, version: number): EventExample =>
  of('rfd', version, {
    order_id: id('ord'),
    status,
    amount: 4000,
    debt_amount: 3000,
    money_back_amount: 1000,
  });

const goods = (
  status: string,
  version: number,
  end: { refund?: string; rejection?: string } = {},
): EventExample =>
  of('ret', version, {
    order_id: id('ord'),
    status,
    declared_by: 'shopper',
    reference: 'return-1',
    amount: 4000,
    currency: 'CNY',
    reason: 'damaged',
    respond_by: '2026-03-15T08:30:00.000Z',
    refund_id: end.refund ?? null,
    rejection: end.rejection ?? null,
  });

const dispute = (
  status: string,
  version: number,
  end: { refunded?: number; refund?: string; by?: string } = {},
): EventExample =>
  of('dsp', version, {
    order_id: id('ord'),
    status,
    reason: 'not_received',
    amount: 4000,
    currency: 'CNY',
    response_due_at: '2026-03-24T08:30:00.000Z',
    refunded_amount: end.refunded ?? 0,
    refund_id: end.refund ?? null,
    ended_by: end.by ?? null,
  });

const plan = (status: string, version: number, owed: number): EventExample =>
  of('pln', version, {
    order_id: id('ord'),
    draw_id: null,
    status,
    currency: 'CNY',
    owed_amount: owed,
  });

const installment = (version: number, paid: number): EventExample =>
  of('ins', version, {
    plan_id: id('pln'),
    number: 2,
    due_date: '2026-03-15',
    currency: 'CNY',
    amount: 2500,
    paid_amount: paid,
  });

const repayment = (version: number, failure: string | null): EventExample =>
  of('rep', version, {
    plan_id: id('pln'),
    order_id: id('ord'),
    amount: 2500,
    currency: 'CNY',
    failure_code: failure,
  });

const agreement = (status: string, version: number, endedBy: string | null = null): EventExample =>
  of('agr', version, {
    status,
    merchant_reference: 'rider-7',
    currency: 'CNY',
    order_ceiling: 20000,
    ended_by: endedBy,
  });

const payout = (
  status: string,
  version: number,
  why: { failure?: string; hold?: string } = {},
): EventExample =>
  of('po', version, {
    settlement_id: id('stl'),
    amount: 9600,
    currency: 'CNY',
    status,
    failure_code: why.failure ?? null,
    hold_reason: why.hold ?? null,
  });

const key = (status: string, objectVersion: number, expiresAt: string | null): EventExample => ({
  objectId: 'key-2',
  objectVersion,
  data: {
    key_id: `${id('mer')}/key-2`,
    algorithm: 'ed25519',
    scopes: ['read', 'orders', 'refunds'],
    status,
    expires_at: expiresAt,
    by: 'key-1',
  },
});

/** One example of every type of event that merchants get; a new type needs one here, or a place in the list above. */
export const eventExamples: Record<MerchantEventType, EventExample> = {
  'checkout_session.confirmed': session('confirmed', 3),
  'checkout_session.canceled': session('canceled', 2),
  'checkout_session.expired': session('expired', 2),
  'checkout_session.completed': session('completed', 4, id('ord')),
  'order.authorized': order('authorized', 1),
  'order.partially_captured': order('partially_captured', 2, { captured: 6000 }),
  'order.captured': order('captured', 2, { captured: 10000 }),
  'order.voided': order('voided', 2, { voided: 10000 }),
  'order.extended': order('authorized', 2),
  'order.expiring': order('authorized', 2),
  'order.expired': order('expired', 3, { voided: 10000 }),
  'refund.created': refund('pending', 1),
  'refund.succeeded': refund('succeeded', 2),
  'refund.failed': refund('failed', 2),
  'return.declared': goods('declared', 1),
  'return.accepted': goods('accepted', 2, { refund: id('rfd') }),
  'return.rejected': goods('rejected', 2, { rejection: 'used_or_damaged' }),
  'return.withdrawn': goods('withdrawn', 2),
  'return.released': goods('released', 2),
  'dispute.created': dispute('open', 1),
  'dispute.response_due': dispute('open', 1),
  'dispute.updated': dispute('under_review', 2),
  'dispute.evidence_added': dispute('under_review', 3),
  'dispute.closed': dispute('lost', 4, { refunded: 4000, refund: id('rfd'), by: 'operator' }),
  'plan.active': plan('active', 2, 10000),
  'plan.paid': plan('paid', 6, 0),
  'plan.reopened': plan('active', 7, 2500),
  'plan.canceled': plan('canceled', 3, 0),
  'installment.due': installment(3, 0),
  'installment.overdue': installment(4, 0),
  'installment.paid': installment(4, 2500),
  'repayment.succeeded': repayment(2, null),
  'repayment.failed': repayment(2, 'card_declined'),
  'repayment.charged_back': of('rep', 3, {
    plan_id: id('pln'),
    order_id: id('ord'),
    amount: 2500,
    owed_again_amount: 2500,
    currency: 'CNY',
  }),
  'agreement.active': agreement('active', 2),
  'agreement.suspended': agreement('suspended', 3),
  'agreement.resumed': agreement('active', 4),
  'agreement.ended': agreement('ended', 5, 'shopper'),
  'settlement.closed': of('stl', 1, {
    business_date: '2026-03-02',
    currency: 'CNY',
    net: 9600,
    lines_count: 2,
    early: false,
  }),
  'payout.created': payout('pending', 1),
  'payout.held': payout('held', 1, { hold: 'first_payout' }),
  'payout.in_transit': payout('in_transit', 2),
  'payout.paid': payout('paid', 3),
  'payout.failed': payout('failed', 3, { failure: 'account_closed' }),
  'payout.returned': payout('returned', 4, { failure: 'account_closed' }),
  'merchant.bank_account_changed': of('bka', 1, { bank_name: 'Test Bank', last4: '0001' }),
  'key.created': key('active', 1, null),
  'key.expiring': key('active', 2, '2026-03-02T08:30:00.000Z'),
  'key.revoked': key('revoked', 3, null),
  'key_source.changed': {
    objectId: id('mer'),
    objectVersion: 1,
    data: {
      jwks_url: 'https://shop.example/jwks.json',
      scopes: ['read', 'orders'],
      by: 'key-1',
    },
  },
  'webhook_endpoint.failing': of('whe', 1, {
    url: 'https://shop.example/webhooks',
    failing_since: '2026-03-01T08:30:00.000Z',
    disabled_from: '2026-03-06T08:30:00.000Z',
  }),
  'webhook_endpoint.test': of('whe', 1, { url: 'https://shop.example/webhooks' }),
  'webhook_endpoint.disabled': of('whe', 2, { url: 'https://shop.example/webhooks', reason: 'failing' }),
};
