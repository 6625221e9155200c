import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createMorrow } from '@morrow/sdk-js/server';
import type { PrivateKeyInput } from '@morrow/sdk-js/server';
import express from 'express';
import type { ErrorRequestHandler, Express, RequestHandler } from 'express';
import { cartRoutes } from './cart-routes.ts';
import { checkoutRoutes } from './checkout-routes.ts';
import { refuseForeignForms } from './forms.ts';
import { officeMoneyRoutes } from './office-money-routes.ts';
import { officeRoutes } from './office-routes.ts';
import { orderRoutes } from './order-routes.ts';
import { messagePage } from './pages/message.ts';
import { products } from './products.ts';
import type { Product } from './products.ts';
import { securityHeaders } from './security-headers.ts';
import { sendPage } from './send-page.ts';
import type { Shop } from './shop.ts';
import { Store } from './store.ts';
import { chooseView, viewOf } from './view.ts';
import type { View } from './view.ts';
import { recognizeVisit } from './visits.ts';
import { receiveWebhook } from './webhooks.ts';

export type ShopOptions = {
  /** 0 for any free one. */
  port: number;
  /** 127.0.0.1 by default. */
  host?: string | undefined;
  /** Where browsers see the shop; http://localhost:<port> by default. It must be one of the merchant's origins. */
  origin?: string | undefined;
  gatewayOrigin: string;
  /** `<merchant id>/<kid>`. */
  keyId: string;
  privateKey: PrivateKeyInput;
  /** `pub_…` of the merchant, for messages and windows; the shop sells without it. */
  publishableKey?: string | undefined;
  /** Of the endpoint <origin>/webhooks; without it the shop receives none. */
  webhookSecret?: string | undefined;
  dataDirectory: string;
  products?: readonly Product[] | undefined;
  log?: Shop['log'] | undefined;
};

export type RunningShop = { origin: string; close(): Promise<void> };

/** Starts the shop; resolves when it listens. */
export async function startShop(options: ShopOptions): Promise<RunningShop> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host ?? '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const origin = options.origin ?? `http://localhost:${port}`;
  server.on('request', createShop({ ...options, origin }));
  return { origin, close: () => closeServer(server) };
}

function closeServer(server: ReturnType<typeof createServer>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    // Browsers keep connections open that they may never use again.
    setTimeout(() => server.closeAllConnections(), 1_000).unref();
  });
}

function createShop(options: ShopOptions & { origin: string }): Express {
  const { keyId, privateKey, gatewayOrigin, origin, webhookSecret } = options;
  const shop: Shop = {
    // A shopper waits for the answers, so it does not try as long as it could.
    morrow: createMorrow({ baseUrl: gatewayOrigin, keyId, privateKey, timeoutMs: 8_000, maxRetries: 2 }),
    store: new Store(options.dataDirectory),
    products: options.products ?? products,
    origin,
    gatewayOrigin,
    publishableKey: options.publishableKey,
    merchantId: keyId.split('/')[0] ?? '',
    log: options.log ?? ((message, error) => console.error(`${message}:`, error)),
  };
  const app = express();
  app.disable('x-powered-by');
  app.use(securityHeaders(shop));
  app.use(
    express.static(fileURLToPath(new URL('../public', import.meta.url)), { index: false, maxAge: '1h' }),
  );
  if (webhookSecret !== undefined) {
    app.post(
      '/webhooks',
      express.raw({ type: () => true, limit: '256kb' }),
      receiveWebhook(shop, webhookSecret),
    );
  }
  app.use(express.urlencoded({ extended: false, limit: '16kb' }));
  app.use(noStore, recognizeVisit(shop), chooseView(shop), refuseForeignForms(shop));
  app.use(cartRoutes(shop), checkoutRoutes(shop), orderRoutes(shop));
  app.use(officeRoutes(shop), officeMoneyRoutes(shop));
  app.use((_req, res) => {
    const { t } = viewOf(res);
    const action = { href: '/', label: t.shop.toShop };
    sendPage(shop, res.status(404), t.shop.notFound, messagePage(t.shop.notFound, '', action));
  });
  app.use(failure(shop));
  return app;
}

const noStore: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store');
  next();
};

function failure(shop: Shop): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    const { status = 500 } = (error ?? {}) as { status?: number };
    if (status >= 500 || status < 400) shop.log(`${req.method} ${req.path} failed`, error);
    if (res.headersSent) {
      next(error);
      return;
    }
    const isOurs = status < 400 || status >= 500;
    res.status(isOurs ? 500 : status);
    const view = res.locals.view as View | undefined;
    if (view) sendPage(shop, res, view.t.shop.wrong, sorry(view));
    else res.type('text/plain').send('Something went wrong.');
  };
}

function sorry({ t }: View) {
  return messagePage(t.shop.wrong, t.shop.wrongText, { href: '/cart', label: t.shop.backToCart });
}
