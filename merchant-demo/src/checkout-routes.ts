import { MorrowError } from '@morrow/sdk-js/server';
import { Router } from 'express';
import type { Request, Response } from 'express';
import { finishCheckout, startCheckout } from './checkout.ts';
import { messagePage } from './pages/message.ts';
import { sendPage } from './send-page.ts';
import type { Shop } from './shop.ts';
import { viewOf } from './view.ts';
import { visitOf } from './visits.ts';

/** From the cart to Morrow's page and back. */
export function checkoutRoutes(shop: Shop): Router {
  const router = Router();

  // A form with a token and not a link: otherwise any site could send visitors into a checkout.
  router.post('/checkout', async (_req, res) => {
    const { id } = visitOf(res);
    if (isEmpty(shop, id)) {
      res.redirect(303, '/cart');
      return;
    }
    try {
      const started = await startCheckout(shop, id, viewOf(res).locale);
      // 303 makes the browser follow by GET, whatever it sent.
      res.redirect(303, 'agreed' in started ? `/orders/${started.agreed.reference}` : started.url);
    } catch (error) {
      sendMisconfigured(shop, res, error);
    }
  });

  // The same for a checkout in a window. It is asked for by /pay.js, which sends the form above when this is refused.
  router.post('/checkout/window', async (_req, res) => {
    const { id } = visitOf(res);
    const started = isEmpty(shop, id) ? undefined : await startCheckout(shop, id, viewOf(res).locale);
    if (!started || 'agreed' in started) {
      res.sendStatus(409);
      return;
    }
    const { sessionId, url } = started;
    // With it the browser may read whether this one checkout is over, and nothing else.
    const { client_token: clientToken } = await shop.morrow.checkoutSessions.createClientToken(sessionId);
    res.json({ url, session: sessionId, clientToken });
  });

  router.get('/return', (req, res) => returnFromCheckout(shop, req, res));

  return router;
}

function isEmpty(shop: Shop, visitId: string): boolean {
  return Object.keys(shop.store.cartOf(visitId)).length === 0;
}

/** Morrow sends shoppers back to registered origins only; a shop whose own is missing has to hear of it. */
function sendMisconfigured(shop: Shop, res: Response, error: unknown): void {
  if (!(error instanceof MorrowError) || error.code !== 'url_forbidden') throw error;
  shop.log(`${shop.origin} is not one of the merchant's allowed origins`, error);
  const { checkout, shop: common } = viewOf(res).t;
  const action = { href: '/cart', label: common.backToCart };
  const body = messagePage(checkout.misconfigured, checkout.misconfiguredText, action);
  sendPage(shop, res.status(500), checkout.title, body);
}

async function returnFromCheckout(shop: Shop, req: Request, res: Response): Promise<void> {
  const { id } = visitOf(res);
  const { checkout, shop: common } = viewOf(res).t;
  const { morrow_session: sessionId } = req.query;
  // Whoever can make somebody follow a link can choose the id in it, so it must be the one of this browser's cart.
  const purchase = shop.store
    .purchasesOf(id)
    .find((candidate) => typeof sessionId === 'string' && candidate.sessionId === sessionId);
  if (!purchase) {
    const action = { href: '/cart', label: common.backToCart };
    const body = messagePage(checkout.notYours, checkout.notYoursText, action);
    sendPage(shop, res.status(400), checkout.title, body);
    return;
  }
  try {
    const outcome = await finishCheckout(shop, purchase);
    res.redirect(303, outcome === 'ordered' ? `/orders/${purchase.reference}` : `/cart?notice=${outcome}`);
  } catch (error) {
    if (!(error instanceof MorrowError)) throw error;
    shop.log(`The return of ${purchase.reference} came to nothing`, error);
    if (error.status >= 400 && error.status < 500) {
      res.redirect(303, '/cart?notice=refused');
      return;
    }
    // Nobody knows whether the order was made. Asking again is safe, and so is going away: the webhook comes anyway.
    const action = { href: `/return?morrow_session=${purchase.sessionId}`, label: checkout.lookAgain };
    const body = messagePage(checkout.unsure, checkout.unsureText, action);
    sendPage(shop, res.status(503), checkout.title, body);
  }
}
