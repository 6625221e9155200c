import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bindAccount } from '../src/banking/bind-account.ts';
import { sandboxVerifier } from '../src/banking/sandbox-verifier.ts';
import { verifyAccount } from '../src/banking/verify-account.ts';
import { sealInvited } from '../src/credit/guarantees/invitations.ts';
import { addEvidence } from '../src/disputes/evidence/add.ts';
import { readGuarantees } from '../src/pages/account/guarantees/facts.ts';
import { findIdentity } from '../src/shoppers/identity.ts';
import { newSession } from './support/agreements.ts';
import { type Friend, newFriend } from './support/guarantees.ts';
import { openDispute } from '../src/disputes/open.ts';
import { type Id, newId } from '../src/lib/ids.ts';
import { notifyFromEvents } from '../src/notifications/notify.ts';
import { payNow } from '../src/repayments/pay.ts';
import { erase } from '../src/privacy/erase.ts';
import { listErasures, readErasures, writeErasure } from '../src/privacy/erasures.ts';
import { findObstacles } from '../src/privacy/obstacles.ts';
import { replayErasures } from '../src/privacy/replay.ts';
import { contactOf, findDataKey, findOrCreateShopper } from '../src/shoppers/profile.ts';
import { openShop, type Shop } from './support/shop.ts';
import {
  agree,
  authorizedOrder,
  type Buyer,
  confirmedSession,
  newBuyer,
  openCheckout,
  claimAndDecide,
  ship,
} from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const idOf = (buyer: Buyer) => buyer.shopperId as Id<'shp'>;
const obstaclesOf = (shop: Shop, buyer: Buyer) => shop.inTx((tx) => findObstacles(tx, idOf(buyer)), 'read');
/** A guarantee that was accepted, as its rows are. */
async function vouchedFor(shop: Shop, guarantor: Friend, debtor: Friend): Promise<string> {
  const id = newId('gua');
  const { environmentId: environment_id } = shop;
  const parties = [
    { environment_id, shopper_id: guarantor.shopperId, role: 'guarantor' },
    { environment_id, shopper_id: debtor.shopperId, role: 'debtor' },
  ];
  await world.db('guarantee_parties').insert(parties);
  const invited = await shop.inTx((tx) =>
    sealInvited(tx, { guaranteeId: id, guarantorId: guarantor.shopperId, phone: debtor.phone }),
  );
  await world.db('guarantees').insert({
    environment_id,
    id,
    reference: id,
    guarantor_id: guarantor.shopperId,
    debtor_id: debtor.shopperId,
    ...invited,
    currency: 'CNY',
    cap: 50_000,
    offered_on: '2026-03-01',
    expires_on: '2026-09-01',
    payment_method_id: guarantor.paymentMethodId,
    terms: '{}',
    terms_hash: '0',
    guarantor_texts: '[]',
    status: 'accepted',
    slot: 1,
    pledged: 50_000,
    created_at: world.clock.at,
    accepted_at: world.clock.at,
  });
  return id;
}

async function bindBank(shop: Shop, { shopperId }: Friend): Promise<void> {
  const holder = (await shop.inTx((tx) => findIdentity(tx, shopperId), 'read'))?.name ?? '';
  const checked = await verifyAccount(sandboxVerifier, { holder, number: '6299000112345678' });
  if (checked.outcome === 'refused') throw new Error(checked.code);
  const { account } = checked;
  const bound = await shop.inTx(async (tx) =>
    bindAccount(tx, { shopperId, proof: { sessionId: await newSession(tx, shopperId) }, account }),
  );
  expect(bound.outcome).toBe('bound');
}
const eraseIn = (shop: Shop, buyer: Buyer) => shop.inTx((tx) => erase(tx, idOf(buyer)));

/** Bought, shipped and paid to the end. */
async function paidOff(shop: Shop): Promise<{ buyer: Buyer; orderId: string; planId: string }> {
  const buyer = await newBuyer(shop);
  const { id: orderId, plan_id: planId } = await authorizedOrder(shop, { amount: 8000, buyer });
  await ship(shop, orderId, 8000);
  await shop.inTx((tx) => payNow(tx, { planId, shopperId: buyer.shopperId, amount: 6000n }));
  await world.runAttempts();
  return { buyer, orderId, planId };
}

