import { isAllowedReturnUrl } from '../checkout/return-url.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { findMerchant } from '../merchants/merchants.ts';

/**
 * What sends a shopper to a hosted page must be in the merchant's currency and lead back to where the merchant said it
 * lives. Errors: `currency_unsupported`, `url_forbidden`.
 */
export async function requireAllowed(
  tx: Tx,
  merchantId: string,
  body: { currency: string; return_url: string },
): Promise<void> {
  const merchant = await findMerchant(tx, merchantId);
  if (body.currency !== merchant.currency) {
    throw new GatewayError('currency_unsupported', {
      detail: `This merchant sells in ${merchant.currency}.`,
      errors: [{ pointer: '/currency', code: 'unsupported' }],
    });
  }
  if (!isAllowedReturnUrl(body.return_url, merchant, tx.environment)) {
    throw new GatewayError('url_forbidden', {
      detail: 'The return_url is not one of the addresses this merchant may use.',
      hint: 'Use https and an origin that is registered for the merchant, without user, password or fragment.',
      errors: [{ pointer: '/return_url', code: 'forbidden' }],
    });
  }
}
