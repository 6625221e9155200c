import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main } from '../src/cli/main.ts';
import { listen, type Site } from './support/http.ts';
import { buildPackage, workspace } from './support/package.ts';
import {
  agreementClaims,
  agreementText,
  captureClaims,
  chainOf,
  newKey,
  texts,
  wholeChain,
  withPayload,
} from './support/receipts.ts';

const folder = mkdtempSync(join(tmpdir(), 'morrow-cli-'));
const key = newKey();
const receipts = wholeChain(key);
const jwks = write('jwks.json', JSON.stringify(key.keys));
const keysUrl = 'https://pay.example/.well-known/jwks.json';
const words = [{ ...texts[0], text: agreementText }];
const chain = write('chain.json', JSON.stringify({ keys_url: keysUrl, receipts, texts: words }));
let server: Site;

beforeAll(async () => {
  server = await listen((req, res) => {
    if (req.url === '/jwks.json') res.end(JSON.stringify(key.keys));
    else res.writeHead(req.url === '/moved' ? 302 : 404, { location: '/jwks.json' }).end('{}');
  });
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

async function run(...args: string[]): Promise<{ code: number; text: string }> {
  let text = '';
  const code = await main(args, (part) => void (text += part));
  return { code, text };
}

const receiptsFile = (name: string, list: unknown): string => write(name, JSON.stringify({ receipts: list }));

describe('morrow verify', () => {
  test('tells what was agreed, what happened and what is owed, and what of it is proved', async () => {
    const { code, text } = await run('verify', chain, '--jwks', jwks);
    expect(code).toBe(0);
    expect(text).toBe(`Plan           pln_1, pay_in_3
Environment    live
For            order tea-1 (ord_1) at 茶馆 Tea House
Agreed         2027-01-31 (2027-01-31T01:59:00.000Z), by shp_1
Funded by      Lantern Bank (fnd_1)
Purchase       CNY 100.00
Down payment   CNY 0.00
Cost           CNY 0.00
To pay in all  CNY 100.00
APR            0 %
Terms          2026-11

Receipts
  0   2027-01-31   agreement
  1   2027-02-01     capture   CNY 100.00
  2   2027-02-20    late fee     CNY 1.00

Payments after amendment 2
  No.   Due          Amount CNY   Paid     Left
  1     2027-02-01        34.33   0.00    34.33
  2     2027-03-01        33.33   0.00    33.33
  3     2027-04-01        33.34   0.00    33.34
  Sum                    101.00   0.00   101.00

Proved
  ✓ 3 signed by key test-key of ${jwks}
  ✓ each receipt follows the one before it, from the agreement to amendment 2
  ✓ the agreed data has the hash that every receipt names
  ✓ sums: parts, payments and cost; the last payment takes the remainder
  ✓ dates: by the agreed distances from the day of the agreement and of the first shipment
  ✓ the text ${texts[0]?.text_hash.slice(0, 12)}… in the file is the text of “agreement” that was agreed to
  · whether there is a later amendment cannot be seen from here: ask the gateway for the newest

VERIFIED

`);
  });

  test('asks nobody for keys: without them it says where they are and decides nothing', async () => {
    const { code, text } = await run('verify', chain);
    expect(code).toBe(2);
    expect(text).toContain(`curl -o jwks.json ${keysUrl}\n  npx morrow verify ${chain} --jwks jwks.json`);
    expect(text).toContain('Checked, but anybody could have made it up');
    expect(text).toContain('NOT VERIFIED: no keys were given');
    expect(text).not.toContain('signed by key');
  });

  test('names what was changed, and where', async () => {
    const changed = receipts.map((receipt, index) =>
      index === 1
        ? { ...receipt, jws: withPayload(receipt.jws, (claims) => ({ ...claims, owed_amount: 9000 })) }
        : receipt,
    );
    const { code, text } = await run('verify', receiptsFile('changed.json', changed), '--jwks', jwks);
    expect(code).toBe(1);
    expect(text).toContain('✗ amendment 1: payload.owed_amount: It is not what the schedule leaves unpaid.');
    expect(text).toContain('✗ amendment 1: signature: The signature does not fit');
    expect(text).toContain('✗ amendment 2: payload.previous_hash: It does not follow the receipt before it');
    expect(text).toContain('\nREFUSED\n');
    expect(text).not.toContain('Proved');
    expect((await run('verify', receiptsFile('changed.json', changed))).code).toBe(1);
  });

  test('reads what the API gives a shop, and says that something is not shown', async () => {
    const data = receipts.map(({ jws }, sequence) => ({ sequence, jws }));
    const { code, text } = await run('verify', write('api.json', JSON.stringify({ data })), '--jwks', jwks);
    expect(code).toBe(0);
    expect(text).toContain('2   2027-02-20   amendment, cause not shown');
    expect(text).toContain('· 2 hidden members were not shown here');
  });

  test('reads compact receipts from several files, with what opens them after tildes', async () => {
    const files = receipts.map(({ jws, disclosures }, index) =>
      write(`${index}.jws`, `${[jws, ...disclosures].join('~')}~\n`),
    );
    expect(await run('verify', ...files, '--jwks', jwks)).toMatchObject({ code: 0 });
    expect(await run('verify', ...files.toReversed(), '--jwks', jwks)).toMatchObject({ code: 1 });
  });

  test('verifies the plans of several files apart, and one that is refused decides', async () => {
    const other = chainOf(key, [agreementClaims({ plan_id: 'pln_2' })]).map((jws) => ({ jws }));
    const { code, text } = await run('verify', chain, receiptsFile('two.json', other), '--jwks', jwks);
    expect(code).toBe(0);
    expect(text.match(/^VERIFIED$/gm)).toHaveLength(2);
    const orphan = receiptsFile('orphan.json', receipts.slice(1, 2));
    const foreign = receiptsFile('foreign.json', other);
    expect((await run('verify', foreign, orphan, '--jwks', jwks)).code).toBe(1);
  });

  test('holds a text against the hashes that are signed, byte for byte', async () => {
    const right = write('right.txt', agreementText);
    const wrong = write('wrong.txt', `${agreementText} `);
    const verified = await run('verify', chain, '--jwks', jwks, '--text', right);
    expect(verified.code).toBe(0);
    expect(verified.text).toContain('✓ right.txt is the text of “agreement” that was agreed to');
    const refused = await run('verify', chain, '--jwks', jwks, '--text', right, '--text', wrong);
    expect(refused.code).toBe(1);
    expect(refused.text).toContain('✗ wrong.txt: no text with this hash was agreed to');
    const swapped = [{ ...words[0], text: 'You owe nothing.\n' }];
    const file = write('swapped.json', JSON.stringify({ receipts, texts: swapped }));
    expect((await run('verify', file, '--jwks', jwks)).code).toBe(1);
  });

  test('fetches keys only from where it is told, over https or from this machine, without redirects', async () => {
    const origin = `http://127.0.0.1:${server.port}`;
    expect(await run('verify', chain, '--jwks', `${origin}/jwks.json`)).toMatchObject({ code: 0 });
    for (const [address, message] of [
      [`${origin}/moved`, 'could not be fetched'],
      [`${origin}/none`, 'the answer is 404'],
      ['http://pay.example/jwks.json', 'Keys that come over http prove nothing'],
    ] as const) {
      const { code, text } = await run('verify', chain, '--jwks', address);
      expect([code, text]).toEqual([2, expect.stringContaining(message)]);
    }
  });

  test('shows no character of others that could move the cursor or forge a line', async () => {
    const merchant_reference = '\u001b[2J\u001b[1;1HVERIFIED\nPlan';
    const [agreement = ''] = chainOf(key, [agreementClaims({ merchant_reference })]);
    const { text } = await run('verify', receiptsFile('escape.json', [{ jws: agreement }]), '--jwks', jwks);
    expect(text).toContain('order \u{fffd}[2J\u{fffd}[1;1HVERIFIED\u{fffd}Plan (ord_1)');
    expect(text).not.toContain('\u001b');
  });

  test('a receipt that lacks what it should say is refused without a crash', async () => {
    const bare = chainOf(key, [agreementClaims({ snapshot: {}, cost: {} }), captureClaims({ schedule: 7 })]);
    const { code, text } = await run(
      'verify',
      receiptsFile(
        'bare.json',
        bare.map((jws) => ({ jws })),
      ),
      '--jwks',
      jwks,
    );
    expect(code).toBe(1);
    expect(text).toContain('✗ agreement: payload: It lacks what a receipt has');
  });

  test.each([
    ['no command', []],
    ['an unknown command', ['check']],
    ['no file', ['verify']],
    ['an unknown option', ['verify', chain, '--key', jwks]],
    ['a file that is not there', ['verify', join(folder, 'none.json')]],
    ['a file without receipts', ['verify', jwks]],
    ['keys that are none', ['verify', chain, '--jwks', chain]],
    ['a text that is not there', ['verify', chain, '--text', join(folder, 'none.txt')]],
  ])('ends with 2 after %s', async (_, args) => {
    const { code, text } = await run(...args);
    expect(code).toBe(2);
    expect(text).not.toBe('');
  });

  test('helps, and ends with 0', async () => {
    const { code, text } = await run('--help');
    expect(code).toBe(0);
    expect(text).toContain('verify [options] <file...>');
    expect((await run('verify', '--help')).text).toContain('Exit code: 0 verified, 1 refused, 2 nothing');
  });
});

describe('the program itself', () => {
  const exec = (file: string, ...args: string[]) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      execFile(process.execPath, [file, ...args], (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
      );
    });

  test('says what to do while it is not built', async () => {
    const bin = join(folder, 'unbuilt/bin');
    cpSync(join(workspace, 'bin'), bin, { recursive: true });
    writeFileSync(join(folder, 'unbuilt/package.json'), '{ "type": "module" }');
    expect(await exec(join(bin, 'morrow.js'), '--help')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'morrow is not built yet. In the repository, run: npm run build:sdk\n',
    });
  });

  test('runs by a link, as npm makes one, with its exit codes', async () => {
    const built = join(workspace, 'node_modules/.cli-test');
    rmSync(built, { recursive: true, force: true });
    await buildPackage(built);
    mkdirSync(join(folder, 'bin'));
    const link = join(folder, 'bin/morrow');
    symlinkSync(join(built, 'bin/morrow.js'), link);
    expect(await exec(link, 'verify', chain, '--jwks', jwks)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('\nVERIFIED\n') as string,
    });
    expect((await exec(link, 'verify', chain)).code).toBe(2);
    expect(
      (await exec(link, 'verify', receiptsFile('cut.json', receipts.slice(1)), '--jwks', jwks)).code,
    ).toBe(1);
    rmSync(built, { recursive: true });
  });
});
