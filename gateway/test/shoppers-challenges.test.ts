import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../src/lib/ids.ts';
import { forgetChallenges } from '../src/shoppers/challenges.ts';
import { contactOf, findShopper } from '../src/shoppers/profile.ts';
import { createEnvironment, inside, testHost, type TestHost } from './support/events-world.ts';
import { answer, asking, createShopper, someonesPhone, start } from './support/shoppers-world.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

let database: TestDatabase;
let host: TestHost;
let sandbox: string;

beforeAll(async () => {
  database = await freshDatabase();
  host = testHost(database.db);
  sandbox = await createEnvironment(host, 'sandbox');
});
afterAll(() => database.drop());

function wrongFor(code: string): string {
  return code === '000000' ? '000001' : '000000';
}

async function startAnswerable(given = asking()) {
  const { challengeId, code } = await start(host, sandbox, given);
  return { challengeId, code, browser: given.browser, phone: given.phone };
}

describe('a code', () => {
  it('has six digits and signs in whoever got it, who is a new shopper the first time only', async () => {
    const given = asking();
    const first = await startAnswerable(given);
    expect(first.code).toMatch(/^\d{6}$/);
    const signedIn = await answer(host, sandbox, { ...first, locale: 'zh-CN' });
    expect(signedIn).toEqual({ outcome: 'right', shopperId: expect.stringMatching(/^shp_/), isNew: true });
    const again = await answer(host, sandbox, await startAnswerable(asking({ phone: given.phone })));
    expect(again).toEqual({ ...signedIn, isNew: false });
    if (signedIn.outcome !== 'right') throw new Error('not signed in');
    await inside(host, sandbox, async (tx) => {
      expect(await findShopper(tx, signedIn.shopperId)).toMatchObject({ locale: 'zh-CN', createdAt: tx.now });
      expect(await contactOf(tx, signedIn.shopperId)).toEqual({
        phone: given.phone,
        locale: 'zh-CN',
        mutedNotices: [],
      });
    });
  });

  it('is read with spaces and full-width digits', async () => {
    const challenge = await startAnswerable();
    const typed = ` ${challenge.code.replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)))} `;
    expect(await answer(host, sandbox, { ...challenge, code: typed })).toMatchObject({ outcome: 'right' });
  });

  it('is good once, also for answers at the same time', async () => {
    const challenge = await startAnswerable();
    const answers = await Promise.all(Array.from({ length: 6 }, () => answer(host, sandbox, challenge)));
    const outcomes = answers.map(({ outcome }) => outcome).sort();
    expect(outcomes).toEqual(['over', 'over', 'over', 'over', 'over', 'right']);
  });

  it('is good for five minutes by wall clock', async () => {
    const [early, late] = [await startAnswerable(), await startAnswerable()];
    host.clock.advance(5 * minuteMs - 1);
    expect(await answer(host, sandbox, early)).toMatchObject({ outcome: 'right' });
    host.clock.advance(1);
    expect(await answer(host, sandbox, late)).toEqual({ outcome: 'over' });
  });

  it('is good in its own browser, purpose, challenge and environment only', async () => {
    const challenge = await startAnswerable();
    const elsewhere = await createEnvironment(host, 'sandbox');
    const other = await startAnswerable();
    expect(await answer(host, sandbox, { ...challenge, browser: newId('req') })).toEqual({ outcome: 'over' });
    expect(await answer(host, sandbox, { ...challenge, purpose: 'change_phone' })).toEqual({
      outcome: 'over',
    });
    expect(await answer(host, elsewhere, challenge)).toEqual({ outcome: 'over' });
    expect(await answer(host, sandbox, { ...challenge, challengeId: newId('lch') })).toEqual({
      outcome: 'over',
    });
    const crossed = await answer(host, sandbox, { ...other, code: challenge.code });
    expect(crossed.outcome).toBe(challenge.code === other.code ? 'right' : 'wrong');
    expect(await answer(host, sandbox, challenge)).toMatchObject({ outcome: 'right' });
  });

  it('is replaced by a newer one for the same phone and purpose', async () => {
    const given = asking();
    const older = await startAnswerable(given);
    const otherPurpose = await start(host, sandbox, { ...given, purpose: 'change_phone' });
    const newer = await startAnswerable({ ...given, browser: newId('req') });
    expect(await answer(host, sandbox, older)).toEqual({ outcome: 'over' });
    expect(await answer(host, sandbox, newer)).toMatchObject({ outcome: 'right' });
    expect(
      await answer(host, sandbox, { ...otherPurpose, browser: given.browser, purpose: 'change_phone' }),
    ).toMatchObject({ outcome: 'right' });
  });

  it('takes five tries; the fifth wrong one locks the challenge and not the shopper', async () => {
    const given = asking();
    const challenge = await startAnswerable(given);
    const wrong = { ...challenge, code: wrongFor(challenge.code) };
    for (const triesLeft of [4, 3, 2, 1, 0]) {
      expect(await answer(host, sandbox, wrong)).toEqual({ outcome: 'wrong', triesLeft });
    }
    expect(await answer(host, sandbox, challenge)).toEqual({ outcome: 'over' });
    expect(await answer(host, sandbox, await startAnswerable(given))).toMatchObject({ outcome: 'right' });
  });

  it('gives five tries to guesses at the same time, and no more', async () => {
    const challenge = await startAnswerable();
    const wrong = { ...challenge, code: wrongFor(challenge.code) };
    const answers = await Promise.all(Array.from({ length: 9 }, () => answer(host, sandbox, wrong)));
    expect(answers.filter(({ outcome }) => outcome === 'wrong')).toHaveLength(5);
  });

  it('is not used up by guesses from another browser', async () => {
    const challenge = await startAnswerable();
    const stranger = { ...challenge, browser: newId('req'), code: wrongFor(challenge.code) };
    for (let tries = 0; tries < 6; tries += 1) await answer(host, sandbox, stranger);
    expect(await answer(host, sandbox, challenge)).toMatchObject({ outcome: 'right' });
  });
});

