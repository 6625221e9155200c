import { MorrowError } from '@morrow/sdk-js/server';
import { Router } from 'express';
import type { Request, Response } from 'express';
import { collect } from './fulfilment.ts';
import type { Html } from './html.ts';
import { notice } from './pages/layout.ts';
import { deliveriesPage, eventPage } from './pages/office/deliveries.ts';
import { officePage } from './pages/office/layout.ts';
import type { OfficePart } from './pages/office/layout.ts';
import { payoutPage, settlementPage, settlementsPage } from './pages/office/money.ts';
import type { Shop } from './shop.ts';
import { viewOf } from './view.ts';
import type { View } from './view.ts';

const shownDeliveries = 50;

/** The back office's pages about money and webhooks. They keep nothing: Morrow is asked each time. */
export function officeMoneyRoutes(shop: Shop): Router {
  const { morrow } = shop;
  const router = Router();
  const referenceOf = (orderId: string) =>
    shop.store.findPurchase(({ order }) => order?.id === orderId)?.reference;

  const show = (path: string, current: OfficePart, read: (view: View, id: string) => Promise<Html>): void => {
    router.get(path, (req: Request<{ id?: string }>, res, next) => {
      const { id = '' } = req.params;
      // An id with other characters names nothing, and the SDK would not send it.
      if (!/^\w*$/.test(id)) return next();
      return sendRead(shop, res, current, (view) => read(view, id));
    });
  };

  show('/office/deliveries', 'deliveries', async (view) => {
    const url = `${shop.origin}/webhooks`;
    const endpoint = (await collect(morrow.webhookEndpoints.list())).find((each) => each.url === url);
    const deliveries = endpoint ? await collect(morrow.webhookEndpoints.deliveries(endpoint.id)) : [];
    return deliveriesPage(view, {
      endpoint,
      deliveries: deliveries.toReversed().slice(0, shownDeliveries),
      typeOf: (eventId) => shop.store.findEvent(eventId)?.type,
    });
  });

  show('/office/events/:id', 'deliveries', async (view, id) => eventPage(view, await morrow.events.get(id)));

  show('/office/settlements', 'settlements', async (view) => {
    const [settlements, payouts] = await Promise.all([
      collect(morrow.settlements.list()),
      collect(morrow.payouts.list()),
    ]);
    return settlementsPage(view, {
      settlements: settlements.toReversed(),
      payouts: payouts.toReversed(),
    });
  });

  show('/office/settlements/:id', 'settlements', async (view, id) => {
    const [settlement, lines, payouts] = await Promise.all([
      morrow.settlements.get(id),
      collect(morrow.settlements.lines(id)),
      collect(morrow.payouts.list()),
    ]);
    const own = payouts.filter(({ settlement_id: settlementId }) => settlementId === id);
    return settlementPage(view, { settlement, lines, payouts: own, referenceOf });
  });

  show('/office/payouts/:id', 'settlements', async (view, id) => {
    const [payout, lines] = await Promise.all([morrow.payouts.get(id), collect(morrow.payouts.lines(id))]);
    return payoutPage(view, { payout, lines, referenceOf });
  });

  return router;
}

/** Sends what was read, or says that it could not be. */
async function sendRead(
  shop: Shop,
  res: Response,
  current: OfficePart,
  read: (view: View) => Promise<Html>,
): Promise<void> {
  const view = viewOf(res);
  const { office } = view.t;
  let body: Html;
  try {
    body = await read(view);
  } catch (error) {
    if (!(error instanceof MorrowError)) throw error;
    shop.log(`${res.req.path} could not be read`, error);
    res.status(error.status === 404 ? 404 : 502);
    const text = error.status === 0 ? office.unreachable : office.refusedBy(error.code);
    body = notice('warning', office.unread, text);
  }
  res.type('html').send(officePage(view, { title: office[current], current, body }).text);
}
