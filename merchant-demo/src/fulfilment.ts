import type { RefundPreview } from '@morrow/sdk-js/server';
import type { Shop } from './shop.ts';
import type { Purchase } from './store.ts';

export type Ordered = Purchase & { order: NonNullable<Purchase['order']> };

export function isOrdered(purchase: Purchase): purchase is Ordered {
  return purchase.order !== undefined;
}

const reading = new WeakMap<Purchase, Promise<void>>();

/**
 * Reads the order, its plan, captures and refunds again: Morrow's answer counts, not what the shop remembers. One
 * reading after another, because of two at once the older answer could come last.
 */
export function refreshPurchase(shop: Shop, purchase: Purchase): Promise<void> {
  const before = reading.get(purchase) ?? Promise.resolve();
  const mine = before.catch(() => undefined).then(() => readPurchase(shop, purchase));
  reading.set(purchase, mine);
  return mine;
}

async function readPurchase(shop: Shop, purchase: Purchase): Promise<void> {
  if (!isOrdered(purchase)) return;
  const { id, plan_id: planId } = purchase.order;
  const [order, plan, captures, refunds] = await Promise.all([
    shop.morrow.orders.get(id),
    shop.morrow.plans.get(planId),
    collect(shop.morrow.orders.captures(id)),
    collect(shop.morrow.orders.refunds(id)),
  ]);
  Object.assign(purchase, { plan, captures, refunds });
  shop.store.keepOrder(purchase, order);
}

/** All items of a list. */
export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Captures what was shipped. `number` counts the order's shipments: the same number again can never capture twice. */
export async function ship(
  shop: Shop,
  purchase: Ordered,
  input: { number: number; amount: number },
): Promise<void> {
  const reference = `shipment-${input.number}`;
  await shop.morrow.orders.capture(
    purchase.order.id,
    { reference, amount: input.amount },
    { idempotencyKey: `capture-${purchase.order.id}-${reference}` },
  );
  await refreshPurchase(shop, purchase);
}

/** Gives up what has not been shipped. */
export async function voidRest(shop: Shop, purchase: Ordered): Promise<void> {
  await shop.morrow.orders.void(purchase.order.id, { idempotencyKey: `void-${purchase.order.id}` });
  await refreshPurchase(shop, purchase);
}

/** What refunding this amount now would do; nothing is refunded by it. */
export function previewRefund(
  shop: Shop,
  purchase: Ordered,
  { amount }: { amount: number },
): Promise<RefundPreview> {
  return shop.morrow.orders.previewRefund(purchase.order.id, { amount });
}

/** Refunds what came back. `number` counts the order's returns. */
export async function refund(
  shop: Shop,
  purchase: Ordered,
  input: { number: number; amount: number },
): Promise<void> {
  const reference = `return-${input.number}`;
  await shop.morrow.orders.refund(
    purchase.order.id,
    { reference, amount: input.amount },
    { idempotencyKey: `refund-${purchase.order.id}-${reference}` },
  );
  await refreshPurchase(shop, purchase);
}
