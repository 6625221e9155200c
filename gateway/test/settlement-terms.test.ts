import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { account } from '../src/ledger/accounts.ts';
import { balance } from '../src/ledger/balances.ts';
import { post } from '../src/ledger/post.ts';
import { merchantDebtPaid } from '../src/ledger/postings.ts';
import { newId } from '../src/lib/ids.ts';
import { closeSettlement } from '../src/settlement/close.ts';
import { noteDebtPaid, writeOffMerchantDebt } from '../src/settlement/debts.ts';
import { payOutEarly } from '../src/settlement/early-payout.ts';
import { explainAll, type Line, readAll } from './support/explain-payout.ts';
import { openShop, type Shop } from './support/shop.ts';
import { leavingNothing } from './support/untouched.ts';
import { authorizedOrder, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

type Settlement = {
  id: string;
  net: number;
  lines_count: number;
  early: boolean;
  business_date: string;
};
type Payout = { id: string; settlement_id: string; amount: number; status: string };

const tiers = [
  { from: 0, basis_points: 300, fixed: 100 },
  { from: 20_000, basis_points: 200, fixed: 50 },
];

async function agree(shop: Shop, terms: Record<string, unknown>): Promise<void> {
  const answer = await shop.send('PUT', '/v1/sandbox/settlement-terms', { fee_tiers: tiers, ...terms });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
}

async function sell(shop: Shop, amount: number): Promise<string> {
  const { id } = await authorizedOrder(shop, { amount, plan: 'pay_after' });
  await ship(shop, id, amount);
  return id;
}

const settlementsOf = async (shop: Shop) => (await shop.get<{ data: Settlement[] }>('/v1/settlements')).data;
const linesOf = async (shop: Shop, settlementId: string) =>
  (await readAll<Line>(shop, `/v1/settlements/${settlementId}/lines`)).map(({ kind, amount }) => [
    kind,
    amount,
  ]);

/** What the merchant is owed by the books is what its waiting lines sum to. */
async function expectBalanced(shop: Shop): Promise<void> {
  const waiting = await world
    .db('settlement_lines')
    .where({ environment_id: shop.environmentId, merchant_id: shop.merchantId, settlement_id: null })
    .sum<{ sum: string | null }[]>('amount');
  const owed = await shop.inTx((tx) => balance(tx, account('merchant', shop.merchantId), 'CNY'), 'read');
  expect(owed).toBe(BigInt(waiting[0]?.sum ?? 0));
  await shop.expectSoundBooks();
}

describe('a merchant with fee tiers', () => {
  it('pays by the tier that the month had reached before, gets its own rate part back, and starts anew each month', async () => {
    const shop = await openShop(world, { clock: '2026-03-29T01:00:00.000Z' });
    await agree(shop, {});
    // 100 at 3 % + 1 = 4.00; a refund of 40 returns 1.20 (money.md rule 7).
    const first = await sell(shop, 10_000);
    await shop.post(`/v1/orders/${first}/refunds`, { reference: 'part', amount: 4_000 });
    // It crosses the threshold and has the tier before it; the next one has the new tier.
    await sell(shop, 15_000);
    const third = await sell(shop, 10_000);
    expect(await shop.get('/v1/settlement-terms')).toMatchObject({
      effective_from: '2026-03-29',
      month: { captured: 35_000, tier: tiers[1] },
    });
    await shop.advance(1);
    // Of settled dates the settlements say it.
    const fourth = await sell(shop, 10_000);
    await shop.post(`/v1/orders/${third}/refunds`, { reference: 'part', amount: 5_000 });
    await shop.post(`/v1/orders/${third}/refunds`, { reference: 'rest', amount: 5_000 });
    // Terms that begin later leave what was charged alone, also for refunds.
    await agree(shop, {
      effective_from: '2026-03-31',
      fee_tiers: [{ from: 0, basis_points: 500, fixed: 10 }],
    });
    await shop.advance(1);
    await shop.post(`/v1/orders/${fourth}/refunds`, { reference: 'all', amount: 10_000 });
    await sell(shop, 10_000);
    await agree(shop, { effective_from: '2026-04-01' });
    await shop.advance(1);
    // The merchant's month is over at midnight in Shanghai, 16:00 UTC.
    await sell(shop, 10_000);
    await shop.advance(1);

    const closed = await settlementsOf(shop);
    const lines = await Promise.all(closed.map(({ id }) => linesOf(shop, id)));
    expect(lines).toEqual([
      [
        ['capture', 10_000],
        ['capture_fee', -400],
        ['refund', -4_000],
        ['refund_fee', 120],
        ['capture', 15_000],
        ['capture_fee', -550],
        ['capture', 10_000],
        ['capture_fee', -250],
      ],
      [
        ['capture', 10_000],
        ['capture_fee', -250],
        ['refund', -5_000],
        ['refund_fee', 100],
        ['refund', -5_000],
        ['refund_fee', 100],
      ],
      [
        ['carried_over', -50],
        ['refund', -10_000],
        ['refund_fee', 200],
        ['capture', 10_000],
        ['capture_fee', -510],
      ],
      [
        ['carried_over', -360],
        ['capture', 10_000],
        ['capture_fee', -400],
      ],
    ]);
    await expectBalanced(shop);
  });

  it('cannot agree on the past, or on tiers that do not rise', async () => {
    const shop = await openShop(world);
    const refusal = (body: Record<string, unknown>) =>
      leavingNothing(world.db, () =>
        shop.refusal('PUT', '/v1/sandbox/settlement-terms', { fee_tiers: tiers, ...body }),
      );
    const pointer = (at: string) => ({ code: 'validation_failed', errors: [{ pointer: at }] });
    expect(await refusal({ effective_from: '2026-02-28' })).toMatchObject(pointer('/effective_from'));
    expect(await refusal({ fee_tiers: tiers.toReversed() })).toMatchObject(pointer('/fee_tiers'));
  });
});

describe('a rolling reserve', () => {
  it('is held back of each date’s captures and given back after its days, each as a line', async () => {
    const shop = await openShop(world);
    await agree(shop, { reserve: { basis_points: 1_000, days: 3 } });
    await sell(shop, 10_000);
    await shop.advance(1);
    const [first] = await settlementsOf(shop);
    expect(first).toMatchObject({ net: 8_600, lines_count: 3, business_date: '2026-03-01' });
    const reserve = account('reserve', shop.merchantId);
    expect(await shop.inTx((tx) => balance(tx, reserve, 'CNY'), 'read')).toBe(1_000n);
    // Terms that end do not let go of what is held.
    await agree(shop, {});
    expect(
      (await shop.get<{ clock: { next_event: { kinds: string[] } } }>('/v1/sandbox')).clock,
    ).toBeDefined();
    await shop.advance(2);
    expect(await settlementsOf(shop)).toHaveLength(1);
    await shop.advance(2);
    const [, second] = await settlementsOf(shop);
    expect(second).toMatchObject({ net: 1_000, business_date: '2026-03-04' });
    expect(await shop.inTx((tx) => balance(tx, reserve, 'CNY'), 'read')).toBe(0n);
    for (const { id, net } of await settlementsOf(shop)) await explainAll(shop, `/v1/settlements/${id}`, net);
    const [released] = await explainAll(shop, `/v1/settlements/${second?.id}`, 1_000);
    expect(released).toMatchObject({
      line: { kind: 'reserve_released' },
      cause: { object: 'reserve', settlement_id: first?.id, release_on: '2026-03-04', amount: 1_000 },
    });
    await expectBalanced(shop);
  });

  it('does not put a merchant into debt', async () => {
    const shop = await openShop(world);
    await agree(shop, { reserve: { basis_points: 10_000, days: 30 } });
    await sell(shop, 10_000);
    await shop.advance(1);
    const [only] = await settlementsOf(shop);
    expect(only).toMatchObject({ net: 0, lines_count: 3 });
    expect(await linesOf(shop, only?.id ?? '')).toContainEqual(['reserve', -9_600]);
    expect(await shop.get('/v1/payouts')).toMatchObject({ data: [] });
    await expectBalanced(shop);
  });
});

describe('an early payout', () => {
  it('closes what waits now for its fee, once for a key, and the rest of the date when it is over', async () => {
    const shop = await openShop(world);
    const path = '/v1/settlements/early-payout';
    await sell(shop, 10_000);
    expect(await shop.refusal('POST', path, {})).toMatchObject({
      code: 'early_payout_unavailable',
      reason: 'not_agreed',
    });
    await agree(shop, {
      reserve: { basis_points: 1_000, days: 30 },
      early_payout: { basis_points: 50, fixed: 100 },
    });
    // 96.00 owed, 10.00 held back, 0.5 % of 86.00 and 1.00 to pay: 1.43.
    const quote = { waiting: 9_600, reserve: 1_000, fee: 143, net: 8_457, unavailable: null };
    expect(await shop.get(path)).toMatchObject(quote);
    const idempotencyKey = newId('req');
    const paid = await shop.send('POST', path, {}, { idempotencyKey });
    expect(paid).toMatchObject({
      status: 201,
      body: {
        fee: 143,
        settlement: { net: 8_457, early: true },
        payout: { amount: 8_457, status: 'pending' },
      },
    });
    const again = await leavingNothing(world.db, () => shop.send('POST', path, {}, { idempotencyKey }));
    expect(again).toMatchObject({ replayed: true, body: paid.body as object });
    await world.runAttempts();
    await sell(shop, 20_000);
    expect(await shop.refusal('POST', path, { currency: 'JPY' })).toMatchObject({ reason: 'not_agreed' });
    await shop.advance(1);
    const closed = await settlementsOf(shop);
    expect(closed).toMatchObject([
      { business_date: '2026-03-01', early: true, net: 8_457, lines_count: 4 },
      { business_date: '2026-03-01', early: false, net: 17_300, lines_count: 3 },
    ]);
    expect(await shop.refusal('POST', path, {})).toMatchObject({ reason: 'nothing_to_pay' });
    const [early] = closed;
    const explained = await explainAll(shop, `/v1/settlements/${early?.id}`, 8_457);
    expect(explained.at(-1)).toMatchObject({
      line: { kind: 'early_payout_fee', amount: -143 },
      cause: { object: 'settlement', settlement_id: early?.id },
      transfers: [{ counter_account: 'i_early_payout' }],
    });
    const { data } = await shop.get<{ data: Payout[] }>('/v1/payouts');
    expect(data.map(({ amount, status }) => [amount, status])).toEqual([
      [8_457, 'paid'],
      [17_300, 'paid'],
    ]);
    await expectBalanced(shop);
  });
});

describe('closings at the same moment', () => {
  it('take each line once, whichever date they stand at', async () => {
    const shop = await openShop(world);
    await agree(shop, { early_payout: { basis_points: 0, fixed: 1 } });
    await sell(shop, 10_000);
    const closing = { merchant_id: shop.merchantId, currency: 'CNY' };
    const early = { merchantId: shop.merchantId, currency: 'CNY' };
    const [one, two, three] = await Promise.allSettled([
      shop.inTx((tx) => closeSettlement(tx, { ...closing, business_date: '2026-03-01' })),
      shop.inTx((tx) => closeSettlement(tx, { ...closing, business_date: '2026-03-02' })),
      shop.inTx((tx) => payOutEarly(tx, early)),
    ]);
    expect([one?.status, two?.status]).toEqual(['fulfilled', 'fulfilled']);
    const closed = await settlementsOf(shop);
    expect(closed).toHaveLength(1);
    expect(closed[0]?.early).toBe(three?.status === 'fulfilled');
    expect((await shop.get<{ data: Payout[] }>('/v1/payouts')).data).toHaveLength(1);
    await expectBalanced(shop);
  });
});

describe('a merchant’s debt', () => {
  it('is paid in or given up by a line, and carried over no more', async () => {
    const shop = await openShop(world);
    const order = await sell(shop, 10_000);
    await shop.advance(1);
    await shop.post(`/v1/orders/${order}/refunds`, { reference: 'all', amount: 10_000 });
    await shop.advance(1);
    const debt = { merchantId: shop.merchantId, currency: 'CNY' };
    const sourceId = newId('imp');
    const paid = { ...debt, amount: 4_000n };
    await shop.inTx(async (tx) => {
      await post(tx, merchantDebtPaid({ ...paid, subjectId: sourceId }));
      await noteDebtPaid(tx, { ...paid, sourceId });
    });
    await shop.inTx((tx) => writeOffMerchantDebt(tx, { ...debt, amount: 5_700n, sourceId: newId('req') }));
    await shop.advance(1);
    const last = (await settlementsOf(shop)).at(-1);
    expect(last).toMatchObject({ net: 0, lines_count: 3 });
    const explained = await explainAll(shop, `/v1/settlements/${last?.id}`, 0);
    expect(
      explained.map(({ line, transfers }) => [line.kind, line.amount, transfers[0]?.counter_account]),
    ).toEqual([
      ['carried_over', -9_700, undefined],
      ['debt_paid', 4_000, 'cash'],
      ['debt_written_off', 5_700, 'x_merchant_loss'],
    ]);
    await expectBalanced(shop);
  });
});
