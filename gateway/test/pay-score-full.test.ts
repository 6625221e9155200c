import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { latestAssessment, storeAssessment } from '../src/pay-score/assessments.ts';
import { firstBinding } from '../src/pay-score/binding.ts';
import { fullModel } from '../src/pay-score/full-model.ts';
import { targetLimitOf } from '../src/pay-score/policy.ts';
import { recalibrate } from '../src/pay-score/recalibrate.ts';
import { replay } from '../src/pay-score/replay.ts';
import { type PayScore, scoreNow } from '../src/pay-score/score-now.ts';
import { newMasterKey } from './support/master-key.ts';
import { advanceTo, buy } from './support/score-months.ts';
import { propertyTimeoutMs } from './support/runs.ts';
import { openShop, type Shop } from './support/shop.ts';
import { type Buyer, claimAndDecide, newBuyer, openCheckout } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

// Months pass here, date by date.
vi.setConfig({ testTimeout: propertyTimeoutMs });

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

const scoreOf = (shop: Shop, { shopperId }: Buyer): Promise<PayScore> =>
  shop.inTx((tx) => scoreNow(tx, { shopperId, currency: 'CNY', targetLimit: targetLimitOf('CNY') }), 'read');

const decideFor = async (shop: Shop, { shopperId }: Buyer) => {
  const { id } = await openCheckout(shop, 5_000);
  return (await claimAndDecide(shop, id, shopperId)).assessment;
};

/** Months that the sweep would not write. */
async function writeMonths(
  shop: Shop,
  { shopperId }: Buyer,
  months: readonly { month_end: string; days_past_due: number }[],
): Promise<void> {
  const rest = { billed: 50_000n, paid: 0n, paused: false, captured: true, paid_late: false };
  await world.db('score_months').insert(
    months.map((month) => ({
      environment_id: shop.environmentId,
      shopper_id: shopperId,
      currency: 'CNY',
      ...rest,
      ...month,
    })),
  );
}

describe('the trained tables judge a shopper', () => {
  it('from the third repaid installment on, when two months are closed', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    await advanceTo(shop, '2026-03-20');
    await buy(shop, buyer, 120_000, 'monthly_6');
    await advanceTo(shop, '2026-06-19');
    const thin = await scoreOf(shop, buyer);
    expect(thin).toMatchObject({ scoredBy: 'own_history', model: 'own-history-2', pd: null });
    expect(thin.inputs).toMatchObject({
      ownHistory: { repaidInstallments: 2 },
      history: null,
      binding: null,
    });
    await advanceTo(shop, '2026-06-20');
    const full = await scoreOf(shop, buyer);
    expect(full).toMatchObject({
      scoredBy: 'full_model',
      model: 'full-model-1',
      modelHash: fullModel.file.sha256,
      refused: null,
    });
    expect(full.inputs.ownHistory.repaidInstallments).toBe(3);
    // March, April and May are closed; nothing before the first is made up.
    expect(full.inputs.history?.months.map(({ status }) => status)).toEqual([0, 0, -1]);
    expect(full.reasons.reduce((sum, { points }) => sum + points, 0)).toBe(full.score);
  });

  it('from the second closed month on in which something was owed or bought, when three installments are repaid', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    await buy(shop, buyer, 40_000, 'pay_in_4');
    await advanceTo(shop, '2026-04-15');
    expect((await scoreOf(shop, buyer)).inputs.ownHistory.repaidInstallments).toBe(4);
    await buy(shop, buyer, 40_000, 'pay_in_4');
    await advanceTo(shop, '2026-04-30');
    expect((await scoreOf(shop, buyer)).scoredBy).toBe('own_history');
    await advanceTo(shop, '2026-05-01');
    expect((await scoreOf(shop, buyer)).scoredBy).toBe('full_model');
    // Half a year without anything is no history to judge by.
    await advanceTo(shop, '2026-12-01');
    expect((await scoreOf(shop, buyer)).scoredBy).toBe('own_history');
  });

  it('not by what is late now: that refuses by a rule of its own', async () => {
    const shop = await openShop(world);
    const [steady, late] = [await newBuyer(shop), await newBuyer(shop)];
    for (const buyer of [steady, late]) await buy(shop, buyer, 40_000, 'pay_in_4');
    await advanceTo(shop, '2026-04-15');
    for (const buyer of [steady, late]) await buy(shop, buyer, 40_000, 'pay_in_4');
    await advanceTo(shop, '2026-05-02');
    const before = await scoreOf(shop, late);
    await world
      .db('installments')
      .whereIn('plan_id', world.db('plans').select('id').where({ shopper_id: late.shopperId }))
      .where({ number: 3, due_date: '2026-05-13' })
      .update({ due_date: '2026-04-27', status: 'overdue' });
    expect((await scoreOf(shop, late)).score).toBe(before.score);
    expect(await decideFor(shop, late)).toMatchObject({ declineCode: 'overdue', score: before.score });
    expect(await decideFor(shop, steady)).toMatchObject({ outcome: 'approved', pd: before.pd });
  });

  it('unless the months contradict each other: then a decision is refused, with the reason stored', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    await buy(shop, buyer, 40_000, 'pay_in_4');
    await advanceTo(shop, '2026-03-30');
    await writeMonths(shop, buyer, [
      { month_end: '2026-01-31', days_past_due: 0 },
      { month_end: '2026-02-28', days_past_due: 100 },
    ]);
    const assessment = await decideFor(shop, buyer);
    expect(assessment).toMatchObject({
      outcome: 'declined',
      declineCode: 'history_contradicts',
      model: 'own-history-2',
      guards: {
        history: { field: 'status', month: 1, reason: 'contradicts the month before: 4 months late after 0' },
      },
    });
    expect(replay(assessment)).toMatchObject({ outcome: 'reproduced' });
  });
});

