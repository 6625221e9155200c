import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { askFunders } from '../src/checkout/ask-funders.ts';
import { expireSessions } from '../src/checkout/end.ts';
import { finishOpenAsks } from '../src/checkout/finish-open-asks.ts';
import { findSession } from '../src/checkout/sessions.ts';
import { openDesk } from '../src/credit/desks/breaker.ts';
import type { Desks } from '../src/credit/desks/desks.ts';
import { createSandboxDesk } from '../src/credit/desks/sandbox-desk.ts';
import { listAsksOf } from '../src/credit/desks/asks.ts';
import { FunderTerms } from '../src/credit/funder-terms.ts';
import { listFunders } from '../src/credit/funders.ts';
import type { FundingRecord } from '../src/credit/record-funding.ts';
import { replayFunding } from '../src/credit/replay-funding.ts';
import { setFunderTerms } from '../src/credit/set-funder-terms.ts';
import { latestAssessment } from '../src/pay-score/assessments.ts';
import { cutOff } from './support/cut-off.ts';
import { openShop, type Shop, type ShopInput } from './support/shop.ts';
import { openCheckout } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
/** Long enough for any machine: only what hangs on purpose is given up sooner. */
const patience = 10_000;
const desks: Desks = {
  deadlineMs: patience,
  deskOf: () => {
    throw new Error('there is no world yet');
  },
};

/** While the desk hangs nobody waits for it here. */
async function whileHanging<T>(work: () => Promise<T>): Promise<T> {
  desks.deadlineMs = 100;
  try {
    return await work();
  } finally {
    desks.deadlineMs = patience;
  }
}

beforeAll(async () => {
  world = await openWorld();
  const desk = createSandboxDesk(world.db);
  desks.deskOf = () => desk;
  world.context.desks = desks;
});
afterAll(() => world.close());

let persons = 0;
const nextPerson = (): string => `good-${(persons += 1)}`;

/** A shop whose first funder, Lantern Bank, has to accept each plan; Harbour Credit stands behind it, and is cheaper. */
async function askingShop(input: ShopInput = {}) {
  const shop = await openShop(world, input);
  const [lantern, harbour] = await shop.inTx((tx) => listFunders(tx));
  if (!lantern || !harbour) throw new Error('a sandbox has two funders');
  await shop.inTx((tx) => openDesk(tx, lantern.id));
  return { shop, lantern, harbour };
}

/** Confirms a purchase of 50.00 as a test person, over the API. */
async function confirmed(shop: Shop, plan = 'pay_in_4', amount = 5_000) {
  const { id } = await openCheckout(shop, amount);
  const path = `/v1/sandbox/checkout-sessions/${id}/confirm`;
  const answer = await shop.send('POST', path, { plan_code: plan, test_person: nextPerson() });
  return shop.inTx(async (tx) => {
    const session = await findSession(tx, { sessionId: id });
    const asks = (await listAsksOf(tx, id)).map(({ status, code }) =>
      code === null ? status : `${status}: ${code}`,
    );
    const assessment = await latestAssessment(tx, id);
    const funding = assessment?.guards.funding as FundingRecord;
    const holds = await tx.sql('holds').where({ environment_id: shop.environmentId, status: 'active' });
    return {
      id,
      status: answer.status,
      code: (answer.body as { code?: string }).code,
      session,
      funder: session.confirmedOffer?.funder.name,
      asks,
      funding,
      holds: holds.length,
    };
  }, 'read');
}

/** What each funder has promised or lent, by its slots. */
async function carried(shop: Shop): Promise<Record<string, bigint>> {
  const rows = await world
    .db('funder_slots as s')
    .join('funders as f', 'f.id', 's.funder_id')
    .where({ 'f.environment_id': shop.environmentId })
    .groupBy('f.name')
    .select<{ name: string; carried: bigint }[]>(
      'f.name',
      world.db.raw('sum(s.capacity - s.remaining)::bigint as carried'),
    );
  return Object.fromEntries(rows.map((row) => [row.name, row.carried]));
}

const arrange = (shop: Shop, fault: object) => shop.post('/v1/sandbox/faults', fault);

