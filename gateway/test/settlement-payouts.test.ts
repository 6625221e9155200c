import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { account } from '../src/ledger/accounts.ts';
import { balance } from '../src/ledger/balances.ts';
import { closeBusinessDay } from '../src/jobs/close-business-day.ts';
import { failingPayoutAccount } from '../src/processor/test-methods.ts';
import { openShop, type Shop } from './support/shop.ts';
import { leavingNothing } from './support/untouched.ts';
import { authorizedOrder, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

type Payout = {
  id: string;
  settlement_id: string;
  amount: number;
  status: string;
  failure_code: string | null;
};

const payoutsOf = async (shop: Shop) => (await shop.get<{ data: Payout[] }>('/v1/payouts')).data;
const setAccount = (shop: Shop, payout_account: string) =>
  world.db('merchants').where({ id: shop.merchantId }).update({ payout_account });

async function transfersTo(destination: string): Promise<number[]> {
  const rows = await world
    .db('mock_processor.objects')
    .where({ kind: 'transfer' })
    .whereRaw("object->>'destination' = ?", [destination])
    .orderBy('number')
    .select<{ object: { amount: number } }[]>('object');
  return rows.map(({ object }) => object.amount);
}

/** A shop with one captured order of ¥100, to be settled at 96.00, and a bank account of its own. */
async function soldAt(payoutAccount: string): Promise<Shop> {
  const shop = await openShop(world);
  await setAccount(shop, payoutAccount);
  const order = await authorizedOrder(shop, { amount: 10_000, plan: 'pay_after' });
  await ship(shop, order.id, 10_000);
  return shop;
}

describe('a payout', () => {
  it('is the net of its settlement, and of its lines', async () => {
    const shop = await soldAt('acct_own');
    await shop.advance(1);
    const [payout, ...others] = await payoutsOf(shop);
    expect(others).toEqual([]);
    expect(payout).toMatchObject({ amount: 9600, status: 'paid', failure_code: null });
    expect(await shop.get(`/v1/settlements/${payout?.settlement_id}`)).toMatchObject({
      status: 'closed',
      net: 9600,
      lines_count: 2,
    });
    expect(await shop.get(`/v1/payouts/${payout?.id}/lines`)).toMatchObject({
      data: [
        { number: 1, kind: 'capture', amount: 10_000 },
        { number: 2, kind: 'capture_fee', amount: -400 },
      ],
    });
    expect(await transfersTo('acct_own')).toEqual([9600]);
  });

  it('to an account that takes no money is tried again as a new payout, once a date, and paid once', async () => {
    const shop = await soldAt(failingPayoutAccount);
    await shop.advance(1);
    expect(await payoutsOf(shop)).toMatchObject([
      { status: 'failed', failure_code: 'insufficient_capabilities_for_transfer' },
      { status: 'pending' },
    ]);
    await shop.advance(1);
    expect((await payoutsOf(shop)).map(({ status }) => status)).toEqual(['failed', 'failed', 'pending']);
    await shop.expectSoundBooks();

    // The merchant mends its account.
    await setAccount(shop, 'acct_mended');
    await shop.advance(3);
    const payouts = await payoutsOf(shop);
    expect(payouts.at(-1)).toMatchObject({ status: 'paid', amount: 9600 });
    expect(payouts.filter(({ status }) => status === 'paid')).toHaveLength(1);
    expect(new Set(payouts.map(({ settlement_id }) => settlement_id)).size).toBe(1);
    expect(await transfersTo('acct_mended')).toEqual([9600]);
    for (const { id } of payouts) {
      expect(await shop.inTx((tx) => balance(tx, account('payout', id), 'CNY'), 'read')).toBe(0n);
    }
    await shop.expectSoundBooks();
  });

  it('that keeps failing ends, and its money stays set apart for the merchant', async () => {
    const shop = await soldAt(failingPayoutAccount);
    await shop.advance(10);
    const payouts = await payoutsOf(shop);
    expect(payouts.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'failed'));
    const last = account('payout', payouts.at(-1)?.id ?? '');
    expect(await shop.inTx((tx) => balance(tx, last, 'CNY'), 'read')).toBe(9600n);
    await shop.expectSoundBooks();
  });
});

describe('a settlement', () => {
  it('is closed once for a date, however often the sweep runs', async () => {
    const shop = await soldAt('acct_own_2');
    await shop.advance(1);
    await leavingNothing(world.db, () =>
      closeBusinessDay(world.context, { environmentId: shop.environmentId, access: 'write' }),
    );
  });

  it('takes a line that came after its date was closed on the next date', async () => {
    const shop = await soldAt('acct_own_3');
    await shop.advance(1);
    // As a capture leaves it that began before midnight and committed when the date was closed already.
    const order = await authorizedOrder(shop, { amount: 10_000, plan: 'pay_after' });
    await ship(shop, order.id, 10_000);
    await world.db('settlement_lines').where({ order_id: order.id }).update({ business_date: '2026-03-01' });
    await shop.advance(1);
    const { data } = await shop.get<{ data: { net: number; business_date: string }[] }>('/v1/settlements');
    expect(data).toMatchObject([
      { net: 9600, business_date: '2026-03-01' },
      { net: 9600, business_date: '2026-03-02' },
    ]);
  });

  it('of dates without anything sold does not exist, and a debt waits without a settlement a day', async () => {
    const shop = await soldAt('acct_own_4');
    await shop.advance(1);
    const { data } = await shop.get<{ data: { id: string }[] }>('/v1/orders');
    await shop.post(`/v1/orders/${data[0]?.id}/refunds`, { reference: 'return', amount: 10_000 });
    await shop.advance(10);
    expect(await shop.get('/v1/settlements')).toMatchObject({
      data: [{ net: 9600 }, { net: -9700, lines_count: 2, business_date: '2026-03-02' }],
      next_cursor: null,
    });
    expect(await payoutsOf(shop)).toHaveLength(1);
  });
});