it.each([
  ['in the session of a merchant', 'mer_shop'],
  ['outside of any session', null],
])('does not show %s whether a phone belongs to a shopper', async (_, merchantId) => {
  const environmentId = await createEnvironment(host, 'live');
  const known = someonesPhone();
  await createShopper(host, environmentId, { phone: known });
  const shape = {
    challengeId: expect.stringMatching(/^lch_[0-9a-f]{32}$/),
    code: expect.stringMatching(/^\d{6}$/),
    isSent: expect.any(Boolean),
    news: [],
  };
  const done: string[][] = [];
  for (const phone of [known, someonesPhone()]) {
    const statements: string[] = [];
    const note = ({ sql }: { sql: string }) => void statements.push(sql);
    database.db.on('query', note);
    const started = await start(host, environmentId, asking({ phone, merchantId }));
    database.db.off('query', note);
    expect(started).toEqual({ ...shape, phone });
    done.push(statements);
    const browser = newId('req');
    const wrong = await start(host, environmentId, asking({ phone, browser, merchantId }));
    expect(await answer(host, environmentId, { ...wrong, browser, code: wrongFor(wrong.code) })).toEqual({
      outcome: 'wrong',
      triesLeft: 4,
    });
  }
  expect(done[0]?.join('\n')).toContain('login_challenges');
  expect(done[1]).toEqual(done[0]);
});

