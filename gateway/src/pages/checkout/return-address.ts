import type { CheckoutSession } from '../../checkout/sessions.ts';
import type { Environment } from '../../lib/tx.ts';
import type { Merchant } from '../../merchants/merchants.ts';

const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Where the shopper goes back to, or undefined when the shop's address is no longer one of the shop's own: the
 * merchant's origins may have changed since the session was opened. Nothing but the session's id is added.
 */
export function returnAddress(
  session: Pick<CheckoutSession, 'id' | 'returnUrl'>,
  merchant: Pick<Merchant, 'allowedOrigins'>,
  environment: Pick<Environment, 'kind'>,
): URL | undefined {
  if (!URL.canParse(session.returnUrl)) return undefined;
  const url = new URL(session.returnUrl);
  const isLoopback =
    url.protocol === 'http:' && environment.kind === 'sandbox' && loopbackHosts.has(url.hostname);
  const isPlain = url.username === '' && url.password === '' && url.hash === '';
  if (!(url.protocol === 'https:' || isLoopback) || !isPlain) return undefined;
  if (!merchant.allowedOrigins.includes(url.origin)) return undefined;
  url.searchParams.set('morrow_session', session.id);
  return url;
}
