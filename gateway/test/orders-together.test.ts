import { afterAll, beforeAll, expect, it } from 'vitest';
import type { OrderJson } from '../src/api/resources/order.ts';
import { newId } from '../src/lib/ids.ts';
import { activeAgreement, agreedOrderBody } from './support/agreements.ts';
import { openShop, type Shop } from './support/shop.ts';
import { lineOf } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let shop: Shop;

beforeAll(async () => {
  world = await openWorld();
  shop = await openShop(world);
});
afterAll(() => world.close());

type Active = Awaited<ReturnType<typeof activeAgreement>>;

const order = ({ path }: Active, amount: number, idempotencyKey: string = newId('req')) => ({
  path: `${path}/orders`,
  body: agreedOrderBody(shop, amount),
  options: { idempotencyKey },
});

/** Sends all at once, and counts the transactions that were begun meanwhile. */
async function sendAll(requests: readonly ReturnType<typeof order>[]) {
  let begun = 0;
  const count = ({ sql }: { sql: string }) => void (sql === 'BEGIN;' && (begun += 1));
  world.context.db.on('query', count);
  const answers = await Promise.all(
    requests.map(({ path, body, options }) => shop.send('POST', path, body, options)),
  );
  world.context.db.off('query', count);
  return {
    begun,
    answers: answers.map(({ status, body }) => ({ status, id: (body as Partial<OrderJson>).id })),
  };
}

const sorted = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b);
const codes = (answers: readonly { status: number }[]) => answers.map(({ status }) => status);

it('orders by agreement of many shoppers at once share transactions', async () => {
  const agreements: Active[] = [];
  for (let person = 0; person < 12; person += 1) agreements.push(await activeAgreement(shop));
  // Their first orders also open what is opened once.
  await sendAll(agreements.map((one) => order(one, 1_000)));
  const { begun, answers } = await sendAll(agreements.map((one) => order(one, 2_000)));
  expect(codes(answers)).toEqual(agreements.map(() => 201));
  expect(new Set(answers.map(({ id }) => id)).size).toBe(agreements.length);
  expect(begun).toBeLessThan(agreements.length);
  for (const { buyer } of agreements)
    expect(await lineOf(shop, buyer.shopperId)).toEqual({ held: 3_000n, used: 0n });
  await shop.expectSoundBooks();
}, 60_000);

it('fifty at once, some of them refused or twice the same, leave the others as they are', async () => {
  const plain: Active[] = [];
  for (let person = 0; person < 6; person += 1) plain.push(await activeAgreement(shop));
  const [crowded, twice] = [await activeAgreement(shop), await activeAgreement(shop)];
  const twin = order(plain[0]!, 1_000);
  const [one, other] = [order(twice, 1_000), order(twice, 1_000)];
  const gone = { ...crowded, path: `/v1/agreements/${newId('agr')}` };
  const requests = [
    ...plain.flatMap((agreement) => [100, 200, 300, 400, 500].map((amount) => order(agreement, amount))),
    ...Array.from({ length: 10 }, () => order(crowded, 9_000)),
    twin,
    twin,
    one,
    { ...other, body: { ...other.body, merchant_reference: one.body.merchant_reference } },
    ...Array.from({ length: 6 }, () => order(gone, 100)),
  ];
  expect(requests).toHaveLength(50);
  const { answers } = await sendAll(requests);
  expect(codes(answers.slice(0, 30))).toEqual(Array.from({ length: 30 }, () => 201));
  // 40,000 a day, to the cent.
  expect(sorted(codes(answers.slice(30, 40)))).toEqual([201, 201, 201, 201, 402, 402, 402, 402, 402, 402]);
  const twins = answers.slice(40, 42).filter(({ status }) => status === 201);
  expect(new Set(twins.map(({ id }) => id)).size).toBe(1);
  for (const { status } of answers.slice(40, 42)) expect([201, 409]).toContain(status);
  expect(sorted(codes(answers.slice(42, 44)))).toEqual([201, 409]);
  expect(codes(answers.slice(44))).toEqual([404, 404, 404, 404, 404, 404]);
  const held = await Promise.all(
    [...plain, twice, crowded].map(({ buyer }) => lineOf(shop, buyer.shopperId)),
  );
  expect(held.map((line) => line?.held)).toEqual([
    2_500n,
    1_500n,
    1_500n,
    1_500n,
    1_500n,
    1_500n,
    1_000n,
    36_000n,
  ]);
  const [{ orders } = { orders: 0n }] = await world.context
    .db('orders')
    .where({ merchant_id: shop.merchantId })
    .count<{ orders: bigint }[]>('* as orders');
  // With the 24 of before.
  expect(orders).toBe(24n + 30n + 4n + 1n + 1n);
  await shop.expectSoundBooks();
}, 60_000);
