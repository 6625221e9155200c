import { MorrowError, verifyWebhook, webhookAnswer, WebhookVerificationError } from '@morrow/sdk-js/server';
import type { WebhookEvent } from '@morrow/sdk-js/server';
import type { RequestHandler } from 'express';
import { finishCheckout } from './checkout.ts';
import { refreshPurchase } from './fulfilment.ts';
import type { Shop } from './shop.ts';
import type { Purchase } from './store.ts';

/**
 * Receives webhooks. `req.body` must be the bytes as they came: the signature is over them, not over their meaning.
 * Any answer but 2xx makes Morrow send the webhook again later; by what stands in this one, the shop proves that it wants them.
 */
export function receiveWebhook(shop: Shop, secret: string): RequestHandler {
  return async (req, res) => {
    const event = verify(shop, secret, req);
    if (!event) {
      res.sendStatus(400);
      return;
    }
    if (!shop.store.isHandled(event.id)) {
      await handle(shop, event);
      // Marked only now: after a crash on the way it comes again, and everything above can be done twice.
      shop.store.markHandled(event.id);
    }
    res.status(200).type('json').send(webhookAnswer(event));
  };
}

type Received = { body: unknown; headers: Record<string, string | string[] | undefined> };

function verify(shop: Shop, secret: string, { body, headers }: Received): WebhookEvent | undefined {
  const payload = Buffer.isBuffer(body) ? body : '';
  try {
    return verifyWebhook({ payload, headers, secret, merchantId: shop.merchantId });
  } catch (error) {
    if (error instanceof WebhookVerificationError) return undefined;
    throw error;
  }
}

async function handle(shop: Shop, event: WebhookEvent): Promise<void> {
  const { type } = event;
  if (type === 'webhook_endpoint.challenge') return;
  const purchase = shop.store.findPurchase((candidate) => isAbout(event, candidate));
  if (!purchase) return;
  try {
    // The shopper may have closed the browser after agreeing; then nobody returns, and this makes the order.
    if (type === 'checkout_session.confirmed') await finishCheckout(shop, purchase);
    else await refreshPurchase(shop, purchase);
    shop.store.keepEvent(purchase, { ...event, type });
  } catch (error) {
    // A refusal will not change by being told again; anything else may.
    if (!(error instanceof MorrowError) || error.status < 400 || error.status >= 500) throw error;
    shop.log(`${type} of ${purchase.reference} came to nothing`, error);
  }
}

function isAbout(event: WebhookEvent, { reference, sessionId, order }: Purchase): boolean {
  const ids = [event.object_id, event.data.order_id, event.data.plan_id];
  return (
    event.data.merchant_reference === reference ||
    ids.includes(sessionId) ||
    (order !== undefined && (ids.includes(order.id) || ids.includes(order.plan_id)))
  );
}
