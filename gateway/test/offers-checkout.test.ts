import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleWords } from '../src/api/representative-example.ts';
import type { CheckoutSessionJson } from '../src/api/resources/checkout-session.ts';
import { findSession } from '../src/checkout/sessions.ts';
import { saveIdentity, verifyIdentity } from '../src/shoppers/identity.ts';
import { findTestPerson, sandboxIdentity } from '../src/shoppers/sandbox-identity.ts';
import { findLine } from '../src/credit/lines.ts';
import { latestAssessment } from '../src/pay-score/assessments.ts';
import type { Id } from '../src/lib/ids.ts';
import { expectMatchesContract } from './support/contract.ts';
import { refusalFrom } from './support/refusal.ts';
import { openShop, type Shop } from './support/shop.ts';
import {
  agree,
  type Buyer,
  claimAndDecide,
  confirmedSession,
  newBuyer,
  newSessionBody,
  openCheckout,
} from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const amount = 120_000;

async function decided(shop: Shop, buyer: Buyer, body: Record<string, unknown> = {}) {
  const session = await shop.post<CheckoutSessionJson>('/v1/checkout-sessions', {
    ...newSessionBody(shop, amount),
    ...body,
  });
  return { session, ...(await claimAndDecide(shop, session.id, buyer.shopperId)) };
}

const readSession = (shop: Shop, id: string) => shop.get<CheckoutSessionJson>(`/v1/checkout-sessions/${id}`);

describe('a session', () => {
  it('says where the shopper stands and when plans fall due, and gives a code for the counter only there', async () => {
    const shop = await openShop(world);
    const online = await openCheckout(shop, amount);
    expect(online).toMatchObject({ channel: 'online', pay_after_days: null, repayment_day: null });
    expect(online.qr_url).toBeUndefined();
    const inStore = await shop.post<CheckoutSessionJson>('/v1/checkout-sessions', {
      ...newSessionBody(shop, amount),
      channel: 'in_store',
      pay_after_days: 0,
      repayment_day: 28,
    });
    expect(inStore).toMatchObject({ channel: 'in_store', pay_after_days: 0, repayment_day: 28 });
    expect(inStore.qr_url).toBe(`${inStore.url}/qr.svg`);
    expect((await readSession(shop, inStore.id)).qr_url).toBeUndefined();
  });

  it.each([
    [{ channel: 'by_post' }, '/channel'],
    [{ pay_after_days: 7 }, '/pay_after_days'],
    [{ repayment_day: 29 }, '/repayment_day'],
    [{ repayment_day: 0 }, '/repayment_day'],
  ])('is refused with %j', async (wrong, pointer) => {
    const shop = await openShop(world);
    const body = { ...newSessionBody(shop, amount), ...wrong };
    const refused = await shop.refusal('POST', '/v1/checkout-sessions', body);
    expect(refused).toMatchObject({ status: 422, code: 'validation_failed' });
    expect(refused.errors?.map((error) => error.pointer)).toEqual([pointer]);
  });

  it('has the term and the day that the merchant asked for in its plans', async () => {
    const shop = await openShop(world);
    const body = { pay_after_days: 14, repayment_day: 10 };
    const { offers } = await decided(shop, await newBuyer(shop), body);
    const dates = (code: string) =>
      offers.find(({ offer }) => offer.code === code)?.offer.installments.map(({ dueDate }) => dueDate);
    expect(dates('pay_after')).toEqual(['2026-03-15']);
    expect(dates('monthly_3')).toEqual(['2026-04-10', '2026-05-10', '2026-06-10']);
  });
});

