import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';
import { forgetCodeFigures, pausesOf } from '../src/shoppers/codes/pauses.ts';
import { marketPrefixes, readPrefixes, servedPrefix } from '../src/shoppers/codes/prefixes.ts';
import { type CodeRules, defaultCodeRules } from '../src/shoppers/codes/rules.ts';
import { createEnvironment, inside, testHost, type TestHost } from './support/events-world.ts';
import { newMasterKey } from './support/master-key.ts';
import { answer, asking, createShopper, start } from './support/shoppers-world.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

let database: TestDatabase;
let host: TestHost;

beforeAll(async () => {
  database = await freshDatabase();
  host = testHost(database.db);
});
// Midday, so that no test goes on into another day unless it wants to.
beforeEach(() => {
  const hour = host.clock.now().getUTCHours();
  host.clock.advance((36 - hour) * hourMs);
});
afterAll(() => database.drop());

const live = () => createEnvironment(host, 'live');

let ranges = 0;
/** The first digits of 10,000 mainland numbers that no other test has. */
function newRange(): string {
  ranges += 1;
  return `+86139${String(ranges).padStart(4, '0')}`;
}
const numberIn = (range: string, number: number) => `${range}${String(number).padStart(4, '0')}`;

type Ask = Partial<ReturnType<typeof asking>> & { rules?: CodeRules; verified?: boolean };

/** Asks for a code, and types it in where it says so. */
async function ask(environmentId: string, { rules, verified = false, ...given }: Ask) {
  const asked = asking(given);
  const started = await start(host, environmentId, asked, rules);
  if (verified) {
    const { browser } = asked;
    const answered = await answer(host, environmentId, { ...started, browser });
    expect(answered.outcome).toBe('right');
  }
  return started;
}

async function askMany(environmentId: string, count: number, of: (index: number) => Ask) {
  const all = [];
  for (let index = 0; index < count; index += 1) all.push(await ask(environmentId, of(index)));
  return all;
}

const sentOf = (all: readonly { isSent: boolean }[]) => all.filter(({ isSent }) => isSent).length;

const openPauses = (environmentId: string) =>
  inside(host, environmentId, (tx) => pausesOf(tx).where({ ended_at: null }));

