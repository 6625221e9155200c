import { Router } from 'express';
import type { Response } from 'express';
import { isOrdered } from './fulfilment.ts';
import type { Ordered } from './fulfilment.ts';
import { orderPage, ordersPage } from './pages/order.ts';
import { sendPage } from './send-page.ts';
import type { Shop } from './shop.ts';
import { viewOf } from './view.ts';
import { visitOf } from './visits.ts';

/** What the shopper sees of their orders. */
export function orderRoutes(shop: Shop): Router {
  const router = Router();

  router.get('/orders', (_req, res) => {
    const view = viewOf(res);
    const purchases = shop.store.purchasesOf(visitOf(res).id).filter(isOrdered);
    sendPage(shop, res, view.t.shop.orders, ordersPage(view, purchases));
  });

  router.get('/orders/:reference', (req, res, next) => {
    const purchase = findOwn(shop, req.params.reference, res);
    const view = viewOf(res);
    if (!purchase) next();
    else {
      const title = view.t.order.name(purchase.reference);
      sendPage(shop, res, title, orderPage(view, purchase), '/live.js');
    }
  });

  // Server-sent events: a line whenever a webhook has told something new, after which /live.js reads the page again.
  router.get('/orders/:reference/live', (req, res, next) => {
    const purchase = findOwn(shop, req.params.reference, res);
    if (!purchase) {
      next();
      return;
    }
    res.type('text/event-stream');
    const tell = () => res.write('data: changed\n\n');
    // At once, too: between the page and this request something may have happened.
    tell();
    res.on('close', shop.store.watch(purchase, tell));
  });

  return router;
}

/** An order of this visitor; another's is as good as none. */
function findOwn(shop: Shop, reference: string, res: Response): Ordered | undefined {
  const purchases = shop.store.purchasesOf(visitOf(res).id).filter(isOrdered);
  return purchases.find((purchase) => purchase.reference === reference);
}
