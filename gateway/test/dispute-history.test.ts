import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DisputeJson } from '../src/api/resources/dispute.ts';
import { findDispute } from '../src/disputes/disputes.ts';
import { readDisputeHistory } from '../src/disputes/history.ts';
import { enforce, lookAt, velocityRule } from './support/fraud.ts';
import { openShop, type Shop } from './support/shop.ts';
import { authorizedOrder, type Buyer, newBuyer, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const amount = 5000;

/** The buyer buys, gets it, and says that it was broken. */
async function disputed(shop: Shop, buyer: Buyer): Promise<DisputeJson> {
  const order = await authorizedOrder(shop, { amount, buyer });
  await ship(shop, order.id, amount);
  return shop.post(`/v1/sandbox/orders/${order.id}/dispute`, { reason: 'damaged', text: 'Broken.' });
}

async function decided(shop: Shop, { id }: DisputeJson, outcome: 'won' | 'lost'): Promise<void> {
  await shop.post(`/v1/disputes/${id}/evidence`, { text: 'It was whole.' });
  await shop.post(`/v1/sandbox/disputes/${id}/decide`, { outcome, note: 'We looked.' });
}

const codeOf = async (shop: Shop, buyer: Buyer) => (await lookAt(shop, { buyer })).assessment.declineCode;

describe('purchases that were disputed in vain', { timeout: 120_000 }, () => {
  it('are counted from the decision on, of this shopper, and no others are', async () => {
    const shop = await openShop(world);
    await enforce(shop, velocityRule({ count: 'unfounded', per: 'shopper', minutes: 90 * 24 * 60, over: 1 }));
    const [buyer, other] = [await newBuyer(shop), await newBuyer(shop)];
    await decided(shop, await disputed(shop, buyer), 'won');
    const second = await disputed(shop, buyer);
    await decided(shop, await disputed(shop, buyer), 'lost');
    await decided(shop, await disputed(shop, other), 'won');
    expect(await codeOf(shop, buyer)).toBeNull();
    await decided(shop, second, 'won');
    expect(await codeOf(shop, buyer)).toBe('challenge_required');
    expect(await codeOf(shop, other)).toBeNull();
  });
});

describe('the history of a dispute', { timeout: 120_000 }, () => {
  it('counts the others of its shopper and of its shop by what became of them, for 180 days', async () => {
    const shop = await openShop(world);
    const [buyer, other] = [await newBuyer(shop), await newBuyer(shop)];
    await decided(shop, await disputed(shop, buyer), 'won');
    await decided(shop, await disputed(shop, other), 'lost');
    await disputed(shop, other);
    const { id } = await disputed(shop, buyer);
    const history = () =>
      shop.inTx(async (tx) => readDisputeHistory(tx, await findDispute(tx, { disputeId: id })), 'read');
    const none = { open: 0, under_review: 0, won: 0, lost: 0, partly_won: 0, withdrawn: 0 };
    expect(await history()).toEqual({
      shopper: { ...none, won: 1 },
      merchant: { ...none, won: 1, lost: 1, open: 1 },
    });
    await shop.advance(181);
    expect(await history()).toEqual({ shopper: none, merchant: none });
  });
});
