import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { latestAssessment } from '../src/pay-score/assessments.ts';
import { availableOf } from '../src/credit/lines.ts';
import { claimSession } from '../src/checkout/claim.ts';
import { decide } from '../src/checkout/decide.ts';
import { addDays } from '../src/lib/dates.ts';
import { GatewayError } from '../src/lib/errors.ts';
import type { Id } from '../src/lib/ids.ts';
import { createMerchant, findMerchant } from '../src/merchants/merchants.ts';
import type { PlanSnapshot } from '../src/plans/snapshot.ts';
import { readProtection } from '../src/protection/facts.ts';
import {
  lockPayingLater,
  listLoosenings,
  setOwnCeiling,
  unlockPayingLater,
} from '../src/protection/own-limits.ts';
import { openFigures, type ProtectionRecord } from '../src/protection/record.ts';
import { tierOf } from '../src/protection/rules.ts';
import { keepWarning, findWarning } from '../src/protection/warnings.ts';
import { removeIncome } from '../src/shoppers/income.ts';
import { parseNationalId } from '../src/shoppers/national-id.ts';
import { saveIdentity } from '../src/shoppers/identity.ts';
import { findTestPerson } from '../src/shoppers/sandbox-identity.ts';
import { activeAgreement, agreedOrderBody } from './support/agreements.ts';
import { draw, newBorrower } from './support/draws.ts';
import { agreeTo, codeFor, declare, decideOn, grownBuyer, take } from './support/protection.ts';
import { openShop, type Shop } from './support/shop.ts';
import { authorizedOrder, type Buyer, newBuyer, openCheckout, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const idOf = ({ shopperId }: Buyer) => shopperId as Id<'shp'>;

async function refusalOf(work: Promise<unknown>): Promise<GatewayError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof GatewayError)) throw new Error(`no refusal: ${String(error)}`);
  return error;
}

/** What falls due by these snapshots until the 90th day from `today`, as if all of them shipped then. */
function dueOf(snapshots: readonly PlanSnapshot[], until: string): bigint {
  return snapshots
    .flatMap(({ installments }) => installments)
    .filter(({ due_date: on }) => on <= until)
    .reduce((sum, { amount }) => sum + BigInt(amount), 0n);
}

