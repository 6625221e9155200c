import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type GatewayProcess, startGatewayProcess } from '../../gateway/test/support/gateway-process.ts';
import { newMasterKey } from '../../gateway/test/support/master-key.ts';
import { freePort } from '../../scripts/free-port.ts';
import { main } from '../src/cli/main.ts';
import { recipeOf, triggered } from '../src/cli/recipes.ts';
import { type Event, Morrow, verifyWebhook, type WebhookEvent } from '../src/server.ts';
import { listen } from './support/http.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let folder: string;
let database: TestDatabase;
let gateway: GatewayProcess;
let morrow: Morrow;
let merchantId: string;
let environment: string;
let keyFile: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'morrow-cli-sandbox-'));
  const masterKeyFile = join(folder, 'master.key');
  writeFileSync(masterKeyFile, newMasterKey(), { mode: 0o600 });
  database = await freshDatabase();
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  gateway = await startGatewayProcess({ databaseUrl: database.url, masterKeyFile, origin, port });
  const { privateKey } = generateKeyPairSync('ed25519');
  const made = await Morrow.createSandbox(
    { baseUrl: origin, privateKey },
    { name: 'Tea House', allowed_origins: ['https://shop.example'], clock: '2026-03-01T01:00:00Z' },
  );
  ({ morrow } = made);
  [merchantId, environment] = [made.sandbox.merchant.id, made.sandbox.id];
  keyFile = join(folder, 'private.jwk');
  writeFileSync(keyFile, JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid: made.keyId }));
});

afterAll(async () => {
  await gateway?.stop();
  await database?.drop();
  rmSync(folder, { recursive: true });
});

type Ran = { code: number; text: string; notes: string };

/** Runs the program with the sandbox's key; `until` ends it as Ctrl-C does, once it has printed that. */
async function run(
  args: string[],
  { until, key = keyFile }: { until?: RegExp; key?: string } = {},
): Promise<Ran> {
  const interruption = new AbortController();
  let [text, notes] = ['', ''];
  const print = (part: string): void => {
    text += part;
    if (until?.test(text)) interruption.abort();
  };
  const all = [...args, '--base-url', gateway.address, '--private-key-file', key];
  const note = (part: string): void => void (notes += part);
  return { code: await main(all, print, { note, signal: interruption.signal }), text, notes };
}

const eventsOf = (text: string): Event[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);

describe('morrow keys', () => {
  test('makes a key whose private half is in a file of mine alone, and nowhere else', async () => {
    const out = join(folder, 'reader.jwk');
    const { code, text, notes } = await run(['keys', 'create', '--scopes', 'read', '--out', out]);
    expect([code, notes]).toEqual([0, '']);
    const jwk = JSON.parse(readFileSync(out, 'utf8')) as { kid: string; d: string };
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(text).toBe(`${jwk.kid} may sign now: read. Its private key is in ${out}.\n`);
    expect(text).not.toContain(jwk.d);
    // The file alone is enough to sign with, and the key may do what it was given.
    expect((await run(['events', 'tail', '--no-follow'], { key: out })).code).toBe(0);
    const refused = await run(['keys', 'create', '--out', join(folder, 'more.jwk')], { key: out });
    expect([refused.code, refused.text]).toEqual([2, expect.stringContaining('scope_missing')]);
    expect(existsSync(join(folder, 'more.jwk'))).toBe(false);
  });

  test('rotates: both keys sign for a while, then the new one alone', async () => {
    const [first, second] = [join(folder, 'first.jwk'), join(folder, 'second.jwk')];
    await run(['keys', 'create', '--scopes', 'read,orders,keys', '--out', first]);
    const rotated = ['keys', 'rotate', '--algorithm', 'es256', '--overlap-hours', '24', '--out', second];
    const { code, text } = await run(rotated, { key: first });
    expect([code, text]).toEqual([
      0,
      expect.stringMatching(/may sign now: read, orders, keys\..*ends in 24 hours/s),
    ]);
    const tail = ['events', 'tail', '--no-follow'];
    expect((await run(tail, { key: first })).code).toBe(0);
    expect((await run(tail, { key: second })).code).toBe(0);
    const third = join(folder, 'third.jwk');
    await run(['keys', 'rotate', '--overlap-hours', '0', '--out', third], { key: second });
    const ended = await run(tail, { key: second });
    expect([ended.code, ended.text]).toEqual([2, expect.stringContaining('key_unknown')]);
    expect((await run(tail, { key: third })).code).toBe(0);
  });

  test('never writes over a file', async () => {
    const before = readFileSync(keyFile, 'utf8');
    const { code, text } = await run(['keys', 'create', '--out', keyFile]);
    expect([code, text]).toEqual([2, expect.stringContaining('is there already')]);
    expect(readFileSync(keyFile, 'utf8')).toBe(before);
  });
});

