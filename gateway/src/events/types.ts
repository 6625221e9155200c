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
  'order.extended': 'An authorization was extended; it expires later.',
  'order.expiring': 'An authorization will expire soon; capture it or void it.',
  'order.expired': 'An authorization expired before anything of it was captured.',
  'refund.created': 'A refund was accepted and reduces the debt.',
  'refund.succeeded': 'A refund is finished; money that went back has been sent.',
  'refund.failed': 'The money of a refund could not be sent back.',
  'return.declared':
    'Goods are said to be on their way back; the dues are paused until the merchant answers.',
  'return.accepted': 'A return was accepted by a refund; the dues go on with what is left.',
  'return.rejected': 'A return was rejected with a reason; the dues go on.',
  'return.withdrawn': 'The shopper withdrew a return; the dues go on.',
  'return.released': 'A return was not answered in time; the dues go on, and the shopper may dispute.',
  'dispute.created':
    'A shopper disputes an order: answer until `response_due_at`. The dues are paused and the amount is set apart.',
  'dispute.response_due': 'A dispute is to be answered soon; silence until `response_due_at` loses it.',
  'dispute.updated': 'A dispute was answered; a person decides.',
  'dispute.evidence_added': 'A file was added to a dispute.',
  'dispute.closed': 'A dispute is over: won, lost, partly won or withdrawn.',
  'plan.active': 'A plan began with the first capture of its order.',
  'plan.paid': 'Every installment of a plan is paid.',
  'plan.reopened': 'A plan that was paid owes something again, because a repayment was taken back.',
  'plan.canceled': 'A plan ended without a debt, by a void or by refunds.',
  'installment.due': 'The due date of an installment has come.',
  'installment.overdue': 'An installment was not paid by its due date.',
  'installment.paid': 'An installment is paid in full.',
  'installment.reminder': 'A shopper is reminded of an installment; `days` count from its due date.',
  'plan.delinquency_changed': 'A plan came into another bucket of days past due, or is cured.',
  'plan.charge_off_notice': 'A plan is going to be charged off on a date unless it is paid.',
  'plan.charged_off': 'The debt of a plan was given up in the books; it is owed all the same.',
  'plan.recovered': 'All that was owed on a charged-off plan has come in.',
  'plan.transferred': 'A plan, or a share of it, was transferred from one funder to another.',
  'plan.owner_changed': 'What a shopper owes on a plan belongs to another funder; nothing else changes.',
  'late_fee.charged': 'A missed installment was charged its late fee.',
  'late_fee.waived': 'The unpaid part of a late fee was let go.',
  'promise.made': 'A shopper promised a date for what is due; nobody asks for it until then.',
  'promise.kept': 'What was promised was paid in time.',
  'promise.broken': 'The promised date has passed without the payment.',
  'promise.replaced': 'Other dates were agreed in the place of a promise.',
  'installment.rescheduled': 'A missed installment was moved to a later date, free of charge.',
  'hardship.asked': 'A shopper asked for easier terms.',
  'hardship.granted': 'Easier terms were granted: a pause, a longer term, or both, and no new fees.',
  'hardship.ended': 'Easier terms are over: the pause has ended, or nothing is owed any more.',
  'credit_line.suspended': 'A credit line promises nothing new for now; what is confirmed is honoured.',
  'credit_line.restored': 'A suspended credit line is good again.',
  'credit_line.limit_raised': 'The limit of a credit line was raised, with the reasons.',
  'credit_line.limit_cut': 'The limit of a credit line was cut; what is confirmed is honoured.',
  'credit_line.price_changed': 'New plans on a credit line cost another rate; agreed plans keep theirs.',
  'credit_line.raise_offered': 'A shopper was offered a higher limit; it holds when they accept it.',
  'repayment.succeeded': 'A repayment was received.',
  'repayment.failed': 'A repayment could not be collected.',
  'repayment.charged_back':
    'The payer’s bank took a repayment back; `owed_again_amount` of it is owed again.',
  'agreement.active': 'A shopper agreed; orders can be authorized by the agreement.',
  'agreement.suspended': 'An agreement is suspended for now; no orders can be authorized by it.',
  'agreement.resumed': 'A suspended agreement is good again.',
  'agreement.ended': 'An agreement was ended, by either side or because nobody agreed in time.',
  'guarantee.offered': 'A shopper offered to vouch for somebody.',
  'guarantee.accepted': 'The invited one accepted; either side may withdraw for a day.',
  'guarantee.active': 'A guarantee is active: what the debtor confirms from now on is covered.',
  'guarantee.warning':
    'A covered plan is late; the guarantor may be charged `amount` from the date `on`, unless it is paid.',
  'guarantee.called': 'A guarantor has paid for the debtor; nothing new is covered any more.',
  'guarantee.call_failed': 'The card of a guarantor was not charged; nothing was taken.',
  'guarantee.reimbursed': 'What the debtor paid is on its way back to the guarantor.',
  'guarantee.ended':
    'A guarantee was ended, or never came to be; what it covers stays covered until it is paid.',
  'guarantee.expired': 'The last day of a guarantee is over; what it covers stays covered until it is paid.',
  'draw.requested': 'A shopper asked for cash from their credit line; it is on its way.',
  'draw.paid_out': 'The cash of a draw was sent, and its plan began.',
  'draw.failed': 'The cash of a draw could not be sent; nothing is owed.',
  'appeal.asked': 'A shopper asked for a person to look at a decision.',
  'appeal.answered': 'A person answered an appeal against a decision.',
  'appeal.withdrawn': 'A shopper withdrew an appeal against a decision.',
  'case.message': 'Somebody wrote to a shopper in a case; what they wrote is read in the account.',
  'case.closed': 'A case of a shopper was closed without another word.',
  'bank_account.bound': 'A shopper bound a bank account of their own; no cash is drawn for 24 hours.',
  'bank_account.removed': 'A shopper removed a bank account; no cash is drawn for 24 hours.',
  'mandate.given': 'A shopper allowed debits of a bank account.',
  'mandate.ended': 'A bank account may not be debited any more, by its holder’s or its bank’s word.',
  'merchant.bank_account_changed':
    'Your payouts go to another bank account; from now on they are held for 72 hours.',
  'settlement.closed': 'A settlement was closed: its lines and its net amount are final.',
  'payout.created': 'A payout of a settlement was started.',
  'payout.held': 'A payout waits, for the reason that it gives; nothing was sent.',
  'payout.in_transit': 'The processor accepted a payout; it is on its way to the bank.',
  'payout.paid': 'The bank accepted a payout.',
  'payout.failed': 'The bank refused a payout.',
  'payout.returned': 'The bank sent a paid payout back; a new one follows.',
  'key.created': 'A key was registered for you; if it was not you, revoke it.',
  'key.expiring': 'A key was replaced by another one and is going to end at `expires_at`.',
  'key.revoked': 'A key was revoked; nothing that it signs is taken any more.',
  'key_source.changed':
    'The address at which the gateway looks for your keys, or what they may do, was changed.',
  'webhook_endpoint.disabled':
    'A webhook endpoint was disabled because it failed for too long or answered 410.',
  'webhook_endpoint.failing':
    'A webhook endpoint has answered nothing well for a day; it is going to be disabled from `disabled_from` on.',
  'webhook_endpoint.test': 'You asked for this event; nothing has happened.',
} as const satisfies Record<string, string>;

export type EventType = keyof typeof eventTypes;

export function isEventType(value: string): value is EventType {
  return Object.hasOwn(eventTypes, value);
}

/** What JSON can carry. Amounts are integers (`toJsonAmount`), instants RFC 3339 text: bigint and Date are not JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [member: string]: Json };

export type EventData = { readonly [member: string]: Json };