describe('a decision', () => {
  it('stores the price of the line, and the plan that is agreed to bears it', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    const { session, assessment } = await decided(shop, buyer);
    expect(assessment.offers).toEqual([
      'pay_after',
      'pay_in_3',
      'pay_in_4',
      'monthly_3',
      'monthly_6',
      'monthly_12',
      'monthly_24',
    ]);
    const stored = await shop.inTx((tx) => latestAssessment(tx, session.id), 'read');
    const line = await shop.inTx((tx) => findLine(tx, buyer.shopperId, shop.currency), 'read');
    expect(stored?.annualRatePpm).toBe(line?.annualRatePpm);
    expect(stored?.annualRatePpm).toBe(144_000);

    await agree(shop, session.id, buyer, 'monthly_6');
    const { confirmed_offer: agreed } = await readSession(shop, session.id);
    expect(agreed).toMatchObject({
      plan_code: 'monthly_6',
      programme: 'retail',
      financed: amount,
      finance_charge: 5_090,
      subsidy: 0,
    });
    expect(agreed?.installments[5]).toEqual({ number: 6, due_date: '2026-09-01', amount: 20_850 });
  });

  it('says that an amount is too much for the programme, or too small for it', async () => {
    const dining = await openShop(world, { category: 'dining' });
    const tooMuch = await decided(dining, await newBuyer(dining), newSessionBody(dining, 200_001));
    expect(tooMuch.assessment).toMatchObject({ outcome: 'declined', declineCode: 'amount_above_programme' });
    const school = await openShop(world, { category: 'education' });
    const tooSmall = await decided(school, await newBuyer(school), newSessionBody(school, 2));
    expect(tooSmall.assessment).toMatchObject({ outcome: 'declined', declineCode: 'amount_too_small' });
  });

  it('lets only adults whose identity is known pay for a course', async () => {
    const school = await openShop(world, { category: 'education' });
    const buyer = await newBuyer(school);
    const unknown = await decided(school, buyer);
    expect(unknown.assessment).toMatchObject({ outcome: 'declined', declineCode: 'identity_required' });

    const person = findTestPerson('good-7');
    if (!person) throw new Error('there is no such person');
    const checked = await verifyIdentity(sandboxIdentity, { ...person, today: '2026-03-01' });
    if (checked.outcome !== 'verified') throw new Error(checked.code);
    const { identity } = checked;
    await school.inTx((tx) => saveIdentity(tx, { shopperId: buyer.shopperId as Id<'shp'>, identity }));
    const known = await decided(school, buyer);
    expect(known.assessment.offers).toEqual([
      'pay_in_3',
      'monthly_6',
      'monthly_12',
      'monthly_24',
      'monthly_36',
    ]);
    expect(known.offers.every(({ offer }) => offer.programme === 'education')).toBe(true);
  });
});

describe('interest that the merchant pays', () => {
  it('is agreed with the sandbox and told to the merchant with the confirmed offer', async () => {
    const shop = await openShop(world, { subsidies: { monthly_6: 100, monthly_3: 50 } });
    const whole = await confirmedSession(shop, { amount, plan: 'monthly_6' });
    expect(whole.confirmed_offer).toMatchObject({ finance_charge: 0, subsidy: 5_040 });
    const half = await confirmedSession(shop, { amount, plan: 'monthly_3' });
    expect(half.confirmed_offer?.subsidy).toBeGreaterThan(0);
    expect(half.confirmed_offer?.finance_charge).toBeGreaterThan(0);
  });

  it.each([{ monthly_6: 101 }, { monthly_6: -1 }, { monthly_6: 0.5 }, { pay_in_4: 10 }, { monthly_7: 10 }])(
    'cannot be %j',
    async (subsidies) => {
      await expect(openShop(world, { subsidies: subsidies as never })).rejects.toThrow('422');
    },
  );
});

describe('funders', () => {
  const emptied = (shop: Shop, name: string) =>
    world
      .db('funder_slots')
      .where({ environment_id: shop.environmentId })
      .whereIn(
        'funder_id',
        world.db('funders').where({ environment_id: shop.environmentId, name }).select('id'),
      )
      .update({ remaining: 0 });

  it('lend at their own rate, never below the range', async () => {
    const shop = await openShop(world);
    await emptied(shop, 'Lantern Bank');
    const buyer = await newBuyer(shop);
    const { offers } = await decided(shop, buyer);
    // Harbour Credit asks for 0.6 % less than the policy's 14.4 %.
    const rates = offers.flatMap(({ offer, funder }) =>
      offer.interest ? [[funder.name, offer.interest.annual_rate_ppm]] : [],
    );
    expect(new Set(rates.map(String))).toEqual(new Set(['Harbour Credit,138000']));
    await world
      .db('funders')
      .where({ environment_id: shop.environmentId })
      .update({ rate_adjustment_ppm: -108_000 });
    const cheapest = await decided(shop, await newBuyer(shop));
    expect(cheapest.offers.at(-1)?.offer.interest?.annual_rate_ppm).toBe(72_000);
  });

  it('step in when the one that was asked loses its last room to somebody faster', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    await emptied(shop, 'Lantern Bank');
    const lastRoom = (db: World['db']) =>
      db('funder_slots')
        .where({ environment_id: shop.environmentId, slot: 5 })
        .whereIn(
          'funder_id',
          db('funders').where({ environment_id: shop.environmentId, priority: 1 }).select('id'),
        );
    await lastRoom(world.db).update({ remaining: amount });
    const { session, offers } = await decided(shop, buyer);
    expect(offers.at(-1)?.funder.name).toBe('Lantern Bank');

    const rival = await world.db.transaction();
    await lastRoom(rival).update({ remaining: 0 });
    const agreeing = agree(shop, session.id, buyer, 'monthly_6');
    await somebodyWaits();
    await rival.commit();
    await agreeing;
    const { status, confirmedOffer } = await shop.inTx((tx) => findSession(tx, { sessionId: session.id }));
    expect(status).toBe('confirmed');
    expect(confirmedOffer).toMatchObject({
      funder: { name: 'Harbour Credit' },
      interest: { annual_rate_ppm: 138_000 },
    });
  });

  it('refuse together only when none has room left', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    const { session } = await decided(shop, buyer);
    await emptied(shop, 'Lantern Bank');
    await emptied(shop, 'Harbour Credit');
    const refusal = await refusalFrom(agree(shop, session.id, buyer, 'monthly_6'));
    expect(refusal.code).toBe('funder_unavailable');
  });

  /** Until a statement waits for a lock that another transaction holds. */
  async function somebodyWaits(): Promise<void> {
    for (;;) {
      const { rows } = await world.db.raw('select 1 from pg_locks where not granted');
      if (rows.length > 0) return;
      await setTimeout(10);
    }
  }
});

