import { Router } from 'express';
import type { Request, Response } from 'express';
import { readField } from './forms.ts';
import { isOrdered, refreshPurchase, refund, ship, voidRest } from './fulfilment.ts';
import type { Ordered } from './fulfilment.ts';
import type { Html } from './html.ts';
import { parsePrice } from './money.ts';
import { FormError, problemOf } from './office-problems.ts';
import { officePage } from './pages/office/layout.ts';
import { officeOrderPage } from './pages/office/order.ts';
import type { Problem } from './pages/office/order.ts';
import { officeOrdersPage } from './pages/office/orders.ts';
import type { Shop } from './shop.ts';
import { viewOf } from './view.ts';

/**
 * The merchant's side: all orders, and what is done with them. A real shop lets its staff sign in before any of this;
 * the demonstration leaves that out, so it must not be reachable from outside.
 */
export function officeRoutes(shop: Shop): Router {
  const router = Router();
  const find = (reference: string) =>
    shop.store.purchases().find((purchase) => purchase.reference === reference);

  router.get('/office', (_req, res) => {
    const view = viewOf(res);
    const purchases = shop.store.purchases().filter(isOrdered);
    sendOrders(res, view.t.office.orders, officeOrdersPage(view, purchases));
  });

  router.get('/office/orders/:reference', (req, res, next) => {
    const purchase = find(req.params.reference);
    if (purchase && isOrdered(purchase)) sendOrder(res, purchase);
    else next();
  });

  const act = (action: string, work: (purchase: Ordered, req: Request) => Promise<void>) => {
    router.post(`/office/orders/:reference/${action}`, async (req, res, next) => {
      const purchase = find(req.params.reference);
      if (!purchase || !isOrdered(purchase)) {
        next();
        return;
      }
      const problem = await problemOf(viewOf(res).t, () => work(purchase, req));
      if (problem) {
        sendOrder(res.status(409), purchase, problem);
        return;
      }
      const side = readField(req, 'back') === 'shop' ? '' : '/office';
      res.redirect(303, `${side}/orders/${purchase.reference}`);
    });
  };
  act('ship', (purchase, req) => ship(shop, purchase, readNumbered(req)));
  act('refund', (purchase, req) => refund(shop, purchase, readNumbered(req)));
  act('void', (purchase) => voidRest(shop, purchase));
  act('refresh', (purchase) => refreshPurchase(shop, purchase));
  return router;
}

function sendOrders(res: Response, title: string, body: Html): void {
  res.type('html').send(officePage(viewOf(res), { title, current: 'orders', body }).text);
}

function sendOrder(res: Response, purchase: Ordered, problem?: Problem): void {
  const path = `/office/orders/${purchase.reference}`;
  const view = { ...viewOf(res), path };
  sendOrders(res, purchase.reference, officeOrderPage(view, purchase, problem));
}

function readNumbered(req: Request): { number: number; amount: number } {
  const number = readField(req, 'number');
  const amount = parsePrice(readField(req, 'amount'));
  if (!/^\d{1,4}$/.test(number) || amount === undefined) throw new FormError();
  return { number: Number(number), amount };
}