describe('a code goes to', () => {
  it.each([
    ['+8613800138000', '+86'],
    ['+12025550123', '+1'],
    ['+17875550123', '+1'],
    ['+447700900123', '+447'],
    ['+4915112345678', '+49'],
    ['+3547711234', '+354'],
  ])('numbers of the markets, as %s', (phone, prefix) => {
    expect(servedPrefix(marketPrefixes, phone)).toBe(prefix);
  });

  it.each([
    ['a country without rules', '+919812345678'],
    ['the Caribbean, whose calling code is that of the States', '+18765550123'],
    ['Canada, whose calling code it is too', '+14165550123'],
    ['a number that costs extra', '+19005550123'],
    ['a personal number', '+447012345678'],
    ['a landline', '+442079460123'],
    ['no country at all', '+99912345678'],
  ])('no number of %s, and says so', async (_, phone) => {
    const environmentId = await createEnvironment(host, 'sandbox');
    await expect(start(host, environmentId, asking({ phone }))).rejects.toMatchObject({
      code: 'validation_failed',
      details: { errors: [{ pointer: '/phone', code: 'phone_not_served' }] },
    });
  });

  it('what the variables say, and a wrong one is named', () => {
    const folder = mkdtempSync(join(tmpdir(), 'morrow-codes-'));
    const file = join(folder, 'master.key');
    writeFileSync(file, newMasterKey(), { mode: 0o600 });
    const read = (variables: Record<string, string>) =>
      readConfig({ DATABASE_URL: 'postgresql://localhost/x', MASTER_KEY_FILE: file, ...variables }).codes;
    try {
      expect(read({})).toEqual(defaultCodeRules);
      const said = { CODE_PREFIXES: '+86,!+86170', CODES_PER_DAY: '5', CODES_PER_MERCHANT_HOUR: '3' };
      expect(read(said)).toEqual({ prefixes: readPrefixes('+86,!+86170'), perDay: 5, perMerchantHour: 3 });
      for (const [name, value] of [
        ['CODE_PREFIXES', '86'],
        ['CODE_PREFIXES', ''],
        ['CODES_PER_DAY', '-1'],
        ['CODES_PER_MERCHANT_HOUR', 'many'],
      ] as const)
        expect(() => read({ [name]: value }), value).toThrow(name);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('the numbers that the configuration names: the longest prefix decides', () => {
    const rules = readPrefixes('+86, !+86170,+8617011');
    expect(servedPrefix(rules, '+8613800138000')).toBe('+86');
    expect(servedPrefix(rules, '+8617000138000')).toBeUndefined();
    expect(servedPrefix(rules, '+8617011138000')).toBe('+8617011');
    expect(servedPrefix(rules, '+12025550123')).toBeUndefined();
    expect(() => readPrefixes('+86,44')).toThrow('"44"');
  });
});

describe('a budget', () => {
  it('of a range is not exceeded by fifty who ask at once; known numbers get theirs beyond it', async () => {
    const environmentId = await live();
    const range = newRange();
    const known = numberIn(range, 9999);
    await createShopper(host, environmentId, { phone: known });
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, index) => ask(environmentId, { phone: numberIn(range, index) })),
    );
    expect(sentOf(all)).toBe(40);
    const over = new Date(host.clock.now().getTime() + hourMs);
    for (const { isSent, unknownFrom } of all) expect(unknownFrom).toEqual(isSent ? undefined : over);
    expect(await ask(environmentId, { phone: known })).toMatchObject({ isSent: true, unknownFrom: over });
    expect(await ask(environmentId, { phone: numberIn(newRange(), 1) })).toMatchObject({ isSent: true });
  });

  it('of a merchant is not exceeded by fifty who ask at once, and is that merchant’s alone', async () => {
    const environmentId = await live();
    const rules = { ...defaultCodeRules, perMerchantHour: 10 };
    const all = await Promise.all(
      Array.from({ length: 50 }, () => ask(environmentId, { phone: numberIn(newRange(), 1), rules })),
    );
    expect(sentOf(all)).toBe(10);
    const elsewhere = { phone: numberIn(newRange(), 1), merchantId: 'mer_other', rules };
    expect(await ask(environmentId, elsewhere)).toMatchObject({ isSent: true, unknownFrom: undefined });
    host.clock.advance(hourMs);
    expect(await ask(environmentId, { phone: numberIn(newRange(), 1), rules })).toMatchObject({
      isSent: true,
    });
  });

  it('of a day is not exceeded by fifty who ask at once; its last fifth is for known numbers', async () => {
    const environmentId = await live();
    const rules = { ...defaultCodeRules, perDay: 20 };
    const stranger = () => ask(environmentId, { phone: numberIn(newRange(), 1), rules });
    const all = await Promise.all(Array.from({ length: 50 }, stranger));
    expect(sentOf(all)).toBe(16);
    expect(all.flatMap(({ news }) => news)).toEqual([{ news: 'most_of_day_sent', sent: 16, perDay: 20 }]);
    const known = Array.from({ length: 6 }, () => numberIn(newRange(), 1));
    for (const phone of known) await createShopper(host, environmentId, { phone });
    const late = await Promise.allSettled(
      known.map((phone) => ask(environmentId, { phone, rules, merchantId: null })),
    );
    const served = late.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(sentOf(served)).toBe(4);
    expect(served.flatMap(({ news }) => news)).toEqual([{ news: 'day_sent', sent: 20, perDay: 20 }]);
    const refused = { code: 'rate_limited' };
    await expect(stranger()).rejects.toMatchObject(refused);
    await expect(ask(environmentId, { phone: known[0], rules })).rejects.toMatchObject(refused);
    host.clock.advance(24 * hourMs);
    expect(await stranger()).toMatchObject({ isSent: true, unknownFrom: undefined });
  });

  it('is so wide in a sandbox that one tester does not meet it', async () => {
    const environmentId = await createEnvironment(host, 'sandbox');
    const range = newRange();
    const all = await askMany(environmentId, 60, (index) => ({ phone: numberIn(range, index) }));
    expect(sentOf(all)).toBe(60);
    host.clock.advance(3 * minuteMs);
    expect(await ask(environmentId, { phone: numberIn(range, 99) })).toMatchObject({
      unknownFrom: undefined,
    });
  });
});

