import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { account } from '../src/ledger/accounts.ts';
import { keepFindings, listLedgerAlarms, resolveLedgerAlarm } from '../src/ledger/alarms.ts';
import { balance } from '../src/ledger/balances.ts';
import { newId } from '../src/lib/ids.ts';
import { decodeForm } from '../src/processor/mock/form.ts';
import { postgresStore } from '../src/processor/mock/postgres-store.ts';
import { respond } from '../src/processor/mock/respond.ts';
import { findPayoutByReference } from '../src/settlement/payouts.ts';
import { approvePayout, releasePayout } from '../src/settlement/release-payout.ts';
import { returnPayout } from '../src/settlement/return-payout.ts';
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
  amount: number;
  status: string;
  failure_code: string | null;
  hold_reason: string | null;
  hold_until: string | null;
};

const payoutsOf = async (shop: Shop) => (await shop.get<{ data: Payout[] }>('/v1/payouts')).data;
const statesOf = async (shop: Shop) => (await payoutsOf(shop)).map(({ status }) => status);

/** A shop with one captured order of ¥100, to be settled at 96.00. */
async function sold(amount = 10_000): Promise<Shop> {
  const shop = await openShop(world);
  const order = await authorizedOrder(shop, { amount, plan: 'pay_after' });
  await ship(shop, order.id, amount);
  return shop;
}

/** As if the account had been there from the beginning: nobody waits 72 hours for it. */
const setAccount = (shop: Shop, payout_account: string) =>
  world.db('merchants').where({ id: shop.merchantId }).update({ payout_account });

async function lastPayout(shop: Shop): Promise<Payout> {
  const last = (await payoutsOf(shop)).at(-1);
  if (!last) throw new Error('there is no payout');
  return last;
}

/** What left our balance for the merchants of this shop's sandbox and did not come back. */
async function transferred(shop: Shop): Promise<number[]> {
  const rows = await world
    .db('mock_processor.objects')
    .where({ kind: 'transfer' })
    .whereRaw("object->'metadata'->>'environment_id' = ?", [shop.environmentId])
    .orderBy('number')
    .select<{ object: { amount: number; amount_reversed: number } }[]>('object');
  return rows.map(({ object }) => object.amount - object.amount_reversed);
}

const ada = { operatorId: 'opr_ada' };
const bob = { operatorId: 'opr_bob' };

describe('a payout on its way', () => {
  it('is in transit until the bank has it, and then paid', async () => {
    const shop = await sold();
    await setAccount(shop, 'acct_test_slow');
    await shop.advance(1);
    expect(await statesOf(shop)).toEqual(['in_transit']);
    await shop.advance(1);
    expect(await statesOf(shop)).toEqual(['in_transit']);
    await shop.advance(1);
    expect(await statesOf(shop)).toEqual(['paid']);
    expect(await transferred(shop)).toEqual([9_600]);
    await shop.expectSoundBooks();
  });

  it('that the bank refuses is called back before it is tried again, so that it is paid once', async () => {
    const shop = await sold();
    await setAccount(shop, 'acct_test_refused');
    await shop.advance(2);
    expect(await statesOf(shop)).toEqual(['in_transit']);
    await setAccount(shop, 'acct_test_merchant');
    await shop.advance(3);
    const payouts = await payoutsOf(shop);
    expect(payouts).toMatchObject([{ status: 'failed', failure_code: 'account_closed' }, { status: 'paid' }]);
    expect(await transferred(shop)).toEqual([0, 9_600]);
    await shop.expectSoundBooks();
  });
});

describe('an attempt to pay out', () => {
  it('that was cut off between the transfer and the payout goes on from there, and pays once', async () => {
    const shop = await openShop(world);
    const attemptId = newId('att');
    const { environmentId } = shop;
    const target = 'acct_cut_off';
    const body = new URLSearchParams({
      amount: '9600',
      currency: 'cny',
      destination: target,
      'metadata[attempt_id]': attemptId,
      'metadata[environment_id]': environmentId,
    }).toString();
    const now = Math.floor(world.clock.at.getTime() / 1000);
    const path = '/v1/transfers';
    await world.db.transaction((sql) =>
      respond(
        {
          method: 'POST',
          path,
          query: {},
          body: decodeForm(body),
          rawBody: body,
          idempotencyKey: attemptId,
          now,
        },
        postgresStore(sql),
      ),
    );
    const processor = world.context.processorFor('sandbox');
    const asked = {
      purpose: 'payout',
      attemptId,
      environmentId,
      target,
      amount: 9_600n,
      currency: 'CNY',
    } as const;
    const first = await processor.lookUp(asked, world.clock.at);
    expect(first).toMatchObject({ status: 'succeeded', reference: expect.stringMatching(/^tr_/) });
    expect(await processor.lookUp(asked, world.clock.at)).toEqual(first);
    expect(await processor.lookUp({ ...asked, attemptId: newId('att') }, world.clock.at)).toBe('not_found');
    expect(await transferred(shop)).toEqual([9_600]);
    const payouts = await world
      .db('mock_processor.objects')
      .where({ kind: 'payout' })
      .whereRaw("object->>'account' = ?", [target]);
    expect(payouts).toHaveLength(1);
  });
});

