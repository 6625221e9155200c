/** What a bank says when its customer has told it to refuse our debits. */
const revocations: ReadonlySet<string> = new Set(['debit_not_authorized', 'mandate_revoked']);

/**
 * What a card issuer or a bank says when a card or an account will never pay again: asking once more is of no use, and the
 * networks charge for it. Whatever is not named here may pass: no money today, a limit, a bank that was away.
 * `charged_back` is ours: the holder of the card had its bank take the money back, so it is not charged again behind their
 * back.
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
  'no_account',
  'bank_account_restricted',
  'bank_account_unusable',
  'payment_intent_mandate_invalid',
  ...revocations,
]);

/** Whether the processor's code says that the holder of a bank account has taken back that we may debit it. */
export function isRevoked(failureCode: string | null): boolean {
  return failureCode !== null && revocations.has(failureCode);
}

/** Whether the processor's code says that this card is not to be asked again until the shopper has changed it. */
export function isHardDecline(failureCode: string | null): boolean {
  return failureCode !== null && hardDeclines.has(failureCode);
}
