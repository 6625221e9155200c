import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AgreementClaims, AmendmentClaims, KeySet, Verification } from '../../sdk-js/src/verify.ts';
import { verifyReceipts } from '../../sdk-js/src/verify.ts';
import type { OrderJson } from '../src/api/resources/order.ts';
import { newId } from '../src/lib/ids.ts';
import { enterOnPlan } from '../src/repayments/enter.ts';
import { findPlan } from '../src/repayments/plans.ts';
import { listReceipts } from '../src/repayments/receipts.ts';
import { openShop, type Shop } from './support/shop.ts';
import { authorizedOrder, installmentsOf, newBuyer, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let shop: Shop;

beforeAll(async () => {
  world = await openWorld();
  shop = await openShop(world);
});

afterAll(() => world.close());

type ReceiptJson = { sequence: number; kind: string; issued_at: string; hash: string; jws: string };

const receiptsOf = async (planId: string): Promise<ReceiptJson[]> =>
  (await shop.get<{ data: ReceiptJson[] }>(`/v1/plans/${planId}/receipts`)).data;

/** The keys as anybody gets them, once. */
async function keySet(): Promise<KeySet> {
  return (await (await fetch(`${world.address}/.well-known/jwks.json`)).json()) as KeySet;
}

/** What the shopper may show: the chain with everything that opens it, verified offline. */
async function verified(planId: string): Promise<Verification> {
  const receipts = await shop.inTx((tx) => listReceipts(tx, planId), 'read');
  const verification = await verifyReceipts({ receipts, keys: await keySet() });
  expect(verification).toMatchObject({ status: 'verified', faults: [] });
  return verification;
}

const amendmentsOf = ({ receipts }: Verification): AmendmentClaims[] =>
  receipts.slice(1).map(({ claims }) => claims as AmendmentClaims);

const entriesOf = (verification: Verification) => amendmentsOf(verification).map(({ entry }) => entry);

/** The stored schedule as a receipt would write it. */
async function storedSchedule(planId: string) {
  return (await installmentsOf(shop, planId)).map((item) => ({
    number: item.number,
    due_date: item.dueDate,
    amount: Number(item.amount),
    principal: Number(item.principal),
    interest: Number(item.interest),
    fee: Number(item.fee),
    paid_amount: Number(item.paidAmount),
  }));
}

const enter = (planId: string, entry: Parameters<typeof enterOnPlan>[1]['entry']) =>
  shop.inTx((tx) => enterOnPlan(tx, { planId, entry, sourceId: newId('req') }));

describe('the receipts of an order', () => {
  test('begin with the agreement: everything that was agreed, and nobody by name', async () => {
    const order = await authorizedOrder(shop, { amount: 10_001, plan: 'pay_in_4' });
    const plan = await shop.inTx((tx) => findPlan(tx, { planId: order.plan_id }), 'read');
    const { receipts } = await verified(order.plan_id);
    expect(receipts).toHaveLength(1);
    const claims = receipts[0]?.claims as AgreementClaims;
    expect(claims).toEqual({
      kind: 'agreement',
      version: 1,
      environment: shop.environmentId,
      plan_id: order.plan_id,
      sequence: 0,
      previous_hash: null,
      snapshot_hash: plan.snapshotHash,
      issued_at: '2026-03-01T01:00:00.000Z',
      order_id: order.id,
      merchant_reference: order.merchant_reference,
      shopper_id: order.shopper_id,
      agreed_at: '2026-03-01T01:00:00.000Z',
      cost: expect.objectContaining({ currency: 'CNY', total_cost: 0, total_payable: 10_001 }) as unknown,
      snapshot: plan.snapshot,
      texts: [],
      _sd: [expect.any(String)],
      _sd_alg: 'sha-256',
    });
    expect(claims.shopper_id).not.toBe(plan.shopperId);
    expect(claims.snapshot.funder.name).toBe('Lantern Bank');
  });

  test('follow its life: agreement and amendments come to the stored schedule', async () => {
    const buyer = await newBuyer(shop);
    const order = await authorizedOrder(shop, { amount: 10_000, plan: 'pay_in_4', buyer });
    const planId = order.plan_id;
    await ship(shop, order.id, 6000);
    expect(amendmentsOf(await verified(planId))[0]?.schedule.map(({ amount }) => amount)).toEqual([
      1500, 1500, 1500, 1500,
    ]);
    await shop.advance(5);
    await ship(shop, order.id, 4000);
    await shop.post(`/v1/orders/${order.id}/refunds`, { reference: newId('req'), amount: 3000 });
    const verification = await verified(planId);
    expect(entriesOf(verification)).toEqual([
      { kind: 'capture', on_date: '2026-03-01', amount: 6000 },
      { kind: 'capture', on_date: '2026-03-06', amount: 4000 },
      { kind: 'refund', on_date: '2026-03-06', amount: 3000 },
    ]);
    const last = amendmentsOf(verification).at(-1);
    expect(last?.schedule).toEqual(await storedSchedule(planId));
    expect(last?.schedule[0]).toMatchObject({ amount: 1500, paid_amount: 1500 });
    const stored = await installmentsOf(shop, planId);
    expect(last?.owed_amount).toBe(
      stored.reduce((sum, item) => sum + Number(item.amount - item.paidAmount), 0),
    );
  });

  test('tell of every change of the terms, and of no repayment', async () => {
    const buyer = await newBuyer(shop);
    const order = await authorizedOrder(shop, { amount: 9000, plan: 'pay_in_3', buyer });
    const planId = order.plan_id;
    await ship(shop, order.id, 9000);
    await enter(planId, { kind: 'late_fee', amount: 100n, number: 2 });
    await enter(planId, { kind: 'fee_waived', amount: 40n, number: 2 });
    await enter(planId, { kind: 'pause', until: '2026-03-20' });
    await enter(planId, { kind: 'resume' });
    await enter(planId, { kind: 'reschedule', number: 2, dueDate: '2026-05-20' });
    await enter(planId, { kind: 'hardship', periods: 5, startsOn: '2026-04-10', shopperRatePpm: 0 });
    const verification = await verified(planId);
    expect(entriesOf(verification)).toEqual(
      [
        { kind: 'capture', amount: 9000 },
        { kind: 'late_fee', amount: 100, number: 2 },
        { kind: 'fee_waived', amount: 40, number: 2 },
        { kind: 'pause', until: '2026-03-20' },
        { kind: 'resume' },
        { kind: 'reschedule', number: 2, due_date: '2026-05-20' },
        { kind: 'hardship', periods: 5, starts_on: '2026-04-10', shopper_rate_ppm: 0 },
      ].map((entry) => ({ ...entry, on_date: '2026-03-06' })),
    );
    expect(amendmentsOf(verification).at(-1)?.schedule).toEqual(await storedSchedule(planId));
    const log = await world.db('plan_entries').where({ plan_id: planId, kind: 'repayment' });
    expect(log.length).toBeGreaterThan(0);

    await enter(planId, { kind: 'charge_off' });
    expect(entriesOf(await verified(planId)).at(-1)).toEqual({ kind: 'charge_off', on_date: '2026-03-06' });
  });

  test('and their change are one: what is rolled back has none', async () => {
    const order = await authorizedOrder(shop, { amount: 10_000 });
    await ship(shop, order.id, 10_000);
    const attempt = shop.inTx(async (tx) => {
      await enterOnPlan(tx, {
        planId: order.plan_id,
        entry: { kind: 'late_fee', amount: 100n, number: 1 },
        sourceId: newId('req'),
      });
      throw new Error('nothing of this');
    });
    await expect(attempt).rejects.toThrow('nothing of this');
    expect(entriesOf(await verified(order.plan_id)).map((entry) => entry?.kind)).toEqual(['capture']);
  });
});

describe('the shop', () => {
  let order: OrderJson;

  beforeAll(async () => {
    order = await authorizedOrder(shop, { amount: 10_000 });
    await ship(shop, order.id, 10_000);
    await enter(order.plan_id, { kind: 'late_fee', amount: 100n, number: 4 });
    await shop.post(`/v1/orders/${order.id}/refunds`, { reference: newId('req'), amount: 1000 });
  });

  test('reads the chain and verifies it, and sees what it did itself', async () => {
    const receipts = await receiptsOf(order.plan_id);
    expect(receipts.map(({ sequence, kind }) => [sequence, kind])).toEqual([
      [0, 'agreement'],
      [1, 'amendment'],
      [2, 'amendment'],
      [3, 'amendment'],
    ]);
    const verification = await verifyReceipts({ receipts, keys: await keySet() });
    expect(verification.status).toBe('verified');
    expect(verification.receipts.map(({ hash }) => hash)).toEqual(receipts.map(({ hash }) => hash));
    expect(entriesOf(verification).map((entry) => entry?.kind)).toEqual(['capture', undefined, 'refund']);
  });

  test("is not given what is the shopper's alone, nor anything to guess it by", async () => {
    const receipts = await receiptsOf(order.plan_id);
    const signed = receipts.map(({ jws }) =>
      Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8'),
    );
    const all = JSON.stringify(receipts) + signed.join('');
    const { shopperId } = await shop.inTx((tx) => findPlan(tx, { planId: order.plan_id }), 'read');
    for (const secret of ['late_fee', '"texts"', 'disclosures', shopperId]) expect(all).not.toContain(secret);
    const own = await shop.inTx((tx) => listReceipts(tx, order.plan_id), 'read');
    const salts = own.flatMap(({ disclosures }) =>
      disclosures.map((text) => (JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as [string])[0]),
    );
    expect(salts).toHaveLength(2);
    for (const salt of salts) expect(Buffer.from(salt, 'base64url')).toHaveLength(16);
    expect(new Set(salts).size).toBe(2);
  });

  test('finds no receipts of another shop, nor of a plan that there is not', async () => {
    const other = await openShop(world);
    const path = `/v1/plans/${order.plan_id}/receipts`;
    expect(await other.refusal('GET', path)).toMatchObject({ status: 404, code: 'not_found' });
    expect(await shop.refusal('GET', `/v1/plans/${newId('pln')}/receipts`)).toMatchObject({ status: 404 });
  });
});

test('receipts are never changed, not even by the database', async () => {
  const order = await authorizedOrder(shop, { amount: 10_000 });
  const rows = () => world.db('plan_receipts').where({ plan_id: order.plan_id });
  await expect(rows().update({ hash: '0'.repeat(64) })).rejects.toThrow('append-only');
  await expect(rows().delete()).rejects.toThrow('append-only');
  await expect(
    world.db('plan_receipts').insert((await rows()).map((row: object) => ({ ...row, sequence: 0 }))),
  ).rejects.toThrow('duplicate key');
  await verified(order.plan_id);
});

test('two changes at the same time make one chain', async () => {
  const order = await authorizedOrder(shop, { amount: 10_000 });
  await ship(shop, order.id, 10_000);
  await Promise.all(
    [1, 2, 3, 4].map((number) => enter(order.plan_id, { kind: 'late_fee', amount: 10n, number })),
  );
  expect(amendmentsOf(await verified(order.plan_id))).toHaveLength(5);
});

test('a plan that was agreed to before there were receipts goes on without them', async () => {
  const order = await authorizedOrder(shop, { amount: 10_000 });
  await world.db.transaction(async (sql) => {
    await sql.raw("select set_config('morrow.purging', ?, true)", [shop.environmentId]);
    await sql('plan_receipts').where({ plan_id: order.plan_id }).delete();
  });
  await ship(shop, order.id, 10_000);
  expect(await receiptsOf(order.plan_id)).toEqual([]);
});