describe('a funder that has to accept each plan', () => {
  it('is asked before the session is confirmed, and before the first payment is held', async () => {
    const { shop } = await askingShop({ first_part: 'checkout' });
    const one = await confirmed(shop);
    expect(one).toMatchObject({ status: 200, funder: 'Lantern Bank', asks: ['accepted'] });
    expect(one.session).toMatchObject({ status: 'confirmed', fundersAskedAt: null });
    expect(one.session.downAttemptId).not.toBeNull();
    expect(one.session.agreedTexts.map(({ purpose }) => purpose)).toContain(
      `funder:${one.session.confirmedOffer?.funder.id}`,
    );
  });

  it('refuses: the next one carries the plan within the same request, and the first holds nothing', async () => {
    const { shop, lantern, harbour } = await askingShop();
    await arrange(shop, { kind: 'funder_refuses', funder_id: lantern.id });
    const one = await confirmed(shop);
    expect(one).toMatchObject({
      status: 200,
      funder: 'Harbour Credit',
      asks: ['refused: risk_appetite'],
      holds: 1,
    });
    expect(one.session.status).toBe('confirmed');
    expect(one.session.agreedTexts.map(({ purpose }) => purpose)).toContain(`funder:${harbour.id}`);
    expect(await carried(shop)).toEqual({ 'Lantern Bank': 0n, 'Harbour Credit': 5_000n });
    expect((await confirmed(shop)).funder).toBe('Lantern Bank');
  });

  it('hangs: the next one carries it, and who may have accepted is told that it does not', async () => {
    const { shop, lantern } = await askingShop();
    await arrange(shop, { kind: 'funder_hangs', funder_id: lantern.id });
    const one = await whileHanging(() => confirmed(shop, 'monthly_3', 60_000));
    expect(one).toMatchObject({ status: 200, funder: 'Harbour Credit', asks: ['unknown'], holds: 1 });
    const answers = world.db('sandbox_desk_answers').where({ environment_id: shop.environmentId });
    expect(await answers.clone()).toMatchObject([{ answer: 'accepted' }]);
    await finishOpenAsks(world.context);
    expect(await answers.clone()).toMatchObject([{ answer: 'withdrawn' }]);
    expect(await finishOpenAsks(world.context)).toBe(0);
    await shop.expectSoundBooks();
  });

  it('is dearer: it is not held for who agreed to a cheaper one, and the shopper may choose again', async () => {
    const { shop, lantern, harbour } = await askingShop();
    const effectiveOn = '2026-03-01';
    // Harbour comes first now and asks for 0.6 % less than Lantern.
    const first = {
      funderId: harbour.id,
      terms: FunderTerms.parse({ priority: 0 }),
      effectiveOn,
      createdBy: 'test',
    };
    await shop.inTx((tx) => setFunderTerms(tx, first));
    await shop.inTx((tx) => openDesk(tx, harbour.id));
    await arrange(shop, { kind: 'funder_refuses', funder_id: harbour.id });
    const dear = await confirmed(shop, 'monthly_3', 60_000);
    expect(dear).toMatchObject({
      status: 503,
      code: 'funder_unavailable',
      asks: ['refused: risk_appetite'],
      holds: 0,
    });
    expect(dear.session).toMatchObject({
      status: 'open',
      confirmedOffer: null,
      holdId: null,
      agreedTexts: [],
    });
    // Free of interest, both cost the same.
    await arrange(shop, { kind: 'funder_refuses', funder_id: harbour.id });
    expect(await confirmed(shop)).toMatchObject({ status: 200, funder: 'Lantern Bank' });
    expect(lantern.rateAdjustmentPpm - harbour.rateAdjustmentPpm).toBe(6_000);
  });

  it('flaps: every other purchase finds it, and nobody waits for it', async () => {
    const { shop, lantern } = await askingShop();
    await arrange(shop, { kind: 'funder_flaps', funder_id: lantern.id });
    const funders = [];
    for (let index = 0; index < 4; index += 1) funders.push((await confirmed(shop)).funder);
    expect(funders).toEqual(['Harbour Credit', 'Lantern Bank', 'Harbour Credit', 'Lantern Bank']);
  });

  it('rests after three outages in a row: it is not asked, the record says so, and one purchase tries it again', async () => {
    const { shop, lantern } = await askingShop();
    await arrange(shop, { kind: 'funder_hangs', funder_id: lantern.id, times: 4 });
    for (let index = 0; index < 3; index += 1)
      expect((await whileHanging(() => confirmed(shop))).asks).toEqual(['unknown']);
    const resting = await confirmed(shop);
    expect(resting).toMatchObject({ funder: 'Harbour Credit', asks: [] });
    expect(resting.funding.asked).toContainEqual(
      expect.objectContaining({ name: 'Lantern Bank', answer: 'desk_resting' }),
    );
    world.passMs(61_000);
    expect((await whileHanging(() => confirmed(shop))).asks).toEqual(['unknown']);
    expect((await confirmed(shop)).asks).toEqual([]);
    world.passMs(61_000);
    expect(await confirmed(shop)).toMatchObject({ funder: 'Lantern Bank', asks: ['accepted'] });
    expect(await confirmed(shop)).toMatchObject({ funder: 'Lantern Bank', asks: ['accepted'] });
  });

  it('is down: it is passed over like one that hangs, and lends again when it is back', async () => {
    const { shop, lantern } = await askingShop();
    const { id } = (await arrange(shop, { kind: 'funder_down', funder_id: lantern.id })) as { id: string };
    expect(await confirmed(shop)).toMatchObject({ funder: 'Harbour Credit', asks: ['unknown'] });
    await shop.send('DELETE', `/v1/sandbox/faults/${id}`);
    expect(await confirmed(shop)).toMatchObject({ funder: 'Lantern Bank', asks: ['accepted'] });
  });
});