describe('the income', () => {
  it('bounds what is bought over all merchants and draws, as a model of its own reckons it', async () => {
    const shop = await openShop(world);
    const today = '2026-03-01';
    const until = addDays(today, 90);
    const purchase = fc.record({
      amount: fc.integer({ min: 10_000, max: 600_000 }),
      plan: fc.constantFrom('pay_after', 'pay_in_3', 'pay_in_4', 'monthly_3', 'monthly_12' as const),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 1_500_000 }),
        fc.array(purchase, { minLength: 2, maxLength: 6 }),
        async (income, purchases) => {
          const buyer = await grownBuyer(shop);
          await declare(shop, buyer, income);
          const agreed: PlanSnapshot[] = [];
          for (const { amount, plan } of purchases) {
            const decided = await decideOn(shop, buyer, amount);
            const chosen = decided.offers.find(({ offer }) => offer.code === plan);
            if (!chosen) {
              const asUnfit = decided.protection.unfit.find(({ way }) => way.offer.code === plan);
              if (!asUnfit) {
                const isTooSmall = plan.startsWith('monthly') && amount < 50_000;
                expect(isTooSmall || BigInt(amount) > availableOf(decided.line)).toBe(true);
                continue;
              }
              const { inWindow, inMonth } = asUnfit.burden;
              const isTooMuch =
                inWindow * 100n > BigInt(income) * 3n * 40n || inMonth * 100n > BigInt(income) * 60n;
              expect(isTooMuch).toBe(true);
              continue;
            }
            agreed.push(await agreeTo(shop, buyer, { sessionId: decided.sessionId, plan }));
            expect(dueOf(agreed, until) * 100n <= BigInt(income) * 3n * 40n).toBe(true);
          }
          const facts = await shop.inTx(
            (tx) => readProtection(tx, { shopperId: buyer.shopperId, currency: 'CNY', today }),
            'read',
          );
          expect(facts.dues.reduce((sum, { amount }) => sum + amount, 0n)).toBe(dueOf(agreed, until));
        },
      ),
      { numRuns: 8 },
    );
  });

  it('is sealed wherever it lies, and the record of a decision can be opened', async () => {
    const shop = await openShop(world);
    const buyer = await grownBuyer(shop);
    await declare(shop, buyer, 987_654);
    const { assessment, sessionId } = await decideOn(shop, buyer, 300_000);
    const record = assessment.guards.protection as ProtectionRecord;
    expect(record).toMatchObject({ code: null, basis: 'declared', open_orders: { counted: 0, most: 20 } });
    const figures = await shop.inTx((tx) => openFigures(tx, { shopperId: buyer.shopperId, record }), 'read');
    expect(figures.measure).toEqual({
      basis: 'declared',
      income: '987654',
      mostInWindow: String((987_654n * 3n * 40n) / 100n),
      mostInMonth: String((987_654n * 60n) / 100n),
    });
    expect(figures.burdens.find(({ code }) => code === 'pay_in_3')).toMatchObject({ in_window: '300000' });
    await agreeTo(shop, buyer, { sessionId });
    const { hold_id: holdId } = await shop.inTx(async (tx) => {
      return tx.sql('checkout_sessions').where({ id: sessionId }).first('hold_id');
    });
    const words = 'With this purchase, ¥3,000.00 of your ¥29,629.62 income';
    await shop.inTx((tx) => keepWarning(tx, { shopperId: idOf(buyer), holdId, words, locale: 'en' }));
    expect(await shop.inTx((tx) => findWarning(tx, holdId), 'read')).toMatchObject({ words, locale: 'en' });

    const { rows } = await world.db.raw<{ rows: { table_name: string }[] }>(
      "select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
    );
    const stored: string[] = [];
    for (const { table_name: table } of rows) {
      const all = await world.db.raw<{ rows: { row: string }[] }>(`select t::text as row from ${table} t`);
      stored.push(...all.rows.map(({ row }) => row));
    }
    const all = stored.join('\n');
    expect(all).toContain(buyer.shopperId);
    for (const secret of [
      '987654',
      '9,876.54',
      '2962962',
      '29,629.62',
      figures.measure.mostInWindow,
      figures.measure.mostInMonth,
    ]) {
      expect(all).not.toContain(secret);
    }
  });

  it('counts no more once the shopper has taken it back', async () => {
    const shop = await openShop(world);
    const buyer = await grownBuyer(shop);
    await declare(shop, buyer, 2_000_000);
    expect(await codeFor(shop, buyer, 800_000)).toBe(null);
    await shop.inTx((tx) => removeIncome(tx, idOf(buyer)));
    // 8,000.00 over 24 months would still fit: what is left without an income is 6,000.00 in 90 days.
    const { protection } = await decideOn(shop, buyer, 800_000);
    expect(protection.measure).toEqual({ basis: 'none', mostInWindow: 600_000n });
    expect(protection.unfit.map(({ way }) => way.offer.code)).toContain('pay_in_4');
  });

  it('is not needed for what a new shopper may owe, and is beyond it', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    expect(await codeFor(shop, buyer, 200_000)).toBe(null);
    const grown = await grownBuyer(shop);
    const { assessment, protection } = await decideOn(shop, grown, 1_900_000);
    expect(assessment).toMatchObject({
      outcome: 'approved',
      offers: expect.not.arrayContaining(['pay_after']),
    });
    expect(protection.unfit[0]?.obstacle).toMatchObject({ code: 'above_allowance', allowance: 600_000n });
    await take(shop, grown, 600_000, 'pay_after');
    expect(await codeFor(shop, grown, 10_000)).toBe('unaffordable');
    await declare(shop, grown, 3_000_000);
    expect(await codeFor(shop, grown, 10_000)).toBe(null);
  });

  it('is needed for any amount by a shop in the United Kingdom', async () => {
    const shop = await openShop(world, { country: 'GB', currency: 'GBP', clock: '2026-07-14T12:00:00.000Z' });
    const buyer = await newBuyer(shop);
    expect(await codeFor(shop, buyer, 1_000)).toBe(null);
    await shop.advance(1);
    expect(await codeFor(shop, buyer, 1_000)).toBe('unaffordable');
    await declare(shop, buyer, 200_000);
    expect(await codeFor(shop, buyer, 1_000)).toBe(null);
  });

  it('declines an order by agreement that it does not carry, with a code and no page', async () => {
    const shop = await openShop(world);
    const { agreement, path, buyer } = await activeAgreement(shop);
    await declare(shop, buyer, 15_000);
    await shop.post(`${path}/orders`, agreedOrderBody(shop, 9_000));
    const refused = await shop.refusal('POST', `${path}/orders`, agreedOrderBody(shop, 1));
    expect(refused).toMatchObject({ status: 402, code: 'authorization_declined' });
    const assessment = await shop.inTx((tx) => latestAssessment(tx, agreement.id), 'read');
    expect(assessment).toMatchObject({
      declineCode: 'unaffordable',
      guards: { protection: { code: 'unaffordable', basis: 'declared' } },
    });
  });

  it('is looked at once more as the shopper agrees, with what was bound since the decision', async () => {
    const shop = await openShop(world);
    const buyer = await grownBuyer(shop);
    await declare(shop, buyer, 300_000);
    const first = await decideOn(shop, buyer, 200_000);
    const second = await decideOn(shop, buyer, 200_000);
    await agreeTo(shop, buyer, { sessionId: first.sessionId });
    const refusal = await refusalOf(agreeTo(shop, buyer, { sessionId: second.sessionId }));
    expect(refusal).toMatchObject({ code: 'state_conflict' });
    const again = await shop.inTx((tx) =>
      decide(tx, { sessionId: second.sessionId, shopperId: buyer.shopperId }),
    );
    expect(again.offers.map(({ offer }) => offer.code)).not.toContain('pay_in_4');
  });
});

