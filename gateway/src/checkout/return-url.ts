import type { Environment } from '../lib/tx.ts';
import type { Merchant } from '../merchants/merchants.ts';
import type { CheckoutSession } from './sessions.ts';

const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Whether a shopper may be sent to this address: https, or loopback in a sandbox, at one of the merchant's own origins,
 * without user, password or fragment. So nobody can make the checkout an open redirect.
 */
export function isAllowedReturnUrl(
  address: string,
  merchant: Pick<Merchant, 'allowedOrigins'>,
  environment: Pick<Environment, 'kind'>,
): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  const isLoopback =
    url.protocol === 'http:' && environment.kind === 'sandbox' && loopbackHosts.has(url.hostname);
  const isPlain = url.username === '' && url.password === '' && url.hash === '';
  return (url.protocol === 'https:' || isLoopback) && isPlain && merchant.allowedOrigins.includes(url.origin);
}

/**
 * Where the shopper goes back to, or undefined when the shop's address is no longer one of the shop's own: the
 * merchant's origins may have changed since the session was opened. Nothing but the session's id is added.
 */
export function returnAddress(
  session: Pick<CheckoutSession, 'id' | 'returnUrl'>,
  merchant: Pick<Merchant, 'allowedOrigins'>,
  environment: Pick<Environment, 'kind'>,
): URL | undefined {
  if (!isAllowedReturnUrl(session.returnUrl, merchant, environment)) return undefined;
  const url = new URL(session.returnUrl);
  url.searchParams.set('morrow_session', session.id);
  return url;
}