describe('a replay', () => {
  it('names the first thing that is not as it was stored', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    await buy(shop, buyer, 40_000, 'pay_in_4');
    const stored = await decideFor(shop, buyer);
    expect(replay(stored)).toMatchObject({ outcome: 'reproduced', score: { score: stored.score } });

    const [first, ...others] = stored.reasons;
    const differences: [change: Partial<typeof stored>, what: string][] = [
      [{ model: 'own-history-1' }, 'model'],
      [{ modelHash: '0'.repeat(64) }, 'hash of the tables'],
      [{ reasons: [{ ...first!, points: 541 }, ...others] }, 'points of base'],
      [{ reasons: [...stored.reasons, { code: 'luck', value: 1, points: 7 }] }, 'points of luck'],
      [{ score: stored.score + 1 }, 'score'],
      [{ pd: 0.5 }, 'pd'],
      [{ guards: { history: { field: 'limit', month: null, reason: 'is made up' } } }, 'contradiction'],
    ];
    for (const [change, what] of differences)
      expect(replay({ ...stored, ...change })).toMatchObject({ outcome: 'differs', first: { what } });
    expect(replay({ ...stored, modelHash: null })).toEqual({ outcome: 'not_kept' });
  });
});

/** Runs a command of `npm run pay-score` on the world's database. */
async function payScore(...given: string[]): Promise<{ code: number; output: string }> {
  const { connectionString } = world.db.client.config.connection as { connectionString: string };
  const main = resolve(import.meta.dirname, '../training/main.ts');
  const folder = mkdtempSync(join(tmpdir(), 'morrow-pay-score-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const masterKeys = join(folder, 'master.key');
  writeFileSync(masterKeys, newMasterKey());
  const env = { ...process.env, DATABASE_URL: connectionString, MASTER_KEY_FILE: masterKeys };
  return new Promise((done) => {
    execFile(process.execPath, ['--import', 'tsx', main, ...given], { env }, (error, output, errors) =>
      done({ code: error === null ? 0 : Number(error.code), output: output + errors }),
    );
  });
}

describe('npm run pay-score', () => {
  it('replays a stored decision, reason by reason, and ends with 1 when it is not the same', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    const stored = await decideFor(shop, buyer);
    const same = await payScore('replay', '--assessment', stored.id);
    expect(same.output).toMatch(/^ {2}base +540$/m);
    expect(same.output).toMatch(/^reproduced$/m);
    expect(same.code).toBe(0);

    const { checkoutSessionId } = stored;
    const subject = { checkoutSessionId: checkoutSessionId ?? '' };
    const score = await scoreOf(shop, buyer);
    const other = await shop.inTx((tx) =>
      storeAssessment(tx, { ...stored, subject, score: { ...score, score: score.score + 1 } }),
    );
    const differs = await payScore('replay', '--assessment', other.id);
    expect(differs.output).toMatch(/^differs: score was 541, and is 540 now$/m);
    expect(differs.code).toBe(1);

    const missing = await payScore('replay', '--assessment', 'asm_of_nobody');
    expect(missing).toMatchObject({ code: 1, output: expect.stringContaining('there is no assessment') });
  });

  it('recalibrates the book of an environment, and says what it kept', async () => {
    const shop = await openShop(world);
    const empty = await payScore('recalibrate', '--environment', shop.environmentId);
    expect(empty).toMatchObject({ code: 0, output: expect.stringContaining('no closed months') });
    await buy(shop, await newBuyer(shop), 30_000, 'pay_in_4');
    await advanceTo(shop, '2026-04-02');
    const kept = await payScore('recalibrate', '--environment', shop.environmentId);
    expect(kept.output).toMatch(/^CNY: kept; it takes 500 bad outcomes/m);
    expect(kept.code).toBe(0);
  });
});

describe('a recalibration', () => {
  it('keeps the first binding while too little has gone wrong', async () => {
    const shop = await openShop(world);
    await buy(shop, await newBuyer(shop), 120_000, 'monthly_6');
    await advanceTo(shop, '2026-06-02');
    const made = await shop.inTx((tx) => recalibrate(tx, { currency: 'CNY' }));
    expect(made).toEqual({
      currency: 'CNY',
      outcome: 'kept',
      binding: firstBinding('CNY'),
      // At the end of April, and what May brought.
      observations: 1,
      bad: 0,
    });
  });

  it('moves the probabilities to the book’s own, and no score; what is stored keeps its own binding', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    await buy(shop, buyer, 40_000, 'pay_in_4');
    await advanceTo(shop, '2026-04-15');
    await buy(shop, buyer, 40_000, 'pay_in_4');
    await advanceTo(shop, '2026-05-02');
    const before = await scoreOf(shop, buyer);
    const stored = await decideFor(shop, buyer);

    // Of 500 shoppers who paid as agreed, half are late a month later; of 500 who were late before, three quarters.
    await manyLike(shop, buyer, 1000);
    const made = await shop.inTx((tx) => recalibrate(tx, { currency: 'CNY' }));
    expect(made).toMatchObject({ outcome: 'fitted', bad: 625 });
    expect(made.binding.b).toBeGreaterThan(0);

    const after = await scoreOf(shop, buyer);
    expect(after).toMatchObject({ score: before.score, reasons: before.reasons });
    expect(after.inputs.binding).toEqual(made.binding);
    expect(after.pd).not.toBe(before.pd);
    expect(await shop.inTx((tx) => recalibrate(tx, { currency: 'CNY' }))).toEqual(made);
    expect(replay(stored)).toMatchObject({ outcome: 'reproduced', score: { pd: before.pd } });
    const again = await shop.inTx((tx) =>
      storeAssessment(tx, {
        ...stored,
        subject: { checkoutSessionId: stored.checkoutSessionId ?? '' },
        score: after,
      }),
    );
    expect(again.pd).toBe(after.pd);
    expect(replay(again)).toMatchObject({ outcome: 'reproduced' });
    expect(await shop.inTx((tx) => latestAssessment(tx, stored.checkoutSessionId ?? ''), 'read')).toEqual(
      again,
    );
  });
});

