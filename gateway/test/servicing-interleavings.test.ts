import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createRandom, type Random } from '../../bench/decade/random.ts';
import type { OrderJson } from '../src/api/resources/order.ts';
import { GatewayError } from '../src/lib/errors.ts';
import { easeTerms } from '../src/orders/hardship.ts';
import type { PlanCode } from '../src/plans/offers.ts';
import { waiveLateFee } from '../src/repayments/late-fees.ts';
import { payNow } from '../src/repayments/pay.ts';
import { payoffOf } from '../src/repayments/payoff.ts';
import { findPlan } from '../src/repayments/plans.ts';
import { propertyTimeoutMs } from './support/runs.ts';
import { expectPlanFollowsLog } from './support/servicing.ts';
import { openShop, type Shop } from './support/shop.ts';
import { addMethod, authorizedOrder, type Buyer, newBuyer } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

vi.setConfig({ testTimeout: propertyTimeoutMs });

/** Orders that are served at the same time on one sandbox, how often each time, and how long. */
const plansTogether = 3;
const rounds = process.env.CI ? 5 : 2;
const steps = 14;

const codes: readonly (readonly [number, PlanCode])[] = [
  [1, 'pay_after'],
  [1, 'pay_in_3'],
  [2, 'pay_in_4'],
  [3, 'monthly_3'],
  [4, 'monthly_6'],
];

const kinds = [
  [3, 'capture'],
  [3, 'refund'],
  [4, 'pay'],
  [1, 'pay_off'],
  [7, 'time'],
  [2, 'card'],
  [1, 'hardship'],
  [1, 'waive'],
  [1, 'void'],
] as const;

let world: World;
let shop: Shop;

beforeAll(async () => {
  world = await openWorld();
  shop = await openShop(world, { subsidies: { monthly_3: 50 } });
});
afterAll(() => world?.close());

type Own = { order: OrderJson; buyer: Buyer };

/** What cannot be done to a plan as it stands is refused; anything else must not fail. */
async function unlessRefused(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof GatewayError)) throw error;
  });
}

async function step(random: Random, { order, buyer }: Own): Promise<string> {
  const { id, plan_id: planId } = order;
  const { shopperId } = buyer;
  const kind = random.pick(kinds);
  const amount = random.between(1, 70_000);
  const post = async (path: string, body?: unknown) => {
    const { status } = await shop.send('POST', `/v1/orders/${id}${path}`, body);
    expect(status).toBeLessThan(500);
  };
  const reference = `r${random.between(1, 1_000_000_000)}`;
  switch (kind) {
    case 'capture':
      await post('/captures', { reference, amount });
      break;
    case 'refund':
      await post('/refunds', { reference, amount });
      break;
    case 'void':
      await post('/void');
      break;
    case 'pay':
      await shop.inTx((tx) => payNow(tx, { planId, shopperId, amount: BigInt(amount) }));
      break;
    case 'pay_off':
      await shop.inTx(async (tx) => {
        const { total } = await payoffOf(tx, await findPlan(tx, { planId }));
        return payNow(tx, { planId, shopperId, amount: total });
      });
      break;
    case 'time':
      await shop.advance(random.between(1, 25));
      break;
    case 'card': {
      const method = await addMethod(shop, shopperId, random.next() < 0.5 ? 'insufficient_funds' : 'ok');
      await world.db('plans').where({ id: planId }).update({ payment_method_id: method });
      break;
    }
    case 'hardship': {
      const ask = { reason: 'income', periods: random.between(1, 4) } as const;
      await unlessRefused(shop.inTx((tx) => easeTerms(tx, { planId, ask, by: 'operator' })));
      break;
    }
    case 'waive':
    default:
      await unlessRefused(shop.inTx((tx) => waiveLateFee(tx, { planId, number: random.between(1, 3) })));
  }
  await world.runAttempts();
  return kind;
}

describe('any sequence of operations and steps of the clock on one sandbox', () => {
  it('leaves sound books, and plans that are what their logs say', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const random = createRandom(1000 + round);
      const own: Own[] = [];
      for (let count = 0; count < plansTogether; count += 1) {
        const buyer = await newBuyer(shop, random.next() < 0.3 ? 'insufficient_funds' : 'ok');
        const order = await authorizedOrder(shop, { amount: 120_000, plan: random.pick(codes), buyer });
        await shop.post(`/v1/orders/${order.id}/captures`, {
          reference: 'first',
          amount: random.between(100, 120_000),
        });
        await world.runAttempts();
        own.push({ order, buyer });
      }
      const done: string[] = [];
      for (let count = 0; count < steps; count += 1) {
        const chosen = own[random.between(0, own.length - 1)] as Own;
        done.push(await step(random, chosen));
        const after = `seed ${1000 + round}: ${done.join(', ')}`;
        await Promise.all(own.map(({ order }) => expectPlanFollowsLog(shop, order.plan_id))).catch(
          (error: unknown) => {
            throw new Error(after, { cause: error });
          },
        );
        await shop.expectSoundBooks();
      }
    }
    expect(world.errors).toEqual([]);
  });
});
