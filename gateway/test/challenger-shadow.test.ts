import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findAssessment } from '../src/pay-score/assessments.ts';
import { addChallenger } from '../src/pay-score/challenger/add.ts';
import { listChallengers, mostChallengers } from '../src/pay-score/challenger/challengers.ts';
import { readPairs } from '../src/pay-score/challenger/read-pairs.ts';
import { retireChallenger } from '../src/pay-score/challenger/retire.ts';
import { runChallengers } from '../src/pay-score/challenger/run-challengers.ts';
import { scoreNext } from '../src/pay-score/challenger/score-next.ts';
import { shadowScore } from '../src/pay-score/challenger/shadow-score.ts';
import { fullModel } from '../src/pay-score/full-model.ts';
import { loadModel, writeModel } from '../src/pay-score/model/load.ts';
import { scoreInShadow } from '../src/jobs/score-in-shadow.ts';
import { endSandbox, purgeEndedSandboxes } from '../src/merchants/environments.ts';
import { otherModel, someDecision, someHistory, someShopper, withoutPairs } from './support/challengers.ts';
import { openShop, type Shop } from './support/shop.ts';
import { claimAndDecide, newBuyer, openCheckout } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const add = (shop: Shop, text = withoutPairs, name = 'Without pairs') =>
  shop.inTx((tx) => addChallenger(tx, { name, text }));

const scoresOf = (shop: Shop) =>
  world
    .db('shadow_scores')
    .where({ environment_id: shop.environmentId })
    .orderBy(['challenger_hash', 'assessment_id'])
    .select('challenger_hash', 'assessment_id', 'score', 'pd', 'refusal');

/** Decisions of months, some of them thin. */
async function decide(shop: Shop, count: number, thin = 0): Promise<string[]> {
  return shop.inTx(async (tx) => {
    const shopperId = await someShopper(tx);
    const ids: string[] = [];
    for (let number = 0; number < count; number += 1) {
      const history = someHistory(number % 3 === 0 ? 2 : 0, (number % 7) / 7 + 0.05);
      ids.push((await someDecision(tx, { shopperId, history })).id);
    }
    for (let number = 0; number < thin; number += 1) await someDecision(tx, { shopperId, history: null });
    return ids;
  });
}

describe('a challenger', () => {
  test('scores past decisions from their stored inputs, thin files left out', async () => {
    const shop = await openShop(world);
    const ids = await decide(shop, 12, 3);
    const { hash } = await add(shop);
    expect(await runChallengers(world.context, shop.environmentId)).toBe(12);
    const scores = await scoresOf(shop);
    expect(scores.map(({ assessment_id: id }: { assessment_id: string }) => id)).toEqual(ids.toSorted());
    const model = loadModel(withoutPairs);
    for (const row of scores) {
      const { inputs } = await shop.inTx((tx) => findAssessment(tx, { assessmentId: row.assessment_id }));
      const { score, pd } = shadowScore(model, inputs.history!);
      expect([row.challenger_hash, row.score, row.pd, row.refusal]).toEqual([hash, score, pd, null]);
    }
    const pairs = await shop.inTx((tx) => readPairs(tx, { hash }));
    expect(pairs).toMatchObject({ thin: 3, refused: 0, waiting: 0 });
    expect(pairs.pairs).toHaveLength(12);
    expect(pairs.pairs.some(({ champion, challenger }) => champion !== challenger)).toBe(true);
  });

  test('with the tables of the deciding model says the same', async () => {
    const shop = await openShop(world);
    await decide(shop, 10);
    const { sha256: _, ...content } = fullModel.file;
    const { hash } = await add(shop, writeModel(content), 'Twin');
    await runChallengers(world.context, shop.environmentId);
    const { pairs } = await shop.inTx((tx) => readPairs(tx, { hash }));
    expect(pairs).toHaveLength(10);
    for (const { champion, challenger } of pairs) expect(challenger).toBe(champion);
  });

  test('goes on where it was stopped, and scores nothing twice', async () => {
    const shop = await openShop(world);
    await decide(shop, 9);
    await add(shop);
    const next = () => shop.inTx((tx) => scoreNext(tx, { limit: 4 }), 'read');
    expect(await next()).toBe(4);
    await expect(
      shop.inTx(async (tx) => {
        await scoreNext(tx, { limit: 4 });
        throw new Error('stopped');
      }),
    ).rejects.toThrow('stopped');
    expect(await scoresOf(shop)).toHaveLength(4);
    expect([await next(), await next(), await next()]).toEqual([4, 1, 0]);
    const first = await scoresOf(shop);
    await Promise.all([1, 2, 3].map(() => runChallengers(world.context, shop.environmentId)));
    expect(await scoresOf(shop)).toEqual(first);
    await decide(shop, 2);
    await scoreInShadow(world.context);
    expect(await scoresOf(shop)).toHaveLength(11);
  });

  test('says why it does not score a history that contradicts itself', async () => {
    const shop = await openShop(world);
    const { months, limit } = someHistory(0, 0.5);
    const torn = {
      limit,
      months: months.map((month, index) => (index === 0 ? { ...month, status: 8 } : month)),
    };
    await shop.inTx(async (tx) => someDecision(tx, { shopperId: await someShopper(tx), history: torn }));
    const { hash } = await add(shop);
    await runChallengers(world.context, shop.environmentId);
    const [row] = await scoresOf(shop);
    expect(row).toMatchObject({ score: null, pd: null, refusal: expect.stringContaining('contradicts') });
    expect(await shop.inTx((tx) => readPairs(tx, { hash }))).toMatchObject({ pairs: [], refused: 1 });
  });

  test('that is retired scores nothing new and keeps what it said', async () => {
    const shop = await openShop(world);
    await decide(shop, 2);
    const { hash } = await add(shop);
    await runChallengers(world.context, shop.environmentId);
    await shop.inTx((tx) => retireChallenger(tx, { hash }));
    await decide(shop, 2);
    expect(await runChallengers(world.context, shop.environmentId)).toBe(0);
    expect(await scoresOf(shop)).toHaveLength(2);
    await add(shop);
    expect(await runChallengers(world.context, shop.environmentId)).toBe(2);
    await expect(shop.inTx((tx) => retireChallenger(tx, { hash: 'f'.repeat(64) }))).rejects.toThrow(
      'There is no challenger',
    );
  });

  test('goes with its sandbox', async () => {
    const shop = await openShop(world);
    await decide(shop, 1);
    await add(shop);
    await runChallengers(world.context, shop.environmentId);
    await endSandbox(world.context, shop.environmentId);
    world.passMs(2 * 3_600_000);
    expect(await purgeEndedSandboxes(world.context)).toContain(shop.environmentId);
    expect(await scoresOf(shop)).toEqual([]);
  });
});

