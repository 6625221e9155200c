import { findLine } from '../../src/credit/lines.ts';
import type { CreditLine } from '../../src/credit/lines.ts';
import { closeBusinessDay } from '../../src/jobs/close-business-day.ts';
import { listInbox } from '../../src/notifications/inbox.ts';
import { notifyFromEvents } from '../../src/notifications/notify.ts';
import { type LimitChange, listChanges } from '../../src/standing/limit-changes.ts';
import type { Shop } from './shop.ts';
import { authorizedOrder, type Buyer, ship } from './walk.ts';

/** The shopper's line in the shop's currency. */
export async function termsOf(shop: Shop, { shopperId }: Buyer): Promise<CreditLine> {
  const line = await shop.inTx((tx) => findLine(tx, shopperId, shop.currency), 'read');
  if (!line) throw new Error(`shopper ${shopperId} has no line`);
  return line;
}

/** Every change of the shopper's terms, the oldest first. */
export async function changesOf(shop: Shop, buyer: Buyer): Promise<LimitChange[]> {
  const { id } = await termsOf(shop, buyer);
  return shop.inTx((tx) => listChanges(tx, id), 'read');
}

/** Each change in a line: `raise 2000 → 3000 repaid_on_time`, `price 144000 → 126000 score_rose`. */
export async function storyOf(shop: Shop, buyer: Buyer): Promise<string[]> {
  return (await changesOf(shop, buyer)).map(({ kind, from, to, reasons, status }) => {
    const [was, is] =
      kind === 'price' ? [from.annualRatePpm, to.annualRatePpm] : [from.limit / 100n, to.limit / 100n];
    return `${kind} ${was} → ${is} ${reasons.join(' ')}${status === 'applied' ? '' : ` ${status}`}`;
  });
}

/** Buys for a fifth of the smallest limit each month and pays it in three parts, for so many months of thirty days. */
export async function buyMonthly(shop: Shop, buyer: Buyer, months: number, amount = 40_000): Promise<void> {
  for (let month = 0; month < months; month += 1) {
    const order = await authorizedOrder(shop, { amount, plan: 'pay_in_3', buyer });
    await ship(shop, order.id, amount);
    await shop.advance(30);
  }
}

/** Brings the line's review to today, as when lateness begins or ends. */
export async function makeDue(shop: Shop, buyer: Buyer): Promise<void> {
  const { id } = await termsOf(shop, buyer);
  const today = shop.world.db.raw(
    '(select (clock_at at time zone time_zone)::date from environments where id = ?)',
    [shop.environmentId],
  );
  await shop.world.db('credit_lines').where({ id }).update({ next_review_on: today });
}

/** The sweeps of one business date, as one process runs them. */
export function sweep(shop: Shop): Promise<void> {
  return closeBusinessDay(shop.world.context, { environmentId: shop.environmentId, access: 'write' });
}

/** What the shopper was told, by template, the oldest first. */
export async function toldTo(shop: Shop, buyer: Buyer): Promise<{ template: string; body: string }[]> {
  await shop.world.sequence();
  while ((await notifyFromEvents(shop.world.context)) > 0);
  const { messages } = await shop.inTx((tx) => listInbox(tx, { limit: 1000 }), 'read');
  return messages
    .filter(({ shopperId }) => shopperId === buyer.shopperId)
    .map(({ template, body }) => ({ template, body }))
    .toReversed();
}
