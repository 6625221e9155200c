import { Stripe } from 'stripe';
import { DeadlinePassed } from './deadline.ts';
import type { Outcome } from './port.ts';

/**
 * Refusals that Stripe reports as invalid requests although they tell of the world and not of a mistake of ours:
 * the hold has lapsed, the charge has been disputed, our balance is short, the merchant's account takes no money.
 * Source: the error codes of Stripe's API reference.
 */
const refusals = new Set([
  'account_closed',
  'account_invalid',
  'amount_too_large',
  'amount_too_small',
  'balance_insufficient',
  'capture_charge_authorization_expired',
  'charge_already_refunded',
  'charge_disputed',
  'charge_expired_for_capture',
  'charge_not_refundable',
  'insufficient_capabilities_for_transfer',
  'payment_method_restricted',
  'payment_method_unactivated',
  'refund_disputed_payment',
  'transfers_not_allowed',
]);

/** The same for what is sent to shoppers, which Stripe refuses by the type of its error. */
const refusalTypes = new Set([
  'BlockedByStripeError',
  'InsufficientFundsError',
  'InvalidPayoutMethodError',
  'QuotaExceededError',
]);

/** What an error of the SDK says of the money; throws the error when it says that we made a mistake. */
export function outcomeOfError(error: unknown): Outcome {
  if (error instanceof DeadlinePassed || isDoubtful(error)) return { status: 'unknown' };
  if (error instanceof Stripe.errors.StripeCardError) {
    return { status: 'failed', code: error.decline_code || error.code || 'card_declined' };
  }
  if (error instanceof Stripe.errors.StripeInvalidRequestError && error.code && refusals.has(error.code)) {
    return { status: 'failed', code: error.code };
  }
  if (error instanceof Stripe.errors.StripeError && refusalTypes.has(error.type)) {
    return { status: 'failed', code: error.code ?? error.type };
  }
  throw error;
}

/** Whether it could have happened, or may still happen: no whole answer, a failing processor, or one that is busy. */
export function isDoubtful(error: unknown): boolean {
  if (
    error instanceof Stripe.errors.StripeConnectionError ||
    error instanceof Stripe.errors.StripeRateLimitError
  ) {
    return true;
  }
  if (!(error instanceof Stripe.errors.StripeAPIError)) return false;
  // Without a status the answer could not be read; 409 is the same key, still being worked on.
  return error.statusCode === undefined || error.statusCode === 409 || error.statusCode >= 500;
}

/** A payment intent that was to take money at once (`succeeded`) or to hold it (`requires_capture`). */
export function outcomeOfIntent(
  intent: Stripe.PaymentIntent,
  wanted: 'succeeded' | 'requires_capture',
): Outcome {
  if (intent.status === wanted) return { status: 'succeeded', reference: intent.id };
  if (intent.status === 'canceled')
    return { status: 'failed', code: intent.cancellation_reason ?? 'canceled' };
  if (intent.status === 'requires_payment_method') {
    const error = intent.last_payment_error;
    return { status: 'failed', code: error?.decline_code ?? error?.code ?? 'card_declined' };
  }
  // The shopper is not there to act, and nobody else gets the intent's secret.
  if (intent.status === 'requires_action') return { status: 'failed', code: 'authentication_required' };
  return { status: 'unknown', reference: intent.id };
}

export function outcomeOfRefund(refund: Stripe.Refund): Outcome {
  if (refund.status === 'succeeded') return { status: 'succeeded', reference: refund.id };
  if (refund.status === 'failed' || refund.status === 'canceled') {
    return { status: 'failed', code: refund.failure_reason ?? refund.status };
  }
  return { status: 'unknown', reference: refund.id };
}

/** Money on its way to somebody's card or account: final when it has left, or when it is back with us. */
export function outcomeOfOutbound(payment: Stripe.V2.MoneyManagement.OutboundPayment): Outcome {
  const { id, status, status_details: details } = payment;
  switch (status) {
    case 'posted':
      return { status: 'succeeded', reference: id };
    case 'failed':
      return { status: 'failed', code: details?.failed?.reason ?? status };
    case 'returned':
      return { status: 'failed', code: details?.returned?.reason ?? status };
    case 'canceled':
      return { status: 'failed', code: status };
    case 'processing':
    default:
      return { status: 'unknown', reference: id };
  }
}
