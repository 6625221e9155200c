import { statusesOf } from '../../src/pay-score/history.ts';
import { lastMonthEnd, readMonths, type ScoreMonth } from '../../src/pay-score/months.ts';
import { fullModel } from '../../src/pay-score/full-model.ts';
import type { PlanCode } from '../../src/plans/offers.ts';
import type { Shop } from './shop.ts';
import { authorizedOrder, type Buyer, ship } from './walk.ts';

/** An order of a shopper, shipped whole today. */
export async function buy(shop: Shop, buyer: Buyer, amount: number, plan: PlanCode) {
  const order = await authorizedOrder(shop, { amount, plan, buyer });
  await ship(shop, order.id, amount);
  return order;
}

/** Moves the clock to the morning of a date. */
export async function advanceTo(shop: Shop, date: string): Promise<void> {
  const { clock } = await shop.get<{ clock: { now: string } }>('/v1/sandbox');
  const target = Date.parse(`${date}T01:00:00.000Z`);
  await shop.advance((target - Date.parse(clock.now)) / 86_400_000);
}

/** The months that a score looks at, the newest first. */
export async function monthsOf(shop: Shop, { shopperId }: Buyer): Promise<ScoreMonth[]> {
  const { months } = await shop.inTx(
    (tx) =>
      readMonths(tx, {
        shopperId,
        currency: shop.currency,
        modelHash: fullModel.file.sha256,
        lastEnd: lastMonthEnd(tx),
      }),
    'read',
  );
  return months;
}

/** Their payment statuses, the newest first. */
export const standingsOf = async (shop: Shop, buyer: Buyer) => statusesOf(await monthsOf(shop, buyer));