describe('what stands in the way of an erasure', () => {
  test('a confirmed checkout, an order, a debt and a payment under way do, each by its name', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    await confirmedSession(shop, { amount: 4000, buyer });
    expect(await obstaclesOf(shop, buyer)).toEqual(['hold']);
    const { id: orderId, plan_id: planId } = await authorizedOrder(shop, { amount: 4000, buyer });
    expect(await obstaclesOf(shop, buyer)).toEqual(['debt', 'hold']);
    await ship(shop, orderId, 4000);
    await shop.inTx((tx) => payNow(tx, { planId, shopperId: buyer.shopperId, amount: 3000n }));
    expect(await obstaclesOf(shop, buyer)).toEqual(['debt', 'hold', 'payment']);
    expect(await eraseIn(shop, buyer)).toEqual({
      outcome: 'refused',
      obstacles: ['debt', 'hold', 'payment'],
    });
    expect(await shop.inTx((tx) => contactOf(tx, buyer.shopperId))).toMatchObject({ locale: 'en' });
  });

  test('a dispute does, also when all is paid', async () => {
    const shop = await openShop(world);
    const { buyer, orderId } = await paidOff(shop);
    expect(await obstaclesOf(shop, buyer)).toEqual([]);
    await shop.inTx((tx) =>
      openDispute(tx, {
        orderId,
        shopperId: buyer.shopperId,
        reason: 'damaged',
        amount: 8000n,
        words: 'The cup was broken.',
        formKey: 'f1',
      }),
    );
    expect(await obstaclesOf(shop, buyer)).toEqual(['dispute']);
  });
});

describe('an erasure', () => {
  test('leaves the books as they were, tells nobody anything, and lets the same phone begin anew', async () => {
    const shop = await openShop(world);
    const { buyer, orderId, planId } = await paidOff(shop);
    const { phone } = await shop.inTx((tx) => contactOf(tx, buyer.shopperId));
    const before = await shop.expectSoundBooks();
    expect(await eraseIn(shop, buyer)).toEqual({ outcome: 'erased' });
    expect(await shop.expectSoundBooks()).toEqual(before);
    expect(await eraseIn(shop, buyer)).toEqual({ outcome: 'gone' });

    expect(await shop.inTx((tx) => findDataKey(tx, buyer.shopperId))).toBeUndefined();
    await expect(shop.inTx((tx) => contactOf(tx, buyer.shopperId))).rejects.toMatchObject({
      code: 'not_found',
    });
    await world.sequence();
    await notifyFromEvents(world.context);
    expect(world.errors).toEqual([]);
    const messages = await world.db('messages').where({ shopper_id: buyer.shopperId });
    expect(messages).toEqual([]);
    const order = await shop.get<{ status: string }>(`/v1/orders/${orderId}`);
    expect(order.status).toBe('captured');
    expect((await shop.get<{ status: string }>(`/v1/plans/${planId}`)).status).toBe('paid');

    const again = await shop.inTx((tx) => findOrCreateShopper(tx, { phone, locale: 'en' }));
    expect(again.isNew).toBe(true);
    expect(again.shopperId).not.toBe(buyer.shopperId);
  });

  test('lets a merchant refund afterwards, to the card by the processor’s name for it', async () => {
    const shop = await openShop(world);
    const { buyer, orderId } = await paidOff(shop);
    await eraseIn(shop, buyer);
    await shop.post(`/v1/orders/${orderId}/refunds`, { reference: 'r1', amount: 8000 });
    await world.runAttempts();
    await world.sequence();
    await notifyFromEvents(world.context);
    expect(world.errors).toEqual([]);
    await shop.expectSoundBooks();
  });

  test('leaves no word, file, bank account or invited phone of theirs to whoever was on the other side', async () => {
    const shop = await openShop(world);
    const guarantor = await newFriend(shop);
    const debtor = await newFriend(shop);
    const guaranteeId = await vouchedFor(shop, guarantor, debtor);
    await bindBank(shop, debtor);
    const { id: orderId } = await authorizedOrder(shop, { amount: 4000, buyer: debtor });
    await ship(shop, orderId, 4000);
    const words = 'My cup came broken.';
    const dispute = await shop.inTx((tx) =>
      openDispute(tx, {
        orderId,
        shopperId: debtor.shopperId,
        formKey: 'f1',
        reason: 'damaged',
        amount: 4000n,
        words,
      }),
    );
    const evidence = { evidence: world.context.evidence, inTx: shop.inTx };
    await addEvidence(evidence, {
      disputeId: dispute.id,
      side: 'shopper',
      name: 'cup.txt',
      bytes: Buffer.from('a cup'),
    });
    const read = () => shop.get<{ shopper_text: string; evidence: unknown[] }>(`/v1/disputes/${dispute.id}`);
    expect(await read()).toMatchObject({ shopper_text: words, evidence: [{ name: 'cup.txt' }] });

    expect(await obstaclesOf(shop, debtor)).toEqual(['debt', 'dispute', 'guarantee']);
    expect(await obstaclesOf(shop, guarantor)).toContain('guarantee');
    await shop.post(`/v1/disputes/${dispute.id}/accept`);
    await world.runAttempts();
    const ended = { status: 'ended', pledged: 0, ended_at: world.clock.at, ended_by: 'debtor' };
    await world.db('guarantees').where({ id: guaranteeId }).update(ended);
    expect(await obstaclesOf(shop, debtor)).toEqual([]);
    expect(await eraseIn(shop, debtor)).toEqual({ outcome: 'erased' });

    expect(await read()).toMatchObject({ shopper_text: '[erased]', evidence: [] });
    const { given } = await shop.inTx((tx) => readGuarantees(tx, guarantor.shopperId), 'read');
    expect(given).toMatchObject([{ guarantee: { id: guaranteeId }, phone: '[erased]' }]);
    const accounts = await world.db('shopper_bank_accounts').where({ shopper_id: debtor.shopperId });
    expect(accounts).toMatchObject([{ status: 'removed', number_index: null }]);
    const methods = await world.db('payment_methods').where({ shopper_id: debtor.shopperId });
    expect(methods.every(({ status, fingerprint }) => status === 'removed' && fingerprint === null)).toBe(
      true,
    );
    await shop.expectSoundBooks();
  });

  test('is for good, and nothing begins with whoever was read before', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    const session = await openCheckout(shop, 4000);
    await claimAndDecide(shop, session.id, buyer.shopperId);
    await eraseIn(shop, buyer);
    await expect(
      world.db('shoppers').where({ id: buyer.shopperId }).update({ locale: 'en' }),
    ).rejects.toThrow('erased for good');
    const [line] = await world.db('credit_lines').where({ shopper_id: buyer.shopperId });
    const [hold] = await world.db('holds').limit(1);
    if (line && hold) {
      await expect(
        world
          .db('holds')
          .insert({ ...hold, environment_id: shop.environmentId, id: 'hld_x', credit_line_id: line.id }),
      ).rejects.toThrow('was erased');
    } else throw new Error('there is neither a line nor a hold');
    await expect(
      shop.inTx((tx) => findDataKey(tx, 'shp_00000000000000000000000000000000')),
    ).rejects.toMatchObject({ code: 'not_found' });
  });
});