describe('a shopper’s own', () => {
  it('lock stops everything at once, and ends a day after it was asked to', async () => {
    const shop = await openShop(world);
    const buyer = await newBorrower(shop);
    const { agreement, path } = await activeAgreement(shop, {}, buyer);
    const before = await decideOn(shop, buyer, 10_000);
    await shop.inTx((tx) => lockPayingLater(tx, idOf(buyer)));
    expect(await codeFor(shop, buyer, 10_000)).toBe('locked_by_shopper');
    expect(await refusalOf(agreeTo(shop, buyer, before))).toMatchObject({ code: 'state_conflict' });
    expect(await draw(shop, buyer)).toMatchObject({
      outcome: 'declined',
      assessment: { declineCode: 'locked_by_shopper' },
    });
    expect(await shop.refusal('POST', `${path}/orders`, agreedOrderBody(shop, 1_000))).toMatchObject({
      status: 402,
      code: 'authorization_declined',
    });
    const assessment = await shop.inTx((tx) => latestAssessment(tx, agreement.id), 'read');
    expect(assessment?.declineCode).toBe('locked_by_shopper');

    await shop.inTx((tx) => unlockPayingLater(tx, idOf(buyer)));
    expect(await codeFor(shop, buyer, 10_000)).toBe('locked_by_shopper');
    const [waiting] = await shop.inTx((tx) => listLoosenings(tx, buyer.shopperId), 'read');
    await shop.inTx((tx) => unlockPayingLater(tx, idOf(buyer)));
    expect(await shop.inTx((tx) => listLoosenings(tx, buyer.shopperId), 'read')).toEqual([waiting]);
    await shop.advance(1);
    expect(await codeFor(shop, buyer, 10_000)).toBe(null);
  });

  it('unlock is undone by a lock before its day is over', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    await shop.inTx((tx) => lockPayingLater(tx, idOf(buyer)));
    await shop.inTx((tx) => unlockPayingLater(tx, idOf(buyer)));
    await shop.inTx((tx) => lockPayingLater(tx, idOf(buyer)));
    await shop.advance(2);
    expect(await codeFor(shop, buyer, 10_000)).toBe('locked_by_shopper');
  });

  it('ceilings hold at once when they are lower and a day later when they are not', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    const set = (kind: 'purchase' | 'total', amount: bigint | null) =>
      shop.inTx((tx) => setOwnCeiling(tx, { shopperId: idOf(buyer), kind, currency: 'CNY', amount }));
    expect(await set('purchase', 50_000n)).toBe('now');
    expect(await codeFor(shop, buyer, 50_001)).toBe('above_own_ceiling');
    expect(await codeFor(shop, buyer, 50_000)).toBe(null);
    expect(await set('purchase', null)).toBe('later');
    expect(await codeFor(shop, buyer, 50_001)).toBe('above_own_ceiling');
    await shop.advance(1);
    expect(await codeFor(shop, buyer, 50_001)).toBe(null);
    expect(await set('total', 60_000n)).toBe('now');
    await take(shop, buyer, 40_000);
    expect(await codeFor(shop, buyer, 20_001)).toBe('above_own_ceiling');
    expect(await codeFor(shop, buyer, 20_000)).toBe(null);
    expect(await set('total', 60_001n)).toBe('later');
    expect(await set('total', 59_999n)).toBe('now');
    await shop.advance(1);
    expect(await codeFor(shop, buyer, 20_000)).toBe('above_own_ceiling');
  });
});

