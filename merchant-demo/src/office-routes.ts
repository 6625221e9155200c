import { Router } from 'express';
import type { Request, Response } from 'express';
import { readField } from './forms.ts';
import { isOrdered, previewRefund, refreshPurchase, refund, ship, voidRest } from './fulfilment.ts';
import type { Ordered } from './fulfilment.ts';
import type { Html } from './html.ts';
import { parsePrice } from './money.ts';
import { FormError, problemOf } from './office-problems.ts';
import { officePage } from './pages/office/layout.ts';
import { officeOrderPage } from './pages/office/order.ts';
import type { Problem } from './pages/office/order.ts';
import type { Previewed } from './pages/office/refund-preview.ts';
import { officeOrdersPage } from './pages/office/orders.ts';
import type { Shop } from './shop.ts';
import { viewOf } from './view.ts';
import type { View } from './view.ts';

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
    sendOrders(res, view, { title: view.t.office.orders, body: officeOrdersPage(view, purchases) });
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
  // It changes nothing, so its answer is a page and not a way to one.
  router.post('/office/orders/:reference/refund-preview', (req, res, next) => {
    const purchase = find(req.params.reference);
    if (!purchase || !isOrdered(purchase)) return next();
    return sendPreview(shop, purchase, req, res);
  });
  act('ship', (purchase, req) => ship(shop, purchase, readNumbered(req)));
  act('refund', (purchase, req) => refund(shop, purchase, readNumbered(req)));
  act('void', (purchase) => voidRest(shop, purchase));
  act('refresh', (purchase) => refreshPurchase(shop, purchase));
  return router;
}

async function sendPreview(shop: Shop, purchase: Ordered, req: Request, res: Response): Promise<void> {
  let previewed: Previewed | undefined;
  const problem = await problemOf(viewOf(res).t, async () => {
    const input = readNumbered(req);
    previewed = { number: input.number, preview: await previewRefund(shop, purchase, input) };
  });
  sendOrder(problem ? res.status(409) : res, purchase, problem, previewed);
}

function sendOrders(res: Response, view: View, page: { title: string; body: Html }): void {
  res.type('html').send(officePage(view, { ...page, current: 'orders' }).text);
}

/** Also where a form was posted to, the language is changed on the page of the order. */
function sendOrder(res: Response, purchase: Ordered, problem?: Problem, previewed?: Previewed): void {
  const path = `/office/orders/${purchase.reference}`;
  const view = { ...viewOf(res), path };
  const body = officeOrderPage(view, purchase, { problem, previewed });
  sendOrders(res, view, { title: purchase.reference, body });
}

function readNumbered(req: Request): { number: number; amount: number } {
  const number = readField(req, 'number');
  const amount = parsePrice(readField(req, 'amount'));
  if (!/^\d{1,4}$/.test(number) || amount === undefined) throw new FormError();
  return { number: Number(number), amount };
}