describe('a range whose codes nobody types in', () => {
  /** Twenty codes to one range of which few are typed in, and the time to type them. */
  async function pumped(verified = 4) {
    const environmentId = await live();
    const range = newRange();
    await askMany(environmentId, 20, (index) => ({
      phone: numberIn(range, index),
      verified: index < verified,
    }));
    host.clock.advance(2 * minuteMs);
    let next = 20;
    const askNext = (given: Ask = {}) =>
      ask(environmentId, { phone: numberIn(range, (next += 1)), ...given });
    return { environmentId, range, askNext };
  }

  it('is paused for half an hour, and no other', async () => {
    const { environmentId, range, askNext } = await pumped();
    const until = new Date(host.clock.now().getTime() + 30 * minuteMs);
    expect(await askNext()).toMatchObject({
      isSent: false,
      unknownFrom: until,
      news: [{ news: 'paused', beginsWith: range, until }],
    });
    expect(await askNext()).toMatchObject({ isSent: false, unknownFrom: until, news: [] });
    expect(await openPauses(environmentId)).toMatchObject([{ scope: 'range', asked: 20, verified: 4 }]);
    expect(await ask(environmentId, { phone: numberIn(newRange(), 1) })).toMatchObject({ isSent: true });
    expect(await ask(environmentId, { phone: numberIn(range, 0) })).toMatchObject({ isSent: true });
  });

  it('is paused once by those who ask at once', async () => {
    const { environmentId, askNext } = await pumped();
    const all = await Promise.all(Array.from({ length: 12 }, () => askNext()));
    expect(sentOf(all)).toBe(0);
    expect(all.flatMap(({ news }) => news)).toHaveLength(1);
    expect(await openPauses(environmentId)).toHaveLength(1);
  });

  it('is not paused when a quarter is typed in, nor before there was time to', async () => {
    const { askNext } = await pumped(5);
    expect(await askNext()).toMatchObject({ isSent: true, unknownFrom: undefined });
    const environmentId = await live();
    const range = newRange();
    const all = await askMany(environmentId, 21, (index) => ({ phone: numberIn(range, index) }));
    expect(sentOf(all)).toBe(21);
  });

  it('gets four codes after the pause, also when more ask at once, and is resumed when two are typed in', async () => {
    const { environmentId, askNext } = await pumped();
    await askNext();
    host.clock.advance(30 * minuteMs);
    const trials = await Promise.all(Array.from({ length: 10 }, () => askNext()));
    expect(sentOf(trials)).toBe(4);
    const waited = new Date(host.clock.now().getTime() + 2 * minuteMs);
    expect(await askNext()).toMatchObject({ isSent: false, unknownFrom: waited });

    const other = await pumped();
    await other.askNext();
    host.clock.advance(30 * minuteMs);
    await other.askNext({ verified: true });
    await other.askNext({ verified: true });
    const resumed = await other.askNext();
    expect(resumed).toMatchObject({ isSent: true, unknownFrom: undefined, news: [{ news: 'resumed' }] });
    expect(await openPauses(other.environmentId)).toEqual([]);
    expect(await other.askNext()).toMatchObject({ isSent: true, news: [] });
    expect(await openPauses(environmentId)).toHaveLength(1);
  });

  it('is paused twice as long each time that the codes after the pause are not typed in', async () => {
    const { askNext } = await pumped();
    await askNext();
    let pauseMs = 30 * minuteMs;
    for (const longer of [60, 120, 240, 240]) {
      host.clock.advance(pauseMs);
      for (let trial = 0; trial < 4; trial += 1) expect(await askNext()).toMatchObject({ isSent: true });
      host.clock.advance(2 * minuteMs);
      pauseMs = longer * minuteMs;
      const until = new Date(host.clock.now().getTime() + pauseMs);
      expect(await askNext()).toMatchObject({
        isSent: false,
        unknownFrom: until,
        news: [{ news: 'paused_again' }],
      });
    }
  });

  it('does not show who is known: what is done and answered is the same, and each counts alike', async () => {
    const { environmentId, range, askNext } = await pumped();
    await askNext();
    const stranger = numberIn(range, 7000);
    const statements: string[] = [];
    const note = ({ sql }: { sql: string }) => void statements.push(sql);
    const seen: unknown[] = [];
    // The first number of the range has signed in.
    for (const phone of [numberIn(range, 0), stranger]) {
      statements.length = 0;
      database.db.on('query', note);
      const { isSent, unknownFrom } = await ask(environmentId, { phone });
      database.db.off('query', note);
      expect(isSent).toBe(phone !== stranger);
      seen.push({ unknownFrom, statements: [...statements] });
    }
    expect(seen[1]).toEqual(seen[0]);
    host.clock.advance(30 * minuteMs);
    // Known numbers use up trials as others do: otherwise the count would tell.
    for (const number of [0, 1, 2, 3]) await ask(environmentId, { phone: numberIn(range, number) });
    expect(await askNext()).toMatchObject({ isSent: false });
  });
});

