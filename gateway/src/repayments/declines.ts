/**
 * What a card issuer says when a card will never pay again: asking once more is of no use, and the networks charge for
 * it. Whatever is not named here may pass: no money today, a limit, a bank that was away. `charged_back` is ours: the
 * holder of the card had its bank take the money back, so it is not charged again behind their back.
 */
const hardDeclines: ReadonlySet<string> = new Set([
  'expired_card',
  'lost_card',
  'stolen_card',
  'pickup_card',
  'restricted_card',
  'card_not_supported',
  'currency_not_supported',
  'incorrect_number',
  'invalid_number',
  'invalid_account',
  'invalid_expiry_month',
  'invalid_expiry_year',
  'new_account_information_available',
  'no_such_account',
  'account_closed',
  'do_not_try_again',
  'revocation_of_all_authorizations',
  'revocation_of_authorization',
  'stop_payment_order',
  'fraudulent',
  'merchant_blacklist',
  'charged_back',
]);

/** Whether the processor's code says that this card is not to be asked again until the shopper has changed it. */
export function isHardDecline(failureCode: string | null): boolean {
  return failureCode !== null && hardDeclines.has(failureCode);
}
