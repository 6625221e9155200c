import { isAllowedReturnUrl } from '../checkout/return-url.ts';
import type { Environment } from '../lib/tx.ts';
import type { Merchant } from '../merchants/merchants.ts';
import type { Agreement } from './agreements.ts';

/**
 * Where the shopper goes back to, or undefined when the shop's address is no longer one of the shop's own. Nothing but
 * the agreement's id is added.
 */
export function returnAddress(
  agreement: Pick<Agreement, 'id' | 'returnUrl'>,
  merchant: Pick<Merchant, 'allowedOrigins'>,
  environment: Pick<Environment, 'kind'>,
): URL | undefined {
  if (!isAllowedReturnUrl(agreement.returnUrl, merchant, environment)) return undefined;
  const url = new URL(agreement.returnUrl);
  url.searchParams.set('morrow_agreement', agreement.id);
  return url;
}