describe('a process that dies between the hold and the answer', () => {
  const look = (shop: Shop, sessionId: string) =>
    shop.inTx(async (tx) => ({
      session: await findSession(tx, { sessionId }),
      asks: (await listAsksOf(tx, sessionId)).map(({ status }) => status),
    }));

  let shop: Shop;
  let lanternId: string;
  beforeEach(async () => {
    while ((await finishOpenAsks(world.context)) > 0);
    const made = await askingShop();
    shop = made.shop;
    lanternId = made.lantern.id;
  });

  it('leaves one question, which is asked again under the same id and then confirms', async () => {
    const id = await cutOff(shop, nextPerson());
    expect(await look(shop, id)).toMatchObject({ session: { status: 'open' }, asks: ['asked'] });
    expect(await finishOpenAsks(world.context)).toBe(0);
    // It died after the desk had heard the question.
    await arrange(shop, { kind: 'funder_hangs', funder_id: lanternId });
    world.passMs(11_000);
    await whileHanging(() =>
      Promise.all([
        finishOpenAsks(world.context),
        askFunders(world.context, { environmentId: shop.environmentId, sessionId: id }),
      ]),
    );
    const after = await look(shop, id);
    expect(after).toMatchObject({ session: { status: 'open', holdId: null }, asks: ['unknown'] });
    expect(await world.db('sandbox_desk_answers').where({ environment_id: shop.environmentId })).toHaveLength(
      1,
    );
    expect(await carried(shop)).toEqual({ 'Lantern Bank': 0n, 'Harbour Credit': 0n });

    const again = await cutOff(shop, nextPerson());
    world.passMs(11_000);
    await finishOpenAsks(world.context);
    expect(await look(shop, again)).toMatchObject({ session: { status: 'confirmed' } });
  });

  it('ends with the checkout: what a funder accepts too late is withdrawn', async () => {
    const id = await cutOff(shop, nextPerson());
    world.passMs(31 * 60_000);
    await shop.inTx((tx) => expireSessions(tx));
    expect(await look(shop, id)).toMatchObject({ session: { status: 'expired' }, asks: ['asked'] });
    while ((await finishOpenAsks(world.context)) > 0);
    expect(await look(shop, id)).toMatchObject({ session: { status: 'expired' }, asks: ['withdrawn'] });
    expect(
      await world.db('sandbox_desk_answers').where({ environment_id: shop.environmentId }),
    ).toMatchObject([{ answer: 'withdrawn' }]);
    expect(await carried(shop)).toEqual({ 'Lantern Bank': 0n, 'Harbour Credit': 0n });
  });
});

describe('what a decision keeps of its funders', () => {
  it('is made again from the terms that were in force then', async () => {
    const { shop, lantern } = await askingShop();
    const store = (fields: object, effectiveOn: string) =>
      shop.inTx((tx) =>
        setFunderTerms(tx, {
          funderId: lantern.id,
          terms: FunderTerms.parse(fields),
          effectiveOn,
          createdBy: 'test',
        }),
      );
    await store({ plans: ['monthly_3', 'monthly_6'] }, '2026-03-01');
    await store({ plans: ['pay_in_4'] }, '2026-03-02');
    const { funding, funder } = await confirmed(shop, 'pay_in_4', 60_000);
    expect(funder).toBe('Harbour Credit');
    expect(funding.asked).toContainEqual(
      expect.objectContaining({ name: 'Lantern Bank', answer: 'chosen', plans: ['monthly_3', 'monthly_6'] }),
    );
    await shop.advance(1);
    expect((await confirmed(shop)).funder).toBe('Lantern Bank');
    expect(await shop.inTx((tx) => replayFunding(tx, funding))).toEqual({ same: true, asked: funding.asked });
    await expect(store({}, '2026-03-01')).rejects.toMatchObject({ code: 'validation_failed' });
    // A sandbox that has ended takes all of it along, though what was in force never changes.
    const env = shop.environmentId;
    await expect(world.db('funder_terms').where({ environment_id: env }).delete()).rejects.toThrow(
      'append-only',
    );
    await world.db.raw('select purge_sandbox(?)', [env]);
    for (const table of ['funder_terms', 'funder_asks', 'funder_desks', 'sandbox_desk_answers'])
      expect(await world.db(table).where({ environment_id: env })).toEqual([]);
  });
});
