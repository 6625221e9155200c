import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createMorrow } from '@morrow/sdk-js/server';
import express, { Router } from 'express';
import type { Express, NextFunction, Request, RequestHandler, Response } from 'express';
import { cartRoutes } from '../../src/cart-routes.ts';
import { checkoutRoutes } from '../../src/checkout-routes.ts';
import { priceCart } from '../../src/checkout.ts';
import { refuseForeignForms } from '../../src/forms.ts';
import { refreshPurchase } from '../../src/fulfilment.ts';
import { officeRoutes } from '../../src/office-routes.ts';
import { orderRoutes } from '../../src/order-routes.ts';
import { products } from '../../src/products.ts';
import { securityHeaders } from '../../src/security-headers.ts';
import type { RunningShop, ShopOptions } from '../../src/server.ts';
import type { Shop } from '../../src/shop.ts';
import { type Cart, type Purchase, Store, type TimelineEvent } from '../../src/store.ts';
import { chooseView } from '../../src/view.ts';
import { recognizeVisit, visitOf } from '../../src/visits.ts';
import { receiveWebhook } from '../../src/webhooks.ts';

const publicFolder = fileURLToPath(new URL('../../public', import.meta.url));

/**
 * The demo shop's parts with three faults that real shops have: a webhook that comes twice is handled twice, the order
 * is whatever the cart holds on the return, and the window is opened when the server has answered.
 */
export async function startFaultyShop(options: ShopOptions): Promise<RunningShop> {
  const server = createServer().listen(options.port, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  server.on('request', faultyShop({ ...options, origin }));
  return {
    origin,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function faultyShop(options: ShopOptions & { origin: string }): Express {
  const { keyId, privateKey, gatewayOrigin, origin, webhookSecret = '' } = options;
  const shop: Shop = {
    morrow: createMorrow({ baseUrl: gatewayOrigin, keyId, privateKey }),
    store: new ForgetfulStore(options.dataDirectory),
    products,
    origin,
    gatewayOrigin,
    publishableKey: options.publishableKey,
    merchantId: keyId.split('/')[0] ?? '',
    log: () => undefined,
  };
  const app = express();
  app.use(securityHeaders(shop));
  app.get('/pay.js', sendLatePopup);
  app.use(express.static(publicFolder, { index: false }));
  app.post('/webhooks', express.raw({ type: () => true }), receiveWebhook(shop, webhookSecret));
  app.use(express.urlencoded({ extended: false }));
  app.use(recognizeVisit(shop), chooseView(shop), refuseForeignForms(shop));
  app.use(
    trustingReturn(shop),
    cartRoutes(shop),
    checkoutRoutes(shop),
    orderRoutes(shop),
    officeRoutes(shop),
  );
  return app;
}

/** Handles every webhook as if it had never seen one. */
class ForgetfulStore extends Store {
  override isHandled(): boolean {
    return false;
  }

  override keepEvent(purchase: Purchase, { id, type, timestamp, sequence }: TimelineEvent): void {
    purchase.timeline.push({ id, type, timestamp, sequence });
    this.save();
  }
}

/** Makes the order that was agreed to, and writes down what the cart holds by now. */
function trustingReturn(shop: Shop): Router {
  const router = Router();
  router.get('/return', (req, res, next) => returnTrustingly(shop, req, res, next));
  return router;
}

async function returnTrustingly(shop: Shop, req: Request, res: Response, next: NextFunction): Promise<void> {
  const { id } = visitOf(res);
  const purchase = shop.store
    .purchasesOf(id)
    .find(({ sessionId, order }) => sessionId === req.query.morrow_session && !order);
  if (purchase && (await sell(shop, purchase, shop.store.cartOf(id)))) {
    res.redirect(303, `/orders/${purchase.reference}`);
  } else next();
}

async function sell(shop: Shop, purchase: Purchase, cart: Cart): Promise<boolean> {
  const session = await shop.morrow.checkoutSessions.get(purchase.sessionId);
  if (session.checkout_token === undefined) return false;
  const { checkout_token, merchant_reference, amount, currency } = session;
  const order = await shop.morrow.orders.authorize(
    { checkout_token, merchant_reference, amount, currency },
    { idempotencyKey: `authorize-${session.id}` },
  );
  const { lines, total } = priceCart(shop.products, cart);
  purchase.cart = cart;
  purchase.amount = total;
  purchase.lines = lines.map((line) => ({
    name: line.product.text.en.name,
    quantity: line.quantity,
    unit_amount: line.product.price,
    amount: line.amount,
  }));
  shop.store.keepOrder(purchase, order);
  await refreshPurchase(shop, purchase);
  return true;
}

/** Asks the shop's server first and opens the window then. */
const sendLatePopup: RequestHandler = (_req, res) => {
  const script = readFileSync(`${publicFolder}/pay.js`, 'utf8');
  const late = script.replace(
    'await browser.popup(() => openSession(form))',
    'await openSession(form).then((started) => browser.popup(async () => started))',
  );
  if (late === script) throw new Error('pay.js opens its window in another way by now');
  res.type('text/javascript').send(late);
};
