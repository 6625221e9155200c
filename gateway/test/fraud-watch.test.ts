import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acknowledgeAlarm, listAlarms } from '../src/fraud/watch/alarms.ts';
import { judgeCount } from '../src/fraud/watch/baseline.ts';
import { watchFraud } from '../src/jobs/watch-fraud.ts';
import { findUnwatched, watchDate } from '../src/fraud/watch/watch.ts';
import { addDays, startOf } from '../src/lib/dates.ts';
import { newId } from '../src/lib/ids.ts';
import { enforce, lookAt, velocityRule } from './support/fraud.ts';
import { refusalFrom } from './support/refusal.ts';
import { openShop, type Shop } from './support/shop.ts';
import { newBuyer } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const week = [30, 33, 28, 31, 30, 29, 35];

describe('a day’s count', () => {
  it('is an alarm when it is far from the days before it, and not when it scatters as counts do', () => {
    const judged = (count: number, isOver = true) => judgeCount({ count, history: week, isOver })?.direction;
    expect(judged(55)).toBeUndefined();
    expect(judged(60)).toBe('above');
    expect(judged(60, false)).toBe('above');
    expect(judged(3)).toBeUndefined();
    expect(judged(2)).toBe('below');
    expect(judged(2, false)).toBeUndefined();
    expect(judgeCount({ count: 60, history: week, isOver: true })).toMatchObject({ expected: 30 });
  });

  it('is never one without a week of history, or below twenty', () => {
    expect(judgeCount({ count: 500, history: week.slice(1), isOver: true })).toBeUndefined();
    expect(judgeCount({ count: 19, history: week.map(() => 0), isOver: true })).toBeUndefined();
    expect(judgeCount({ count: 20, history: week.map(() => 0), isOver: true })?.direction).toBe('above');
  });

  it('is judged the same whatever one bad day in the history was, as far as the others allow', () => {
    const count = fc.integer({ min: 0, max: 100_000 });
    fc.assert(
      fc.property(count, (bad) => {
        const history = [...week, ...week, ...week, bad];
        return (
          judgeCount({ count: 30, history, isOver: true }) === undefined &&
          judgeCount({ count: 90, history, isOver: true })?.direction === 'above'
        );
      }),
    );
  });
});

/** Stores decisions as if they had been made on that date: so many, the first of them refused. */
async function decisionsOn(
  shop: Shop,
  date: string,
  { all, refused = 0 }: { all: number; refused?: number },
): Promise<void> {
  const { checkoutId, assessment } = await lookAt(shop, { browser: `of ${date}` });
  const at = new Date(startOf(date, 'Asia/Shanghai').getTime() + 3_600_000);
  await world.db('fraud_sightings').where({ purchase: checkoutId }).delete();
  const stored = await world.db('assessments').where({ id: assessment.id }).first();
  const rows = Array.from({ length: all }, (_, index) => ({
    ...stored,
    ...Object.fromEntries(
      ['inputs', 'reasons', 'offers', 'guards'].map((column) => [column, JSON.stringify(stored?.[column])]),
    ),
    id: newId('asm'),
    outcome: index < refused ? 'declined' : 'approved',
    decline_code: index < refused ? 'suspicious' : null,
    created_at: at,
  }));
  await world.db('assessments').insert(rows);
}