describe('a paid payout', () => {
  it('that comes back is sent again as a new one, once, however often it is said', async () => {
    const shop = await sold();
    await shop.advance(1);
    const first = await lastPayout(shop);
    const reference = (await shop.inTx((tx) => findPayoutByReference(tx, first.id), 'read'))
      ?.processorReference;
    expect(reference).toMatch(/^tr_/);
    const news = { reference, status: 'failed', code: 'account_closed' };
    expect(await shop.post('/v1/sandbox/payout-news', news)).toMatchObject({ result: 'returned' });
    // The money is ours again, and set apart for the merchant.
    const held = (id: string) =>
      shop.inTx((tx) => balance(tx, account('payout', id as `po_${string}`), 'CNY'), 'read');
    expect(await held(first.id)).toBe(9_600n);
    await shop.expectSoundBooks();
    expect(await shop.post('/v1/sandbox/payout-news', news)).toMatchObject({ result: 'known' });
    await leavingNothing(world.db, () =>
      shop.inTx((tx) => returnPayout(tx, { payoutId: first.id, code: 'again' })),
    );
    await shop.advance(2);
    const payouts = await payoutsOf(shop);
    expect(payouts).toMatchObject([
      { status: 'returned', failure_code: 'account_closed' },
      { status: 'paid', amount: 9_600 },
    ]);
    expect(await transferred(shop)).toEqual([0, 9_600]);
    expect(await held(first.id)).toBe(0n);
    await shop.expectSoundBooks();
  });

  it('that the processor has back already is recalled no second time', async () => {
    const shop = await sold();
    await setAccount(shop, 'acct_test_returned');
    await shop.advance(1);
    const { id } = await lastPayout(shop);
    await setAccount(shop, 'acct_test_merchant');
    await shop.inTx((tx) => returnPayout(tx, { payoutId: id, code: 'transfer_back' }));
    await shop.advance(2);
    expect(await statesOf(shop)).toEqual(['returned', 'paid']);
    expect(await transferred(shop)).toEqual([0, 9_600]);
    await shop.expectSoundBooks();
  });
});

describe('news of a payout', () => {
  it('that is unknown, held or over is parked with its reason, and books nothing', async () => {
    const shop = await sold();
    const say = async (news: { reference: string; status: string }) =>
      leavingNothing(world.db, () => shop.post('/v1/sandbox/payout-news', news), [
        'parked_payout_news',
        'idempotency_keys',
        'signature_nonces',
      ]);
    expect(await say({ reference: 'tr_nobody', status: 'failed' })).toEqual({
      result: 'parked',
      reason: 'payout_unknown',
    });
    await world.db('merchants').where({ id: shop.merchantId }).update({ status: 'suspended' });
    await shop.advance(1);
    const held = await lastPayout(shop);
    expect(await say({ reference: held.id, status: 'paid' })).toMatchObject({ reason: 'payout_not_sent' });
    // Of another sandbox nothing is known here.
    const other = await sold();
    await other.advance(1);
    const foreign = await lastPayout(other);
    expect(await say({ reference: foreign.id, status: 'failed' })).toMatchObject({
      reason: 'payout_unknown',
    });
    expect(await say({ reference: 'tr_nobody', status: 'failed' })).toMatchObject({ result: 'parked' });
    expect(await world.db('parked_payout_news').where({ environment_id: shop.environmentId })).toHaveLength(
      3,
    );
  });
});

