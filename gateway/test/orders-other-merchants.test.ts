import { afterAll, beforeAll, expect, it } from 'vitest';
import type { OrderJson } from '../src/api/resources/order.ts';
import { newId } from '../src/lib/ids.ts';
import type { Tx } from '../src/lib/tx.ts';
import { capture } from '../src/orders/capture.ts';
import { previewCapture } from '../src/orders/capture-preview.ts';
import { explainSettlementLine } from '../src/orders/explain-line.ts';
import { extend } from '../src/orders/extend.ts';
import { findOrder, listOrders } from '../src/orders/orders.ts';
import { refund } from '../src/orders/refund.ts';
import { previewOrderRefund } from '../src/orders/refund-preview.ts';
import { findReturn, listReturns } from '../src/orders/returns.ts';
import { acceptReturn, rejectReturn, withdrawReturn } from '../src/orders/returns-answer.ts';
import { declareReturn } from '../src/orders/returns-declare.ts';
import { reverse } from '../src/orders/reversal.ts';
import { voidOrder } from '../src/orders/void.ts';
import { refusalFrom } from './support/refusal.ts';
import { openShop, type Shop } from './support/shop.ts';
import { authorizedOrder, newBuyer, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

// The live environment has many merchants and shoppers, where each sandbox has one merchant: here are two in one.

let world: World;
let shop: Shop;
let stranger: string;
let half: OrderJson;
let returnId: string;
let settlementId: string;

beforeAll(async () => {
  world = await openWorld();
  shop = await openShop(world);
  stranger = newId('mer');
  const copied = { id: stranger, publishable_key: `pub_${stranger.slice(4)}` };
  await world.db.raw(
    `insert into merchants
     select (jsonb_populate_record(m, ?::jsonb)).* from merchants m where m.id = ?`,
    [JSON.stringify(copied), shop.merchantId],
  );
  half = await authorizedOrder(shop, { amount: 8000, plan: 'pay_in_4', reference: 'cart-1' });
  await ship(shop, half.id, 4000);
  const { id } = await shop.post<{ id: string }>(`/v1/orders/${half.id}/returns`, {
    reference: 'rma-1',
    amount: 1000,
    reason: 'other',
  });
  returnId = id;
  await shop.advance(1);
  const { data } = await shop.get<{ data: { id: string }[] }>('/v1/settlements');
  settlementId = data[0]?.id ?? '';
});
afterAll(() => world.close());

type Step = (tx: Tx, merchantId: string) => Promise<unknown>;
const named = { reference: 'mine', amount: 100n };
const ofOrder = () => ({ orderId: half.id });

it.each<[string, Step]>([
  ['read', (tx, merchantId) => findOrder(tx, { ...ofOrder(), merchantId })],
  ['captured', (tx, merchantId) => capture(tx, { ...ofOrder(), ...named, merchantId })],
  [
    'asked what a capture would do',
    (tx, merchantId) => previewCapture(tx, { ...ofOrder(), ...named, merchantId }),
  ],
  ['voided', (tx, merchantId) => voidOrder(tx, { ...ofOrder(), merchantId })],
  ['extended', (tx, merchantId) => extend(tx, { ...ofOrder(), ...named, merchantId })],
  ['refunded', (tx, merchantId) => refund(tx, { ...ofOrder(), ...named, merchantId })],
  [
    'asked what a refund would do',
    (tx, merchantId) => previewOrderRefund(tx, { ...ofOrder(), ...named, merchantId }),
  ],
  [
    'returned',
    (tx, merchantId) =>
      declareReturn(tx, { ...ofOrder(), ...named, by: 'merchant', merchantId, reason: 'other' }),
  ],
  ['looked up by its return', (tx, merchantId) => findReturn(tx, { returnId, merchantId })],
  ['refunded by its return', (tx, merchantId) => acceptReturn(tx, { ...named, returnId, merchantId })],
  ['refused its return', (tx, merchantId) => rejectReturn(tx, { returnId, merchantId, reason: 'other' })],
  [
    'explained by a line of its settlement',
    (tx, merchantId) => explainSettlementLine(tx, { settlementId, merchantId, number: 1 }),
  ],
])('an order is not %s by another merchant of its environment', async (_, step) => {
  expect(await refusalFrom(shop.inTx((tx) => step(tx, stranger)))).toMatchObject({ code: 'not_found' });
});

it('its own merchant is not kept out', async () => {
  const { merchantId } = shop;
  const found = await shop.inTx((tx) => findOrder(tx, { ...ofOrder(), merchantId }), 'read');
  expect(found).toMatchObject({ id: half.id, captured: 4000n, voided: 0n, refunded: 0n, version: 2 });
  expect(await shop.inTx((tx) => findReturn(tx, { returnId, merchantId }), 'read')).toMatchObject({
    status: 'declared',
  });
  const line = { settlementId, merchantId, number: 1 };
  expect(await shop.inTx((tx) => explainSettlementLine(tx, line), 'read')).toMatchObject({
    order: { id: half.id },
    cause: { object: 'capture' },
  });
});

it('another merchant lists none of it, and undoes its own reference of the same name only', async () => {
  const all = {
    merchantReference: undefined,
    orderId: undefined,
    status: undefined,
    createdFrom: undefined,
    createdBefore: undefined,
    after: undefined,
    limit: 10,
  };
  const listed = (merchantId: string) =>
    shop.inTx(
      async (tx) => [
        (await listOrders(tx, { ...all, merchantId })).length,
        (await listReturns(tx, { ...all, merchantId })).length,
      ],
      'read',
    );
  expect(await listed(shop.merchantId)).toEqual([1, 1]);
  expect(await listed(stranger)).toEqual([0, 0]);
  const undone = { merchantId: stranger, merchantReference: 'cart-1' };
  expect(await shop.inTx((tx) => reverse(tx, undone))).toBeUndefined();
  expect(await shop.get(`/v1/orders/${half.id}`)).toMatchObject({ voided_amount: 0, refunded_amount: 0 });
});

it('another shopper neither withdraws a return, nor declares one, nor sees what a refund would do', async () => {
  const { shopperId } = await newBuyer(shop);
  for (const step of [
    (tx: Tx) => withdrawReturn(tx, { returnId, shopperId }),
    (tx: Tx) => declareReturn(tx, { ...ofOrder(), by: 'shopper', shopperId, amount: 1n, reason: 'other' }),
    (tx: Tx) => previewOrderRefund(tx, { ...ofOrder(), shopperId, amount: 1n }),
  ])
    expect(await refusalFrom(shop.inTx<unknown>(step))).toMatchObject({ code: 'not_found' });
});