describe('the watch', () => {
  const first = '2026-03-02';

  it('raises one alarm for each subject and date, tells of it once, and lets somebody see to it', async () => {
    const shop = await openShop(world);
    for (let day = 0; day < 10; day += 1) {
      const date = addDays(first, day);
      await decisionsOn(shop, date, { all: 40, refused: 1 });
      await shop.inTx((tx) => watchDate(tx, date));
    }
    expect(await shop.inTx((tx) => listAlarms(tx), 'read')).toEqual([]);
    const bad = addDays(first, 10);
    await decisionsOn(shop, bad, { all: 45, refused: 30 });
    await shop.inTx((tx) => watchDate(tx, bad));
    await shop.inTx((tx) => watchDate(tx, bad));
    const alarms = await shop.inTx((tx) => listAlarms(tx), 'read');
    const about = alarms.map(({ merchantId, what, direction, count }) => [
      merchantId,
      what,
      direction,
      count,
    ]);
    expect(new Set(about.map((one) => one.join()))).toEqual(
      new Set([
        ',declines,above,30',
        ',declines.suspicious,above,30',
        `${shop.merchantId},declines,above,30`,
        `${shop.merchantId},declines.suspicious,above,30`,
      ]),
    );
    expect(alarms).toHaveLength(4);
    expect(alarms[0]).toMatchObject({ businessDate: bad, expected: 1, acknowledgedBy: null });

    const logged: unknown[] = [];
    const context = {
      ...world.context,
      log: { warn: (facts: unknown, message: string) => void logged.push([message, facts]) },
    } as unknown as typeof world.context;
    expect(await watchFraud(context, shop.environmentId)).toHaveLength(4);
    expect(logged).toHaveLength(4);
    expect(logged[0]).toMatchObject(['fraud alarm', { business_date: bad, count: 30, direction: 'above' }]);
    expect(await watchFraud(context, shop.environmentId)).toEqual([]);

    const [alarm] = alarms;
    const seenTo = await shop.inTx((tx) =>
      acknowledgeAlarm(tx, { alarmId: alarm?.id ?? '', acknowledgedBy: 'anna' }),
    );
    expect(seenTo.acknowledgedBy).toBe('anna');
    const twice = await shop.inTx((tx) =>
      acknowledgeAlarm(tx, { alarmId: alarm?.id ?? '', acknowledgedBy: 'ben' }),
    );
    expect(twice.acknowledgedBy).toBe('anna');
    expect(await shop.inTx((tx) => listAlarms(tx, { openOnly: true }), 'read')).toHaveLength(3);
    const unknown = shop.inTx((tx) => acknowledgeAlarm(tx, { alarmId: newId('fal'), acknowledgedBy: 'ben' }));
    expect((await refusalFrom(unknown)).code).toBe('not_found');
  });

  it('tells that decisions have stopped only when the day is over', async () => {
    const shop = await openShop(world);
    for (let day = 0; day < 8; day += 1) {
      await decisionsOn(shop, addDays(first, day), { all: 100 });
      await shop.inTx((tx) => watchDate(tx, addDays(first, day)));
    }
    await shop.inTx((tx) => watchDate(tx, addDays(first, 8)));
    const alarms = await shop.inTx((tx) => listAlarms(tx), 'read');
    expect(alarms.map(({ what, direction, count }) => [what, direction, count])).toEqual([
      ['decisions', 'below', 0],
      ['decisions', 'below', 0],
    ]);
  });

  it('counts decisions, declines by code and new devices of a date, for each merchant and in all', async () => {
    const shop = await openShop(world);
    await enforce(shop, velocityRule({ over: 2, action: 'refuse' }));
    const buyer = await newBuyer(shop);
    for (let time = 0; time < 3; time += 1) await lookAt(shop, { buyer, browser: 'one' });
    await lookAt(shop, { browser: 'two', amount: 9_000_000 });
    await shop.advance(1);
    await lookAt(shop, { browser: 'one' });
    await lookAt(shop, { browser: 'three' });
    await shop.advance(1);
    const rows = await world
      .db('fraud_day_counts')
      .where({ environment_id: shop.environmentId })
      .orderBy(['business_date', 'what', 'merchant_id']);
    const counts = (merchantId: string) =>
      rows
        .filter((row) => row.merchant_id === merchantId)
        .map(({ business_date: date, what, count }) => `${date} ${what} ${count}`);
    const expected = [
      '2026-03-01 decisions 4',
      '2026-03-01 declines 2',
      expect.stringMatching(/^2026-03-01 declines\.amount_\w+ 1$/),
      '2026-03-01 declines.suspicious 1',
      '2026-03-01 new_devices 2',
      '2026-03-02 decisions 2',
      '2026-03-02 new_devices 1',
    ];
    expect(counts('')).toEqual(expected);
    expect(counts(shop.merchantId)).toEqual(expected);
    expect(await shop.inTx(findUnwatched, 'read')).toEqual([]);
  });

  it('finds every date that is over and not watched, from the first decision on, four weeks at most', async () => {
    const shop = await openShop(world);
    expect(await shop.inTx(findUnwatched, 'read')).toEqual([]);
    await lookAt(shop, {});
    expect(await shop.inTx(findUnwatched, 'read')).toEqual([]);
    await world
      .db('environments')
      .where({ id: shop.environmentId })
      .update({ clock_at: new Date('2026-03-04T01:00:00Z') });
    expect(await shop.inTx(findUnwatched, 'read')).toEqual(['2026-03-01', '2026-03-02', '2026-03-03']);
    await world
      .db('environments')
      .where({ id: shop.environmentId })
      .update({ clock_at: new Date('2026-06-04T01:00:00Z') });
    const dates = await shop.inTx(findUnwatched, 'read');
    expect(dates).toHaveLength(28);
    expect(dates.at(-1)).toBe('2026-06-03');
  });
});