describe('what a page of the shop may say of interest', () => {
  const messageFor = async (input: Parameters<typeof openShop>[1], query: string) => {
    const shop = await openShop(world, input);
    const { merchant } = await shop.get<{ merchant: { publishable_key: string } }>('/v1/sandbox');
    const response = await fetch(`${world.address}/v1/messages?${query}`, {
      headers: { Origin: 'https://shop.example', 'Morrow-Publishable-Key': merchant.publishable_key },
    });
    const body = (await response.json()) as {
      text: string;
      example: {
        text: string;
        plan_code: string;
        parts: number[];
        payable: number;
        apr_percent: number;
      } | null;
    };
    expectMatchesContract(world.document, 'GET', `/v1/messages?${query}`, response.status, body);
    return body;
  };

  it('is a whole example, to the cent, beside what costs nothing', async () => {
    const { text, example } = await messageFor({}, 'amount=120000&currency=CNY');
    expect(text).toBe('4 payments of ¥300.00, interest-free');
    expect(example).toMatchObject({ plan_code: 'monthly_24', apr_percent: 15.39 });
    expect(example?.parts).toHaveLength(24);
    expect(example?.parts.reduce((sum, part) => sum + part, 0)).toBe(example?.payable);
    expect(example?.text).toContain('14.4 % a year (simple interest), 15.39 % a year (IRR)');
    expect(example?.text).toContain('7.2 % to 18 % a year');
    const chinese = await messageFor({}, 'amount=120000&currency=CNY&locale=zh-CN');
    expect(chinese.example?.text).toContain('年化利率 14.4%（单利），15.39%（IRR）');
  });

  it('is nothing where nothing costs anything', async () => {
    expect((await messageFor({}, 'amount=49999&currency=CNY')).example).toBeNull();
    expect((await messageFor({ category: 'dining' }, 'amount=120000&currency=CNY')).example).toBeNull();
    const subsidies = { monthly_3: 100, monthly_6: 100, monthly_12: 100, monthly_24: 100 };
    const free = await messageFor({ subsidies }, 'amount=120000&currency=CNY');
    expect(free).toMatchObject({ text: '24 payments of ¥50.00, interest-free', example: null });
  });

  it.each([
    [
      'DE',
      'EUR',
      'Caution! Borrowing money costs money. Representative example: total amount of credit €1,000.00',
    ],
    ['GB', 'GBP', 'Representative example: amount of credit £1,000.00'],
    ['US', 'USD', 'annual percentage rate'],
  ])('is worded as %s wants it', async (country, currency, words) => {
    const { example } = await messageFor({ country, currency }, `amount=100000&currency=${currency}`);
    expect(example?.text).toContain(words);
  });

  it('has every figure in both languages', () => {
    const figures = {
      credit: 'CREDIT',
      count: 99,
      each: 'EACH',
      last: 'LAST',
      rate: 'RATE',
      apr: 'THE_APR',
      payable: 'PAYABLE',
      least: 'LEAST',
      most: 'MOST',
    };
    for (const market of ['CN', 'EU', 'UK', 'US'] as const) {
      const said = (text: string) => Object.values(figures).filter((value) => text.includes(String(value)));
      expect(said(exampleWords['zh-CN'][market](figures))).toEqual(said(exampleWords.en[market](figures)));
      expect(said(exampleWords.en[market](figures))).toContain('THE_APR');
    }
  });
});