describe('morrow trigger', () => {
  /** The events that the same story makes, made once. */
  const stories = new Map<string, string[]>();
  for (const type of triggered) {
    const { order, steps } = recipeOf(type)!;
    const story = JSON.stringify({ order, steps });
    stories.set(story, [...(stories.get(story) ?? []), type]);
  }

  test.each([...stories.values()].map((types) => [types]))('makes %s happen', async (types) => {
    const { code, text } = await run(['trigger', types[0] ?? '', '--json']);
    expect(code, text).toBe(0);
    expect(eventsOf(text).map(({ type }) => type)).toEqual(expect.arrayContaining(types));
  });

  test('plays a scenario by its name, and says what cannot be made', async () => {
    const { code, text } = await run(['trigger', 'pay early']);
    expect([code, text]).toEqual([0, expect.stringMatching(/^ +\d+ {2}2\S+Z {2}plan\.paid {2}pln_/m)]);
    const unknown = await run(['trigger', 'order.forgotten']);
    expect([unknown.code, unknown.text]).toEqual([2, expect.stringContaining('order.captured')]);
  });
});

describe('morrow events tail', () => {
  test('prints what there is, by type and object, as lines or as JSON', async () => {
    await run(['trigger', 'order.captured']);
    const all = eventsOf((await run(['events', 'tail', '--no-follow', '--json'])).text);
    expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_, index) => index + 1));
    const captured = all.findLast(({ type }) => type === 'order.captured')!;
    const filter = ['--type', 'order.authorized', 'order.captured', '--object', captured.object_id];
    const { code, text } = await run(['events', 'tail', '--no-follow', ...filter]);
    expect(code).toBe(0);
    expect(
      text
        .trim()
        .split('\n')
        .map((line) => line.trim().split(/ {2}/)[2]),
    ).toEqual(['order.authorized', 'order.captured']);
    const last = ['--after', String(captured.sequence - 1), '--json'];
    expect(eventsOf((await run(['events', 'tail', '--no-follow', ...last])).text)[0]).toEqual(captured);
  });

  test('waits for what comes, and ends well by Ctrl-C', async () => {
    const tailing = run(['events', 'tail'], { until: /order\.voided/ });
    await run(['trigger', 'order.voided']);
    const { code, text, notes } = await tailing;
    expect(code).toBe(0);
    expect(notes).toMatch(/^Waiting for what comes after event \d+\./);
    expect(text).toMatch(/checkout_session\.confirmed.*order\.authorized.*order\.voided/s);
  });
});

