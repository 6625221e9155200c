import { MorrowError } from '@morrow/sdk-js/server';
import { Router } from 'express';
import type { Request, Response } from 'express';
import { sendPage } from './cart-routes.ts';
import { finishCheckout, startCheckout } from './checkout.ts';
import { isOrdered, refreshPurchase, refund, ship, voidRest } from './fulfilment.ts';
import type { Ordered } from './fulfilment.ts';
import { parsePrice } from './money.ts';
import { messagePage } from './pages/message.ts';
import { orderPage, ordersPage } from './pages/order.ts';
import type { Problem } from './pages/order.ts';
import type { Shop } from './shop.ts';
import { readField, visitOf } from './visits.ts';

/** From the cart to Morrow's page and back, and what happens to the order afterwards. */
export function orderRoutes(shop: Shop): Router {
  const router = Router();

  // A form with a token and not a link: otherwise any site could send visitors into a checkout.
  router.post('/checkout', async (_req, res) => {
    const { id } = visitOf(res);
    const isEmpty = Object.keys(shop.store.cartOf(id)).length === 0;
    // 303 makes the browser follow by GET, whatever it sent.
    res.redirect(303, isEmpty ? '/cart' : await startCheckout(shop, id));
  });

  router.get('/return', (req, res) => returnFromCheckout(shop, req, res));

  router.get('/orders', (_req, res) => {
    const purchases = shop.store.purchasesOf(visitOf(res).id).filter(isOrdered);
    sendPage(shop, res, 'Orders', ordersPage(purchases));
  });

  router.get('/orders/:reference', (req, res, next) => {
    const purchase = findOwn(shop, req.params.reference, res);
    if (purchase) sendOrder(shop, res, purchase);
    else next();
  });

  const act = (action: string, work: (purchase: Ordered, req: Request) => Promise<void>) => {
    router.post(`/orders/:reference/${action}`, async (req, res, next) => {
      const purchase = findOwn(shop, req.params.reference, res);
      if (!purchase) {
        next();
        return;
      }
      const problem = await problemOf(() => work(purchase, req));
      if (problem) sendOrder(shop, res.status(409), purchase, problem);
      else res.redirect(303, `/orders/${purchase.reference}`);
    });
  };
  act('ship', (purchase, req) => ship(shop, purchase, readNumbered(req)));
  act('refund', (purchase, req) => refund(shop, purchase, readNumbered(req)));
  act('void', (purchase) => voidRest(shop, purchase));
  act('refresh', (purchase) => refreshPurchase(shop, purchase));
  return router;
}

async function returnFromCheckout(shop: Shop, req: Request, res: Response): Promise<void> {
  const { id } = visitOf(res);
  const { morrow_session: sessionId } = req.query;
  // Whoever can make somebody follow a link can choose the id in it, so it must be the one of this browser's cart.
  const purchase = shop.store
    .purchasesOf(id)
    .find((candidate) => typeof sessionId === 'string' && candidate.sessionId === sessionId);
  if (!purchase) {
    const text = 'It was started in another browser, or its cookie is gone. Nothing was ordered here.';
    const action = { href: '/cart', label: 'Back to the cart' };
    sendPage(shop, res.status(400), 'Checkout', messagePage('This is not your checkout.', text, action));
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
    const text =
      'Morrow did not answer. Your order may have been placed: look again before you order once more.';
    const action = { href: `/return?morrow_session=${purchase.sessionId}`, label: 'Look again' };
    sendPage(shop, res.status(503), 'Checkout', messagePage('We do not know yet.', text, action));
  }
}

/** An order of this visitor; another's is as good as none. */
function findOwn(shop: Shop, reference: string, res: Response): Ordered | undefined {
  const purchases = shop.store.purchasesOf(visitOf(res).id).filter(isOrdered);
  return purchases.find((purchase) => purchase.reference === reference);
}

function sendOrder(shop: Shop, res: Response, purchase: Ordered, problem?: Problem): void {
  const { formToken } = visitOf(res);
  sendPage(shop, res, `Order ${purchase.reference}`, orderPage(purchase, formToken, problem));
}

/** A mistake in a back-office form. */
class FormError extends Error {}

function readNumbered(req: Request): { number: number; amount: number } {
  const number = readField(req, 'number');
  const amount = parsePrice(readField(req, 'amount'));
  if (!/^\d{1,4}$/.test(number) || amount === undefined) {
    throw new FormError('An amount is a number such as 39 or 39.50.');
  }
  return { number: Number(number), amount };
}

async function problemOf(work: () => Promise<void>): Promise<Problem | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof FormError) return { title: 'Please check the amount.', text: error.message };
    if (!(error instanceof MorrowError)) throw error;
    const text = [error.detail ?? error.message, error.hint].filter((part) => part !== undefined).join(' ');
    return { title: `Morrow refused: ${error.code}`, text };
  }
}