describe('a payout is held', () => {
  it('for 72 hours after the bank account was changed, and then goes by itself', async () => {
    const shop = await sold();
    await shop.send('PUT', '/v1/sandbox/bank-account', { holder: 'Tea House', number: '6299000112345678' });
    await shop.advance(1);
    expect(await payoutsOf(shop)).toMatchObject([
      { status: 'held', hold_reason: 'bank_account_changed', hold_until: '2026-03-04T01:00:00.000Z' },
    ]);
    expect(await transferred(shop)).toEqual([]);
    expect(await shop.get('/v1/sandbox')).toMatchObject({
      clock: { next_event: { at: '2026-03-04T01:00:00.000Z', kinds: ['payout_hold_end'] } },
    });
    await shop.advance(1);
    expect(await statesOf(shop)).toEqual(['held']);
    await shop.advance(2);
    expect(await payoutsOf(shop)).toMatchObject([{ status: 'paid', hold_reason: null }]);
    expect(await transferred(shop)).toEqual([9_600]);
  });

  it('while its merchant is new, and above the cap of its terms until two people let it go', async () => {
    const shop = await sold(20_000);
    await shop.send('PUT', '/v1/sandbox/settlement-terms', {
      fee_tiers: [{ from: 0, basis_points: 300, fixed: 100 }],
      first_payout_delay_days: 2,
      payout_cap: 10_000,
    });
    await shop.advance(1);
    expect(await payoutsOf(shop)).toMatchObject([{ status: 'held', hold_reason: 'first_payout' }]);
    await shop.advance(2);
    expect(await payoutsOf(shop)).toMatchObject([
      { status: 'held', hold_reason: 'above_cap', hold_until: null },
    ]);
    const { id: payoutId } = await lastPayout(shop);
    const release = (who: { operatorId: string }) =>
      shop.inTx((tx) => releasePayout(tx, { payoutId, ...who }));
    await expect(release(bob)).rejects.toMatchObject({ code: 'state_conflict' });
    await shop.inTx((tx) => approvePayout(tx, { payoutId, ...ada }));
    await expect(release(ada)).rejects.toMatchObject({ code: 'state_conflict' });
    const byOne = world
      .db('payouts')
      .where({ id: payoutId })
      .update({ released_by: ada.operatorId, released_at: world.clock.at });
    await expect(byOne).rejects.toThrow('check constraint');
    await release(bob);
    await world.runAttempts();
    expect(await statesOf(shop)).toEqual(['paid']);
    expect(await transferred(shop)).toEqual([19_300]);
    await shop.expectSoundBooks();
  });

  it('by an alarm about its books, also at the last moment, and nobody releases it before that is resolved', async () => {
    const shop = await openShop(world);
    await shop.send('PUT', '/v1/sandbox/settlement-terms', {
      fee_tiers: [{ from: 0, basis_points: 300, fixed: 100 }],
      early_payout: { basis_points: 0, fixed: 0 },
    });
    const order = await authorizedOrder(shop, { amount: 10_000, plan: 'pay_after' });
    await ship(shop, order.id, 10_000);
    // Settled and about to be sent, when the nightly check finds something.
    await shop.post('/v1/settlements/early-payout', {});
    const findings = [
      { invariant: 'payout_is_zero_once_paid', subject: 'x', finding: 'off', concernedId: shop.merchantId },
    ];
    const invariants = ['payout_is_zero_once_paid'];
    await shop.inTx((tx) => keepFindings(tx, { invariants, findings }));
    await world.runAttempts();
    expect(await payoutsOf(shop)).toMatchObject([{ status: 'held', hold_reason: 'books_alarm' }]);
    expect(await transferred(shop)).toEqual([]);
    const { id: payoutId } = await lastPayout(shop);
    await shop.inTx((tx) => approvePayout(tx, { payoutId, ...ada }));
    const release = () => shop.inTx((tx) => releasePayout(tx, { payoutId, ...bob }));
    await expect(release()).rejects.toMatchObject({ code: 'state_conflict' });
    const [alarm] = await shop.inTx((tx) => listLedgerAlarms(tx), 'read');
    await shop.inTx(async (tx) => {
      await keepFindings(tx, { invariants, findings: [] });
      await resolveLedgerAlarm(tx, { alarmId: alarm?.id ?? '', operatorId: ada.operatorId, note: 'seen' });
    });
    await release();
    await world.runAttempts();
    expect(await statesOf(shop)).toEqual(['paid']);
    expect(await transferred(shop)).toEqual([9_600]);
    await shop.expectSoundBooks();
  });
});
