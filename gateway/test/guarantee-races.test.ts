import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { confirm } from '../src/checkout/confirm.ts';
import { changeGuarantorCard } from '../src/repayments/guarantors/card.ts';
import { followLatePlan } from '../src/repayments/guarantors/late.ts';
import { payNow } from '../src/repayments/pay.ts';
import {
  accept,
  accepted,
  active,
  buys,
  callsOf,
  end,
  type Friend,
  guarantorLimit,
  newFriend,
  offered,
  openFriends,
  payWith,
  pledgesOf,
  readGuarantee,
} from './support/guarantees.ts';
import type { Shop } from './support/shop.ts';
import { addMethod, claimAndDecide, installmentsOf, openCheckout, takenFor } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let shop: Shop;
let guarantors: Friend[];

beforeAll(async () => {
  world = await openWorld();
  ({ shop, guarantors } = await openFriends(world, { guarantors: 8 }));
}, 300_000);
afterAll(() => world.close());

const guarantor = (index: number): Friend => guarantors[index]!;
const outcomesOf = (answers: { outcome: string }[]): string[] =>
  answers.map(({ outcome }) => outcome).toSorted();

describe('at the same moment', { timeout: 300_000 }, () => {
  it('two debtors cannot accept more than the guarantor may pledge', async () => {
    const by = guarantor(0);
    const half = guarantorLimit / 2n;
    for (let round = 0; round < 2; round += 1) {
      const debtors = [await newFriend(shop), await newFriend(shop)];
      const offers: string[] = [];
      for (const { phone } of debtors)
        offers.push((await offered(shop, by, phone, { cap: (half * 3n) / 5n })).id);
      const answers = await Promise.all(
        debtors.map((debtor, index) => accept(shop, offers[index] ?? '', debtor)),
      );
      expect(outcomesOf(answers)).toEqual(['accepted', 'refused']);
      expect((await pledgesOf(shop, by)).pledged).toBe((half * 3n) / 5n);
      for (const id of offers) await end(shop, id, by, 'withdraw');
    }
    await shop.expectSoundBooks();
  });

  it('one debtor cannot accept two guarantors, nor the same one twice', async () => {
    const debtor = await newFriend(shop);
    const first = await offered(shop, guarantor(1), debtor.phone);
    const second = await offered(shop, guarantor(2), debtor.phone);
    const answers = await Promise.all([
      accept(shop, first.id, debtor),
      accept(shop, second.id, debtor),
      accept(shop, first.id, debtor),
      accept(shop, second.id, debtor),
    ]);
    const bound = [await readGuarantee(shop, first.id), await readGuarantee(shop, second.id)];
    expect(bound.map(({ status }) => status).toSorted()).toEqual(['accepted', 'offered']);
    expect(outcomesOf(answers)).toEqual(['accepted', 'accepted', 'refused', 'refused']);
    const pledged = [await pledgesOf(shop, guarantor(1)), await pledgesOf(shop, guarantor(2))];
    expect(new Set(pledged.map((line) => line.pledged))).toEqual(new Set([0n, 50_000n]));
    await shop.expectSoundBooks();
  });

  it('two who vouch for each other do not both come through, and neither does a chain of three', async () => {
    const [a, b, c] = [guarantor(3), guarantor(4), guarantor(5)] as const;
    const ab = await offered(shop, a, b.phone, { cap: 20_000n });
    const ba = await offered(shop, b, a.phone, { cap: 20_000n });
    const bc = await offered(shop, b, c.phone, { cap: 20_000n });
    const ca = await offered(shop, c, a.phone, { cap: 20_000n });
    await Promise.all([
      accept(shop, ab.id, b),
      accept(shop, ba.id, a),
      accept(shop, bc.id, c),
      accept(shop, ca.id, a),
    ]);
    const bound = (await Promise.all([ab, ba, bc, ca].map(({ id }) => readGuarantee(shop, id)))).filter(
      ({ status }) => status === 'accepted',
    );
    expect(bound.length).toBeGreaterThan(0);
    const giving = new Set(bound.map(({ guarantorId }) => guarantorId));
    expect(bound.filter(({ debtorId }) => debtorId !== null && giving.has(debtorId))).toEqual([]);
    expect(await shop.expectSoundBooks()).toHaveProperty('guarantees_are_stars');
  });

  it('an order that is confirmed and an end come one after the other: it is covered, or within the own limit', async () => {
    for (let round = 0; round < 3; round += 1) {
      const debtor = await newFriend(shop);
      const id = await active(shop, guarantor(6), debtor, { cap: 100_000n });
      const session = await openCheckout(shop, 250_000);
      await claimAndDecide(shop, session.id, debtor.shopperId);
      const confirming = shop
        .inTx((tx) =>
          confirm(tx, {
            sessionId: session.id,
            planCode: 'pay_in_4',
            shopperId: debtor.shopperId,
            paymentMethodId: debtor.paymentMethodId,
          }),
        )
        .then(
          () => 'confirmed',
          (error: unknown) => (error as { code?: string }).code,
        );
      const [outcome, ended] = await Promise.all([confirming, end(shop, id, debtor)]);
      const hold = await world
        .db('holds as h')
        .join('credit_lines as l', 'l.id', 'h.credit_line_id')
        .where({ 'l.shopper_id': debtor.shopperId })
        .first('h.guarantee_id', 'h.amount');
      if (outcome === 'confirmed') {
        expect(hold).toMatchObject({ guarantee_id: id, amount: 250_000n });
        expect(ended.pledged).toBe(100_000n);
      } else {
        expect(outcome).toBe('limit_exceeded');
        expect(hold).toBeUndefined();
        expect(ended.pledged).toBe(0n);
      }
      await shop.expectSoundBooks();
      await shop.advance(1);
      await shop.post(`/v1/checkout-sessions/${session.id}/cancel`).catch(() => undefined);
      await shop.advance(1);
    }
  });

  it('a call and a payment of the debtor charge one card only, and what is paid is paid once', async () => {
    const by = { ...guarantor(7) };
    by.paymentMethodId = await addMethod(shop, by.shopperId, 'expired_card');
    const debtor = await newFriend(shop, 'declined');
    const id = await active(shop, by, debtor, { cap: 50_000n });
    const { planId } = await buys(shop, debtor, 8000);
    await shop.advance(34);
    expect((await callsOf(shop, id)).map(({ status }) => status)).toEqual(['failed']);
    const paymentMethodId = await addMethod(shop, by.shopperId, 'ok');
    await shop.inTx((tx) =>
      changeGuarantorCard(tx, { guaranteeId: id, shopperId: by.shopperId, paymentMethodId }),
    );
    await payWith(shop, { planId, shopperId: debtor.shopperId }, 'ok');

    await Promise.allSettled([
      shop.inTx((tx) => followLatePlan(tx, planId)),
      shop.inTx((tx) => payNow(tx, { planId, shopperId: debtor.shopperId, amount: 6_000n })),
      shop.inTx((tx) => followLatePlan(tx, planId)),
      shop.inTx((tx) => payNow(tx, { planId, shopperId: debtor.shopperId, amount: 6_000n })),
    ]);
    const pending = await world.db('repayments').where({ plan_id: planId, status: 'pending' });
    expect(pending).toHaveLength(1);
    await world.runAttempts();
    // Whoever was first has paid what was late, and nobody is asked for it again.
    await shop.inTx((tx) => followLatePlan(tx, planId));
    await world.runAttempts();
    const all = await world.db('repayments').where({ plan_id: planId, status: 'succeeded' }).pluck('id');
    let taken = 0;
    for (const repaymentId of all as string[]) taken += (await takenFor(shop, repaymentId)).taken;
    expect(taken).toBe(6_000);
    const paid = (await installmentsOf(shop, planId)).reduce((sum, item) => sum + item.paidAmount, 0n);
    expect(paid).toBe(6_000n);
    await shop.expectSoundBooks();
  });

  it('both sides may withdraw, and what was set aside is free once', async () => {
    const debtor = await newFriend(shop);
    const by = guarantor(0);
    const id = await accepted(shop, by, debtor, { cap: 30_000n });
    const ends = await Promise.all([
      end(shop, id, by, 'withdraw'),
      end(shop, id, debtor, 'withdraw'),
      end(shop, id, by, 'withdraw'),
    ]);
    expect(new Set(ends.map(({ endedBy }) => endedBy)).size).toBe(1);
    expect((await pledgesOf(shop, by)).pledged).toBe(0n);
    await shop.expectSoundBooks();
    expect(world.errors).toEqual([]);
  });
});