describe('a whole country, or all of them', () => {
  const spread = (index: number) => numberIn(`+861370${String(index).padStart(3, '0')}`, 1);

  it('is paused when codes over many ranges are not typed in, and other countries are not', async () => {
    const environmentId = await live();
    await askMany(environmentId, 60, (index) => ({ phone: spread(index), verified: index < 20 }));
    host.clock.advance(2 * minuteMs);
    expect(await ask(environmentId, { phone: spread(90) })).toMatchObject({
      isSent: false,
      news: [{ news: 'paused', beginsWith: '+86' }],
    });
    expect(await ask(environmentId, { phone: '+447700900123' })).toMatchObject({ isSent: true });
  });

  it('is paused when too few are typed in anywhere', async () => {
    const environmentId = await live();
    const countries = ['+49151', '+33612', '+34612'];
    await askMany(environmentId, 120, (index) => ({
      phone: numberIn(`${countries[index % 3]}${String(index).padStart(3, '0')}`, 1),
    }));
    host.clock.advance(2 * minuteMs);
    const refused = await ask(environmentId, { phone: '+447700900123' });
    expect(refused).toMatchObject({ isSent: false, news: [{ news: 'paused', beginsWith: '' }] });
    host.clock.advance(10 * minuteMs);
    expect(await ask(environmentId, { phone: '+447700900123' })).toMatchObject({ isSent: true });
  });
});

describe('outside of the session of a merchant', () => {
  it('a sandbox sends to everybody: it has no messages to pay for', async () => {
    const environmentId = await createEnvironment(host, 'sandbox');
    expect(await ask(environmentId, { merchantId: null })).toMatchObject({ isSent: true });
  });

  it('only known and invited numbers get a code; nobody is told, and nothing is counted', async () => {
    const environmentId = await live();
    const known = numberIn(newRange(), 1);
    await createShopper(host, environmentId, { phone: known });
    const account = { merchantId: null };
    expect(await ask(environmentId, { ...account, phone: known })).toMatchObject({ isSent: true });
    expect(await ask(environmentId, account)).toMatchObject({ isSent: false, unknownFrom: undefined });
    expect(await ask(environmentId, { ...account, isInvited: true })).toMatchObject({ isSent: true });
    const range = newRange();
    await askMany(environmentId, 45, (index) => ({ ...account, phone: numberIn(range, index) }));
    host.clock.advance(3 * minuteMs);
    expect(await ask(environmentId, { phone: numberIn(range, 99) })).toMatchObject({
      isSent: true,
      unknownFrom: undefined,
    });
    const [day] = await database.db('code_days').where({ environment_id: environmentId }).select('sent');
    expect(day).toEqual({ sent: 3 });
  });
});

it('forgets after ninety days what was paused, and how many codes a day had', async () => {
  const environmentId = await live();
  const range = newRange();
  await askMany(environmentId, 20, (index) => ({ phone: numberIn(range, index) }));
  host.clock.advance(2 * minuteMs);
  await ask(environmentId, { phone: numberIn(range, 20) });
  host.clock.advance(30 * minuteMs);
  for (const number of [21, 22]) await ask(environmentId, { phone: numberIn(range, number), verified: true });
  await ask(environmentId, { phone: numberIn(range, 23) });
  host.clock.advance(89 * 24 * hourMs);
  expect(await inside(host, environmentId, forgetCodeFigures)).toBe(0);
  host.clock.advance(2 * 24 * hourMs);
  expect(await inside(host, environmentId, forgetCodeFigures)).toBe(2);
});