describe('a model file', () => {
  test.each([
    [
      'that was tampered with',
      withoutPairs.replace(/"base":(\d+)/, (_, base) => `"base":${Number(base) + 1}`),
    ],
    ['of another version', withoutPairs.replace('"version":1', '"version":2')],
    ['that is none', '{"format":"morrow-pay-score","version":1}'],
    ['that is not JSON', 'not JSON'],
  ])('%s is refused', async (_, text) => {
    const shop = await openShop(world);
    await expect(add(shop, text)).rejects.toThrow('the model file is refused');
    expect(await shop.inTx(listChallengers)).toEqual([]);
  });

  test('that was changed where it is stored scores nothing', async () => {
    const shop = await openShop(world);
    await decide(shop, 2);
    await add(shop);
    const stored = world.db('challengers').where({ environment_id: shop.environmentId });
    await stored.clone().update({ model: withoutPairs.replace('"base":', '"base":1') });
    await expect(runChallengers(world.context, shop.environmentId)).rejects.toThrow('refused');
    // Even when whoever changed it knew how to hash it.
    await stored.clone().update({ model: otherModel(({ base }) => ({ base: base + 5 })) });
    await expect(runChallengers(world.context, shop.environmentId)).rejects.toThrow('it was stored as');
    expect(await scoresOf(shop)).toEqual([]);
  });
});

test('at most three challengers score at a time, and each has a name', async () => {
  const shop = await openShop(world);
  const models = [1, 2, 3, 4].map((by) => otherModel(({ base }) => ({ base: base + by })));
  for (const [index, text] of models.slice(0, mostChallengers).entries()) await add(shop, text, `M${index}`);
  await expect(add(shop, models[3])).rejects.toThrow('3 challengers score already');
  // One that scores already is only named anew.
  await add(shop, models[0], 'Again');
  const first = (await shop.inTx(listChallengers)).find(({ name }) => name === 'Again');
  expect(first).toBeDefined();
  await shop.inTx((tx) => retireChallenger(tx, { hash: first!.hash }));
  await add(shop, models[3]);
  await expect(add(shop, models[3], ' ')).rejects.toThrow('has a name');
});

describe('a decision', () => {
  /** What a decision stores, without what is new each time. */
  async function decided(shop: Shop): Promise<string> {
    const { shopperId } = await newBuyer(shop);
    const session = await openCheckout(shop, 40_000);
    const { assessment, offers } = await claimAndDecide(shop, session.id, shopperId);
    const { id: _, shopperId: __, checkoutSessionId: ___, ...same } = assessment;
    const text = JSON.stringify({ same, offers }, (key, value: unknown) => {
      // What names the checkout, and what is sealed anew each time.
      if (key === 'purchase' && typeof value === 'string') return undefined;
      if (key === 'sealed') return undefined;
      return typeof value === 'bigint' ? String(value) : value;
    });
    return text.replaceAll(session.id, 'this checkout').replaceAll(shopperId, 'this shopper');
  }

  test('is the same to the byte with and without challengers, also with one that is broken', async () => {
    const shop = await openShop(world);
    const without = await decided(shop);
    await add(shop);
    await runChallengers(world.context, shop.environmentId);
    expect(await decided(shop)).toBe(without);
    await world.db('challengers').where({ environment_id: shop.environmentId }).update({ model: 'broken' });
    expect(await decided(shop)).toBe(without);
  });

  test('reads and writes nothing of challengers', async () => {
    const shop = await openShop(world);
    await add(shop);
    const { shopperId } = await newBuyer(shop);
    const session = await openCheckout(shop, 40_000);
    const statements: string[] = [];
    const listen = ({ sql }: { sql: string }) => void statements.push(sql);
    world.db.on('query', listen);
    await claimAndDecide(shop, session.id, shopperId);
    world.db.off('query', listen);
    expect(statements.some((sql) => sql.includes('assessments'))).toBe(true);
    expect(statements.filter((sql) => /challengers|shadow_scores/.test(sql))).toEqual([]);
  });
});
