import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { freshDatabase } from '@morrow/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dryRun } from '../src/fraud/dry-run.ts';
import type { Rule, RuleSet } from '../src/fraud/rules.ts';
import type { Action } from '../src/fraud/evaluate.ts';
import { addToList } from '../src/fraud/lists.ts';
import { addMs, dayMs } from '../src/lib/dates.ts';
import { activeAgreement, agreedOrderBody } from './support/agreements.ts';
import { enforce, lookAgain, lookAt, setOf, velocityRule } from './support/fraud.ts';
import { openShop, type Shop } from './support/shop.ts';
import { agree, type Buyer, newBuyer, orderBody, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';
import type { CheckoutSessionJson } from '../src/api/resources/checkout-session.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const why = 'a test';
const run = (shop: Shop, rules: RuleSet, since?: Date) =>
  shop.inTx((tx) => dryRun(tx, { rules, since }), 'read');

/** Every kind of rule, each with bounds that this shop's days cross. */
const mixed: Rule[] = [
  velocityRule({ id: 'devices', over: 3 }),
  velocityRule({ id: 'shopper', per: 'shopper', over: 2, minutes: 3 * 24 * 60, action: { points: 60 } }),
  velocityRule({ id: 'phones', count: 'phones', over: 1, action: { points: 60 } }),
  velocityRule({ id: 'spent', count: 'amount', currency: 'CNY', per: 'shopper', over: 20_000, minutes: 600 }),
  velocityRule({
    id: 'probing',
    count: 'declines',
    per: 'shopper_at_merchant',
    over: 1,
    minutes: 3 * 24 * 60,
    action: 'refuse',
  }),
  { id: 'mismatch', kind: 'mismatch', why, between: 'address_market', action: { points: 40 } },
  { id: 'travel', kind: 'travel', why, fasterThanKmh: 900, action: 'challenge' },
  { id: 'denied', kind: 'deny_list', why, of: ['device'], action: 'refuse' },
];

/** Days of a shop at which shoppers look at carts from here and there; what was decided about each by the rules in force. */
async function someDays(shop: Shop): Promise<Map<string, { action: Action; hits: string[] }>> {
  const decided = new Map<string, { action: Action; hits: string[] }>();
  const buyers = await Promise.all(Array.from({ length: 4 }, () => newBuyer(shop)));
  const addresses = ['192.0.2.1', '198.51.100.2', '127.0.0.1'];
  for (let step = 0; step < 60; step += 1) {
    if (step % 15 === 14) await shop.advance(1);
    if (step === 20) {
      // A list is as it was when a decision was made; here that takes a moment of the wall's time.
      world.passMs(1000);
      await shop.inTx((tx) =>
        addToList(tx, {
          list: 'deny',
          of: 'device',
          value: { plain: 'b1' },
          reason: 'x',
          addedBy: 'test',
          expiresAt: addMs(tx.wallNow, dayMs),
        }),
      );
    }
    const buyer = buyers[(step * 7) % 4] as Buyer;
    const seen = { browser: `b${step % 3}`, address: addresses[step % 3] };
    const amount = step % 6 === 5 ? 9_000_000 : 3000 + step;
    const { checkoutId, record } = await lookAt(shop, { buyer, amount, ...seen });
    // What an earlier decline answered was not decided.
    if (record.purchase !== checkoutId) continue;
    decided.set(checkoutId, { action: record.action, hits: record.hits.map(({ rule }) => rule) });
  }
  return decided;
}

describe('a dry run', () => {
  it('says of every decision what was decided, when it tries the rules that decided', async () => {
    const shop = await openShop(world);
    await enforce(shop, ...mixed);
    const decided = await someDays(shop);
    const live = [...decided.values()];
    const result = await run(shop, setOf(...mixed));
    expect(result).toMatchObject({ decisions: live.length, changed: [] });
    for (const action of ['pass', 'challenge', 'refuse'] as const) {
      const count = live.filter((one) => one.action === action).length;
      expect(count).toBeGreaterThan(0);
      expect(result.inForce[action]).toBe(count);
      expect(result.tried[action]).toBe(count);
    }
    for (const { rule, inForce, tried } of result.rules) {
      expect(inForce, rule).toBe(live.filter(({ hits }) => hits.includes(rule)).length);
      expect(tried).toBe(inForce);
    }
    expect(result.rules.map(({ rule }) => rule)).toEqual(mixed.map(({ id }) => id).toSorted());

    // Under no rules all would have passed; each change says what was decided before.
    const none = await run(shop, setOf());
    expect(none.tried).toEqual({ pass: live.length, challenge: 0, refuse: 0 });
    expect(new Map(none.changed.map(({ purchase, from }) => [purchase, from]))).toEqual(
      new Map(
        [...decided].filter(([, { action }]) => action !== 'pass').map(([id, { action }]) => [id, action]),
      ),
    );
  });

  it('judges rules that ask for what nobody asked for then, as a decision would have', async () => {
    const rule = velocityRule({ id: 'new', count: 'shoppers', per: 'address', over: 2, minutes: 90 });
    const [before, after] = [await openShop(world), await openShop(world)];
    await enforce(before);
    await enforce(after, rule);
    const looksAt = async (shop: Shop): Promise<Action[]> => {
      const actions: Action[] = [];
      for (let step = 0; step < 5; step += 1) {
        const { record } = await lookAt(shop, { browser: `b${step}`, address: '192.0.2.8' });
        actions.push(record.action);
      }
      return actions;
    };
    expect(await looksAt(before)).toEqual(['pass', 'pass', 'pass', 'pass', 'pass']);
    expect(await looksAt(after)).toEqual(['pass', 'pass', 'challenge', 'challenge', 'challenge']);
    const { changed, tried } = await run(before, setOf(rule));
    expect(tried).toEqual({ pass: 2, challenge: 3, refuse: 0 });
    expect(changed.map(({ from, to, hits }) => [from, to, hits])).toEqual(
      Array.from({ length: 3 }, () => ['pass', 'challenge', ['new']]),
    );
  });

  it('counts a decision once, from however many places it was looked at, and only since an instant', async () => {
    const shop = await openShop(world);
    const first = await lookAt(shop, { browser: 'one' });
    const again = { checkoutId: first.checkoutId, shopperId: first.assessment.shopperId };
    await lookAgain(shop, { ...again, browser: 'one' });
    await lookAgain(shop, { ...again, browser: 'two' });
    const twice = setOf(velocityRule({ count: 'devices', per: 'shopper', over: 1 }));
    expect(await run(shop, twice)).toMatchObject({
      decisions: 1,
      tried: { pass: 0, challenge: 1, refuse: 0 },
    });
    await shop.advance(2);
    await lookAt(shop, { browser: 'three' });
    expect((await run(shop, setOf(), new Date('2026-03-02T00:00:00Z'))).decisions).toBe(1);
    const stored = () => world.db('fraud_sightings').where({ environment_id: shop.environmentId });
    expect(await stored()).toHaveLength(3);
  });

  it('tells how many of those it would refuse paid late', async () => {
    const shop = await openShop(world);
    const [good, bad] = [await newBuyer(shop), await newBuyer(shop, 'declined')];
    for (const buyer of [good, bad]) {
      const { checkoutId } = await lookAt(shop, { buyer, amount: 8000, browser: `of ${buyer.shopperId}` });
      await agree(shop, checkoutId, buyer, 'pay_in_4');
      const session = await shop.get<CheckoutSessionJson>(`/v1/checkout-sessions/${checkoutId}`);
      const token = session.checkout_token ?? '';
      const order = await shop.post<{ id: string }>(
        '/v1/orders',
        orderBody({ ...session, checkout_token: token }),
      );
      await ship(shop, order.id, 8000);
    }
    const { path } = await activeAgreement(shop, {}, bad);
    await shop.post(`${path}/orders`, agreedOrderBody(shop, 5000));
    await lookAt(shop, { browser: 'never bought' });
    await shop.advance(8);
    const { newlyRefused } = await run(
      shop,
      setOf(velocityRule({ per: 'shopper', over: 0, action: 'refuse' })),
    );
    // Three were bought (one by an agreement, not yet shipped); only the one whose card pays nothing was late.
    expect(newlyRefused).toEqual({ decisions: 4, plans: 2, late: 1 });
  });
});

describe('the command', () => {
  it(
    'adds and activates rules, tries others, and tells faults by their place',
    { timeout: 180_000 },
    async () => {
      const { url, db, drop } = await freshDatabase();
      const folder = mkdtempSync(join(tmpdir(), 'morrow-fraud-'));
      const write = (name: string, data: unknown): string => {
        writeFileSync(join(folder, name), JSON.stringify(data));
        return join(folder, name);
      };
      writeFileSync(join(folder, 'master.key'), `k1:${Buffer.alloc(32, 7).toString('base64url')}\n`);
      const fraud = async (...args: string[]): Promise<{ code: number; said: string }> => {
        const command = [resolve(import.meta.dirname, '../../scripts/fraud.ts'), ...args];
        const env = { ...process.env, DATABASE_URL: url, MASTER_KEY_FILE: join(folder, 'master.key') };
        try {
          const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', ...command], {
            env,
          });
          return { code: 0, said: stdout };
        } catch (error) {
          const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
          return { code, said: stdout + stderr };
        }
      };
      try {
        await db('environments')
          .insert({ id: 'live', kind: 'live', time_zone: 'Asia/Shanghai', created_at: new Date() })
          .onConflict('id')
          .ignore();
        const rules = write('rules.json', setOf(velocityRule()));
        expect(await fraud('rules', 'add', rules, '--by', 'anna')).toEqual({ code: 0, said: 'version 2\n' });
        expect((await fraud('rules', 'activate', '2', '--by', 'ben')).code).toBe(0);
        expect((await fraud('rules', 'list')).said).toMatch(/ 2 +active +1 .*anna +ben/);
        const tried = await fraud('dry-run', '--rules', rules);
        expect(tried).toMatchObject({ code: 0, said: expect.stringContaining('0 decisions would change') });
        const broken = write('broken.json', setOf(velocityRule({ minutes: 0 })));
        expect(await fraud('dry-run', '--rules', broken)).toMatchObject({
          code: 2,
          said: expect.stringContaining('rules[0].minutes'),
        });
      } finally {
        await drop();
        rmSync(folder, { recursive: true });
      }
    },
  );
});