describe('sending', () => {
  it('refuses the fourth code to a phone within ten minutes, from whatever address', async () => {
    const phone = someonesPhone();
    await start(host, sandbox, asking({ phone }));
    host.clock.advance(minuteMs);
    await start(host, sandbox, asking({ phone }));
    await start(host, sandbox, asking({ phone }));
    await expect(start(host, sandbox, asking({ phone }))).rejects.toMatchObject({
      code: 'rate_limited',
      details: { retryAfterSeconds: 9 * 60 },
    });
    host.clock.advance(9 * minuteMs - 1);
    await expect(start(host, sandbox, asking({ phone }))).rejects.toMatchObject({
      code: 'rate_limited',
      details: { retryAfterSeconds: 1 },
    });
    host.clock.advance(1);
    await start(host, sandbox, asking({ phone }));
  });

  it('refuses the ninth code to a phone within a day', async () => {
    const phone = someonesPhone();
    for (let sent = 0; sent < 8; sent += 1) {
      await start(host, sandbox, asking({ phone }));
      host.clock.advance(hourMs);
    }
    await expect(start(host, sandbox, asking({ phone }))).rejects.toMatchObject({
      code: 'rate_limited',
      details: { retryAfterSeconds: 16 * 3600 },
    });
    host.clock.advance(16 * hourMs);
    await start(host, sandbox, asking({ phone }));
  });

  it('refuses the eleventh code from one IPv6 network of 64 bits within an hour, to whatever phone', async () => {
    for (let sent = 0; sent < 10; sent += 1) {
      await start(host, sandbox, asking({ address: `2001:db8:7:7::${sent + 1}` }));
    }
    await expect(start(host, sandbox, asking({ address: '2001:db8:7:7:ffff::1' }))).rejects.toMatchObject({
      code: 'rate_limited',
      details: { retryAfterSeconds: 3600 },
    });
    await start(host, sandbox, asking({ address: '2001:db8:7:8::1' }));
    host.clock.advance(hourMs);
    await start(host, sandbox, asking({ address: '2001:db8:7:7:ffff::1' }));
  });

  it('refuses the twenty-first code on one device within an hour, to whatever phone and from wherever', async () => {
    const browser = newId('req');
    for (let sent = 0; sent < 20; sent += 1) await start(host, sandbox, asking({ browser }));
    await expect(start(host, sandbox, asking({ browser }))).rejects.toMatchObject({
      code: 'rate_limited',
      details: { retryAfterSeconds: 3600 },
    });
    host.clock.advance(hourMs);
    await start(host, sandbox, asking({ browser }));
  });

  it('counts codes that are asked for at the same time', async () => {
    const phone = someonesPhone();
    const started = await Promise.allSettled(
      Array.from({ length: 6 }, () => start(host, sandbox, asking({ phone }))),
    );
    expect(started.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  });

  it('counts each environment for itself', async () => {
    const phone = someonesPhone();
    for (let sent = 0; sent < 3; sent += 1) await start(host, sandbox, asking({ phone }));
    await start(host, await createEnvironment(host, 'sandbox'), asking({ phone }));
  });

  it('goes by the wall clock and not by the sandbox’s', async () => {
    const phone = someonesPhone();
    const environmentId = await createEnvironment(host, 'sandbox');
    for (let sent = 0; sent < 3; sent += 1) await start(host, environmentId, asking({ phone }));
    await database
      .db('environments')
      .where({ id: environmentId })
      .update({ clock_at: new Date('2099-01-01') });
    await expect(start(host, environmentId, asking({ phone }))).rejects.toMatchObject({
      code: 'rate_limited',
    });
  });

  it('refuses what is not a phone before anything is stored', async () => {
    const { rows: before } = await database.db.raw<{ rows: unknown[] }>('select id from login_challenges');
    await expect(start(host, sandbox, asking({ phone: 'nobody' }))).rejects.toMatchObject({
      code: 'validation_failed',
    });
    const { rows: after } = await database.db.raw<{ rows: unknown[] }>('select id from login_challenges');
    expect(after).toEqual(before);
  });
});

it('forgets challenges once no limit counts them', async () => {
  const environmentId = await createEnvironment(host, 'sandbox');
  const phone = someonesPhone();
  await start(host, environmentId, asking({ phone }));
  host.clock.advance(hourMs);
  await start(host, environmentId, asking({ phone }));
  host.clock.advance(23 * hourMs);
  expect(await inside(host, environmentId, forgetChallenges)).toBe(1);
  expect(await database.db('login_challenges').where({ environment_id: environmentId })).toHaveLength(1);
});