/** Copies a shopper with their line so often, and gives the copies months of which we know what came of them. */
async function manyLike(shop: Shop, { shopperId }: Buyer, copies: number): Promise<void> {
  const of = { environment: shop.environmentId, shopperId, copies };
  await world.db.raw(
    `insert into shoppers select (jsonb_populate_record(s, jsonb_build_object(
         'id', 'shp_copy_' || n, 'phone_index', '\\x' || encode(sha256(convert_to('copy ' || n, 'UTF8')), 'hex')))).*
       from shoppers s, generate_series(1, :copies::integer) n
       where s.environment_id = :environment and s.id = :shopperId`,
    of,
  );
  await world.db.raw(
    `insert into credit_lines select (jsonb_populate_record(l, jsonb_build_object(
         'id', 'crl_copy_' || n, 'shopper_id', 'shp_copy_' || n))).*
       from credit_lines l, generate_series(1, :copies::integer) n
       where l.environment_id = :environment and l.shopper_id = :shopperId and l.currency = 'CNY'`,
    of,
  );
  await world.db.raw(
    `insert into score_months
       select :environment, 'shp_copy_' || n, 'CNY', m.month_end::date, 50000, m.paid, m.days, false, true, false
       from generate_series(1, :copies::integer) n
       cross join lateral (values
         ('2025-12-31', 0, 0),
         ('2026-01-31', 0, case when n > :copies / 2 then 20 else 0 end),
         ('2026-02-28', 20000, 0),
         ('2026-03-31', 0, case when n <= :copies / 4 or n > :copies * 5 / 8 then 9 else 0 end)) m (month_end, paid, days)`,
    of,
  );
}