describe('how much is open', () => {
  /** Another merchant of the same sandbox. */
  async function secondMerchant(shop: Shop): Promise<string> {
    const { id } = await shop.inTx(async (tx) => {
      const { status: _status, id: _id, ...merchant } = await findMerchant(tx, shop.merchantId);
      return createMerchant(tx, { ...merchant, name: 'Book House', payoutAccount: 'acct_second' });
    });
    return id;
  }

  it('is bounded also when the last room is asked for at two merchants at once', async () => {
    const shop = await openShop(world);
    const other = await secondMerchant(shop);
    const buyer = await newBuyer(shop);
    const { openOrders, confirmedInADay } = tierOf({ limit: 10n, targetLimit: 100n });
    for (let taken = 1; taken < openOrders; taken += 1) {
      if (taken % (confirmedInADay - 1) === 0) await shop.advance(1);
      await authorizedOrder(shop, { amount: 1_000, plan: 'pay_after', buyer });
    }
    await shop.advance(1);
    const both = [await decideOn(shop, buyer, 1_000), await decideOn(shop, buyer, 1_000, other)];
    const answers = await Promise.allSettled(both.map((decided) => agreeTo(shop, buyer, decided)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await codeFor(shop, buyer, 1_000)).toBe('too_many_orders');
  });

  it('counts no more what is paid or was let go', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    const openOf = async () =>
      (
        await shop.inTx(
          (tx) => readProtection(tx, { shopperId: buyer.shopperId, currency: 'CNY', today: '2026-03-01' }),
          'read',
        )
      ).openOrders;
    const order = await authorizedOrder(shop, { amount: 1_000, plan: 'pay_after', buyer });
    const { sessionId } = await decideOn(shop, buyer, 1_000);
    await agreeTo(shop, buyer, { sessionId });
    expect(await openOf()).toBe(2);
    await shop.post(`/v1/orders/${order.id}/void`);
    expect(await openOf()).toBe(1);
    await shop.post(`/v1/checkout-sessions/${sessionId}/cancel`);
    expect(await openOf()).toBe(0);
    const shipped = await authorizedOrder(shop, { amount: 1_000, plan: 'pay_in_4', buyer });
    await ship(shop, shipped.id, 1_000);
    expect(await openOf()).toBe(1);
    await shop.advance(45);
    expect(await openOf()).toBe(0);
  });

  it('pauses after six confirmed within a day, draws among them, until a day after the last', async () => {
    const shop = await openShop(world);
    const buyer = await newBorrower(shop);
    for (let taken = 0; taken < 5; taken += 1) await take(shop, buyer, 1_000);
    expect(await draw(shop, buyer, { amount: 10_000n })).toMatchObject({ outcome: 'requested' });
    await world.runAttempts();
    expect(await codeFor(shop, buyer, 1_000)).toBe('cooling_off');
    const declined = await draw(shop, buyer, { amount: 10_000n });
    expect(declined).toMatchObject({ outcome: 'declined', assessment: { declineCode: 'cooling_off' } });
    await shop.advance(1);
    expect(await codeFor(shop, buyer, 1_000)).toBe(null);
  });
});

describe('minors', () => {
  it('are refused wherever their birth date is known', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    expect(await codeFor(shop, buyer, 1_000)).toBe(null);
    const person = findTestPerson('minor-7');
    if (!person) throw new Error('no test person');
    const identity = {
      name: person.name,
      nationalId: parseNationalId(person.nationalId),
      provider: 'sandbox',
      reference: 'sandbox_minor',
    };
    await shop.inTx((tx) => saveIdentity(tx, { shopperId: idOf(buyer), identity }));
    expect(await codeFor(shop, buyer, 1_000)).toBe('underage');
    expect(await draw(shop, buyer)).toMatchObject({ assessment: { declineCode: 'underage' } });
  });
});

describe('a decision', () => {
  it('that is looked at again is the same, until the offers are others', async () => {
    const shop = await openShop(world);
    const buyer = await grownBuyer(shop);
    const session = await openCheckout(shop, 300_000);
    const look = () =>
      shop.inTx(async (tx) => {
        await claimSession(tx, { sessionId: session.id, shopperId: buyer.shopperId });
        return decide(tx, { sessionId: session.id, shopperId: buyer.shopperId });
      });
    const first = await look();
    expect((await look()).assessment.id).toBe(first.assessment.id);
    await declare(shop, buyer, 150_000);
    const second = await look();
    expect(second.assessment.id).not.toBe(first.assessment.id);
    expect(second.assessment.outcome).toBe('approved');
    expect(second.assessment.offers).toEqual(['monthly_6', 'monthly_12', 'monthly_24']);
    expect((await look()).assessment.id).toBe(second.assessment.id);
  });
});