test('an erasure and a confirmation at the same moment: one of them happens', async () => {
  const shop = await openShop(world);
  for (let round = 0; round < 4; round += 1) {
    const buyer = await newBuyer(shop);
    const session = await openCheckout(shop, 4000);
    await claimAndDecide(shop, session.id, buyer.shopperId);
    const [erased, confirmed] = await Promise.allSettled([
      eraseIn(shop, buyer),
      agree(shop, session.id, buyer, 'pay_in_4'),
    ]);
    const wasErased = erased.status === 'fulfilled' && erased.value.outcome === 'erased';
    expect(wasErased).toBe(confirmed.status === 'rejected');
    const [line] = await world.db('credit_lines').where({ shopper_id: buyer.shopperId });
    const holds = await world.db('holds').where({ credit_line_id: line.id });
    expect(holds).toHaveLength(wasErased ? 0 : 1);
  }
  await shop.expectSoundBooks();
});

describe('the log of erasures', () => {
  test('erases again whom a restored backup has brought back', async () => {
    const shop = await openShop(world);
    const { buyer } = await paidOff(shop);
    const owing = await newBuyer(shop);
    await authorizedOrder(shop, { amount: 4000, buyer: owing });
    const backup = await world.db('shoppers').where({ environment_id: shop.environmentId });
    await eraseIn(shop, buyer);
    const entries = (await listErasures(world.context)).filter(
      ({ environmentId }) => environmentId === shop.environmentId,
    );
    expect(entries.map(({ shopperId }) => shopperId)).toEqual([buyer.shopperId]);
    const text = entries.map((entry) => `${writeErasure(entry)}\n`).join('');
    expect(readErasures(text)).toEqual(entries);
    expect(() => readErasures(`${text}{}\n`)).toThrow('Line 2');

    // A restore: the row is back as it was, and the log of the database is from before.
    await world.db.transaction(async (trx) => {
      await trx.raw('alter table shoppers disable trigger shoppers_stay_erased');
      await trx.raw('alter table erasures disable trigger erasures_append_only');
      const row = backup.find(({ id }) => id === buyer.shopperId) as Record<string, unknown>;
      await trx('shoppers').where({ id: buyer.shopperId }).update(row);
      await trx('erasures').where({ shopper_id: buyer.shopperId }).delete();
      await trx.raw('alter table shoppers enable trigger shoppers_stay_erased');
      await trx.raw('alter table erasures enable trigger erasures_append_only');
    });
    expect(await shop.inTx((tx) => contactOf(tx, buyer.shopperId))).toBeDefined();

    const [entry] = entries;
    if (!entry) throw new Error('nothing was logged');
    const others = [
      { ...entry, shopperId: idOf(owing) },
      { ...entry, shopperId: 'shp_00000000000000000000000000000000' as Id<'shp'> },
    ];
    const first = await replayErasures(world.context, [entry, ...others]);
    expect(first.map(({ result }) => result)).toEqual([
      { outcome: 'erased' },
      { outcome: 'refused', obstacles: ['debt', 'hold'] },
      { outcome: 'absent' },
    ]);
    const second = await replayErasures(world.context, [entry]);
    expect(second.map(({ result }) => result.outcome)).toEqual(['gone']);
    await shop.expectSoundBooks();

    // It ends with its sandbox.
    await world.db.raw('select purge_sandbox(?)', [shop.environmentId]);
    expect(await world.db('erasures').where({ environment_id: shop.environmentId })).toEqual([]);
  });
});
