import { randomBytes } from 'node:crypto';
import { checkReturn } from '@morrow/sdk-js/server';
import type { SessionLine } from '@morrow/sdk-js/server';
import { refreshPurchase } from './fulfilment.ts';
import { currency } from './products.ts';
import type { Product } from './products.ts';
import type { Shop } from './shop.ts';
import type { Cart, Purchase } from './store.ts';
import type { Locale } from './texts/index.ts';

export type CartLine = { product: Product; quantity: number; amount: number };

/** A cart with its prices: always those of the catalog, never those of a form. */
export function priceCart(products: readonly Product[], cart: Cart): { lines: CartLine[]; total: number } {
  const lines = products
    .map((product) => ({ product, quantity: cart[product.id] ?? 0 }))
    .filter(({ quantity }) => quantity > 0)
    .map(({ product, quantity }) => ({ product, quantity, amount: product.price * quantity }));
  return { lines, total: lines.reduce((total, { amount }) => total + amount, 0) };
}

export type StartedCheckout = { sessionId: string; url: string } | { agreed: Purchase };

const starting = new Map<string, Promise<StartedCheckout>>();

/**
 * Opens a checkout for the cart, whose `url` is Morrow's page; or finds the order that the shopper has agreed to already.
 * One at a time for a visit: of two clicks at once, the second finds the checkout of the first and ends it, or the
 * shopper could agree to both.
 */
export async function startCheckout(shop: Shop, visitId: string, locale: Locale): Promise<StartedCheckout> {
  const before = starting.get(visitId) ?? Promise.resolve();
  const mine = before.catch(() => undefined).then(() => openCheckout(shop, visitId, locale));
  starting.set(visitId, mine);
  try {
    return await mine;
  } finally {
    if (starting.get(visitId) === mine) starting.delete(visitId);
  }
}

async function openCheckout(shop: Shop, visitId: string, locale: Locale): Promise<StartedCheckout> {
  const agreed = await endEarlierCheckout(shop, visitId);
  if (agreed) return { agreed };

  const cart = shop.store.cartOf(visitId);
  const { lines: cartLines, total } = priceCart(shop.products, cart);
  const lines: SessionLine[] = cartLines.map(({ product, quantity, amount }) => ({
    name: product.text[locale].name,
    quantity,
    unit_amount: product.price,
    amount,
  }));
  const reference = `LL-${randomBytes(5).toString('hex').toUpperCase()}`;
  const session = await shop.morrow.checkoutSessions.create(
    {
      merchant_reference: reference,
      amount: total,
      currency,
      lines,
      return_url: `${shop.origin}/return`,
    },
    { idempotencyKey: `checkout-${reference}` },
  );
  shop.store.addPurchase({
    reference,
    visitId,
    sessionId: session.id,
    cart: { ...cart },
    lines,
    linesHash: session.lines_hash,
    amount: total,
    currency,
    captures: [],
    refunds: [],
    timeline: [],
  });
  return { sessionId: session.id, url: session.url };
}

/** A shopper who agreed and closed the browser must not agree twice: finish that order instead of a second one. */
async function endEarlierCheckout(shop: Shop, visitId: string): Promise<Purchase | undefined> {
  const earlier = shop.store.findPurchase(
    (purchase) => purchase.visitId === visitId && !purchase.order && !purchase.ended,
  );
  if (!earlier) return undefined;
  const outcome = await finishCheckout(shop, earlier);
  if (outcome === 'ordered') return earlier;
  if (outcome === 'open') {
    await cancelCheckout(shop, earlier);
    endCheckout(shop, earlier, 'canceled');
  }
  return undefined;
}

export type CheckoutOutcome = 'ordered' | 'open' | 'canceled' | 'expired' | 'mismatch';

/**
 * Makes the order if the shopper has agreed to it. Both the shopper's return and the webhook come here, in any order
 * and more than once: what the browser brought is only a reason to look, and the idempotency key makes one order of all.
 */
export async function finishCheckout(shop: Shop, purchase: Purchase): Promise<CheckoutOutcome> {
  if (purchase.order) return 'ordered';
  if (purchase.ended) return purchase.ended;
  const session = await shop.morrow.checkoutSessions.get(purchase.sessionId);
  const check = checkReturn({
    session,
    expected: {
      id: purchase.sessionId,
      merchant_reference: purchase.reference,
      amount: purchase.amount,
      currency: purchase.currency,
      lines_hash: purchase.linesHash,
    },
  });
  if (check.ok) {
    const order = await shop.morrow.orders.authorize(
      {
        checkout_token: check.checkoutToken,
        merchant_reference: purchase.reference,
        amount: purchase.amount,
        currency: purchase.currency,
      },
      { idempotencyKey: `authorize-${purchase.sessionId}` },
    );
    shop.store.keepOrder(purchase, order);
  } else if (check.reason === 'mismatch') {
    if (session.allowed_actions.includes('cancel')) await cancelCheckout(shop, purchase);
    return endCheckout(shop, purchase, 'mismatch');
  } else if (session.status === 'completed' && session.order_id !== null) {
    // The shop stopped after authorizing and before writing the order down.
    shop.store.keepOrder(purchase, await shop.morrow.orders.get(session.order_id));
  } else if (session.status === 'canceled' || session.status === 'expired') {
    return endCheckout(shop, purchase, session.status);
  } else {
    return 'open';
  }
  // The order stands, whether or not its plan can be read right now.
  await refreshPurchase(shop, purchase).catch((error: unknown) => shop.log('The plan was not read', error));
  return 'ordered';
}

/** Releases what the session holds of the shopper's limit. */
async function cancelCheckout(shop: Shop, { sessionId }: Purchase): Promise<void> {
  await shop.morrow.checkoutSessions.cancel(sessionId, { idempotencyKey: `cancel-${sessionId}` });
}

/** Without an order; the cart stays as it is. */
function endCheckout<Ended extends NonNullable<Purchase['ended']>>(
  shop: Shop,
  purchase: Purchase,
  ended: Ended,
): Ended {
  purchase.ended = ended;
  shop.store.save();
  return ended;
}