describe('morrow listen', () => {
  test('forwards events as webhooks that verify, tries again, and goes on where it stopped', async () => {
    const got: WebhookEvent[] = [];
    let secret = '';
    let refusals = 1;
    const shop = await listen((req, res) => {
      const chunks: Buffer[] = [];
      req.on('data', (chunk: Buffer) => void chunks.push(chunk));
      req.on('end', () => {
        if (refusals-- > 0) return res.writeHead(503).end();
        const payload = Buffer.concat(chunks);
        got.push(verifyWebhook({ payload, headers: req.headers, secret, merchantId, environment }));
        return res.writeHead(204).end();
      });
    });
    const state = join(folder, 'listener.json');
    const forward = ['listen', '--forward', `http://127.0.0.1:${shop.port}/webhooks`, '--state', state];
    const watch = setInterval(() => {
      if (existsSync(state)) ({ secret } = JSON.parse(readFileSync(state, 'utf8')) as { secret: string });
    }, 5);
    const first = run(forward, { until: /order\.authorized .*→ 204/ });
    await vi.waitUntil(() => secret !== '', 5_000);
    clearInterval(watch);
    await run(['trigger', 'order.authorized']);
    const { code, text } = await first;
    expect(code).toBe(0);
    expect(text).toContain(`The secret is ${secret}\n`);
    expect(statSync(state).mode & 0o777).toBe(0o600);
    expect(got.map(({ type }) => type)).toContain('order.authorized');
    // Nobody listens now; the next listener has missed nothing, and nothing comes twice.
    await run(['trigger', 'order.voided']);
    expect((await run(forward, { until: /order\.voided .*→ 204/ })).code).toBe(0);
    const numbers = got.map(({ sequence }) => sequence);
    expect(numbers).toEqual(numbers.map((_, index) => numbers[0]! + index));
    await shop.close();
  });

  test('tells what the shop answers, gives an event up after four tries, and goes on', async () => {
    const from = eventsOf((await run(['events', 'tail', '--no-follow', '--json'])).text).length - 2;
    const dead = `http://127.0.0.1:${await freePort()}/`;
    const until = /given up\n/;
    const { code, text } = await run(['listen', '--forward', dead, '--after', String(from)], { until });
    expect(code).toBe(0);
    expect(text).toMatch(
      /→ .*ECONNREFUSED.*, given up\nStopped behind event \d+: --after \d+ goes on from there\.\n$/,
    );
  });
});

describe('morrow clock', () => {
  test('advances by days, to an instant and to the next event', async () => {
    const before = Date.parse((await morrow.sandbox.get()).clock.now);
    const days = await run(['clock', 'advance', '2']);
    expect([days.code, days.text]).toEqual([0, expect.stringMatching(/^The clock went from \S+ to \S+\.\n/)]);
    const to = new Date(before + 3 * 86_400_000).toISOString();
    expect((await run(['clock', 'advance', '--to', to])).text).toContain(`to ${to}.`);
    await run(['trigger', 'order.authorized']);
    const next = await run(['clock', 'advance', '--next-event', '--json']);
    expect(next.code).toBe(0);
    expect(Date.parse((JSON.parse(next.text) as { clock: { now: string } }).clock.now)).toBeGreaterThan(
      Date.parse(to),
    );
  });
});

describe('a wrong call', () => {
  test.each([
    ['no key', ['events', 'tail', '--no-follow'], 'Which key?'],
    ['a key without a name', ['events', 'tail', '--private-key-file', 'nameless'], 'Whose key is it?'],
    ['two destinations of a clock', ['clock', 'advance', '1', '--next-event'], 'Say one'],
    ['too many days', ['clock', 'advance', '4000'], 'Days are'],
    ['no file for a key', ['keys', 'create'], '--out'],
    ['an unknown scope', ['keys', 'create', '--out', 'x', '--scopes', 'all'], 'Scopes are'],
    ['no address', ['listen', '--forward', 'localhost'], 'is no http address'],
    ['no shop', ['doctor'], '--url'],
    [
      'an unknown check',
      ['doctor', '--url', 'http://localhost:1', '--only', 'webhook.magic'],
      'There is no check',
    ],
  ])('%s ends with 2 and says why', async (_, args, why) => {
    writeFileSync(
      join(folder, 'nameless'),
      generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }),
    );
    const given = args.map((arg) => (arg === 'nameless' ? join(folder, arg) : arg));
    let text = '';
    const isWithKey = /listen|doctor/.test(args[0] ?? '');
    const code = await main(
      [...given, ...(isWithKey ? ['--private-key-file', keyFile] : [])],
      (part) => void (text += part),
    );
    expect([code, text]).toEqual([2, expect.stringContaining(why)]);
  });

  test('what is interrupted before its end ends with 130', async () => {
    const args = ['clock', 'advance', '1', '--base-url', gateway.address, '--private-key-file', keyFile];
    let text = '';
    const print = (part: string): void => void (text += part);
    expect(await main(args, print, { signal: AbortSignal.abort() })).toBe(130);
    expect(text).toBe('Interrupted.\n');
  });

  test('the key and the gateway may stand in variables', async () => {
    vi.stubEnv('MORROW_BASE_URL', gateway.address);
    vi.stubEnv('MORROW_PRIVATE_KEY_FILE', keyFile);
    const code = await main(['events', 'tail', '--no-follow', '--json'], () => undefined);
    vi.unstubAllEnvs();
    expect(code).toBe(0);
  });
});
