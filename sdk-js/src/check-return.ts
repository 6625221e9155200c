import type { CheckoutSession } from './types.ts';

/** What your own records say about a checkout. */
export type ExpectedReturn = Pick<
  CheckoutSession,
  'id' | 'merchant_reference' | 'amount' | 'currency' | 'lines_hash'
>;

/** Whether a session may become an order, and if not, why. */
export type ReturnCheck =
  | { ok: true; checkoutToken: string }
  /** The shopper has not agreed, or no longer: look at `session.status`. */
  | { ok: false; reason: 'not_confirmed' }
  /** What the shopper agreed to is not what you would sell: authorize nothing, cancel the session. */
  | { ok: false; reason: 'mismatch'; differences: (keyof ExpectedReturn)[] };

const compared = ['id', 'merchant_reference', 'amount', 'currency', 'lines_hash'] as const;

/**
 * Whether a session that you fetched may become the order that you expect. A shopper controls what their browser brings
 * back, so nothing in the return URL counts but the session's id, and that only when it is the one of their cart.
 */
export function checkReturn({
  session,
  expected,
}: {
  session: CheckoutSession;
  expected: ExpectedReturn;
}): ReturnCheck {
  const differences = compared.filter((name) => session[name] !== expected[name]);
  if (differences.length > 0) return { ok: false, reason: 'mismatch', differences };
  const { status, checkout_token: checkoutToken } = session;
  if (status !== 'confirmed' || checkoutToken === undefined) return { ok: false, reason: 'not_confirmed' };
  return { ok: true, checkoutToken };
}
