import type { Context } from '../context.ts';
import { GatewayError } from '../lib/errors.ts';
import { findByPublishableKey } from '../merchants/publishable-keys.ts';
import type { RequestShop } from './route.ts';
import { headerLines, type RequestMessage } from './signatures/message.ts';
import { readQuery } from './validation.ts';

/** Where the key stands: in this header, or in the query, which saves browsers the question whether they may ask. */
export const publishableKeyHeader = 'Morrow-Publishable-Key';
export const publishableKeyQuery = 'key';

/**
 * The shop that a publishable key names, and the origin of its page that asks; without one, what asks is no page of
 * another origin, and there is nobody to keep the answer from.
 *
 * @throws GatewayError `key_unknown`, or `origin_forbidden` when the page is not one of the shop's own.
 */
export async function authenticateShop(
  context: Pick<Context, 'db' | 'clock'>,
  message: RequestMessage,
): Promise<{ shop: RequestShop; origin?: string }> {
  const found = await findByPublishableKey(context, keyOf(message));
  if (!found) throw keyUnknown('There is no such publishable key.');
  const { environmentId, merchant } = found;
  const shop = { merchantId: merchant.id, environmentId };
  const origins = headerLines(message, 'origin');
  if (origins === undefined) return { shop };
  const [origin] = origins;
  if (origin === undefined || origins.length > 1 || !merchant.allowedOrigins.includes(origin)) {
    throw new GatewayError('origin_forbidden', {
      detail: 'This page is not of an origin that is registered for the merchant.',
      hint: 'Register the exact origin, with its scheme and port, or use the key of the merchant whose page it is.',
    });
  }
  return { shop, origin };
}

function keyOf(message: RequestMessage): string {
  const inHeader = headerLines(message, publishableKeyHeader.toLowerCase()) ?? [];
  const inQuery = [readQuery(message.target)[publishableKeyQuery] ?? []].flat();
  const [key, ...others] = [...inHeader, ...inQuery];
  if (key === undefined || others.length > 0) {
    throw keyUnknown(`The request has ${others.length > 0 ? 'more than one' : 'no'} publishable key.`);
  }
  return key;
}

function keyUnknown(detail: string): GatewayError {
  return new GatewayError('key_unknown', {
    detail,
    hint: `Send the merchant's publishable key, pub_…, in the header ${publishableKeyHeader} or the query's "${publishableKeyQuery}".`,
  });
}
