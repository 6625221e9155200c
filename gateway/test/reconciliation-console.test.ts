import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import request from 'supertest';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { account } from '../src/ledger/accounts.ts';
import { balance } from '../src/ledger/balances.ts';
import { post } from '../src/ledger/post.ts';
import { earlyPayoutCharged } from '../src/ledger/postings.ts';
import { bankFile, camtText, csvStatement, ourAccount } from './support/bank-files.ts';
import { actionsOf, fromConsole, newOperator, type SignedIn } from './support/console.ts';
import { formOf, textOf } from './support/page-reader.ts';
import { openPagesWorld, type PagesWorld, type Shop } from './support/pages-world.ts';

let world: PagesWorld;
let shop: Shop;
let treasury: SignedIn;
let at: string;

beforeAll(async () => {
  world = await openPagesWorld();
  shop = await world.openShop();
  treasury = await newOperator(world, ['treasury'], 'Tess');
  at = `/console/${shop.environmentId}/reconciliation`;
});
afterAll(() => world.close());
beforeEach(() => expect(world.logged).toEqual([]));

/** What a browser sends when a file is chosen in the page's form; returns the page that it leads to. */
async function upload(name: string, bytes: Buffer): Promise<{ status: number; text: string; html: string }> {
  const { reader } = treasury;
  await reader.get(at);
  const form = formOf(reader.page.html, '/files');
  expect(reader.page.html).toContain('enctype="multipart/form-data"');
  const cookie = reader.cookies.map((one) => `${one.name}=${one.value}`).join('; ');
  const call = request(world.server).post(`${at}/files`).set('Cookie', cookie).set(fromConsole).redirects(0);
  for (const [field, value] of Object.entries(form?.hidden ?? {})) void call.field(field, value);
  const answer = await call.attach('file', bytes, name);
  const { location } = answer.headers;
  if (location === undefined) return { status: answer.status, text: textOf(answer.text), html: answer.text };
  await reader.get(location);
  return { status: reader.page.status, text: reader.text, html: reader.page.html };
}

const bytesOf = async (file: ReturnType<typeof bankFile>): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.open()) chunks.push(chunk);
  return Buffer.concat(chunks);
};

test('treasury brings a file, sees why it is refused, and places its lines', async () => {
  const { reader, operatorId } = treasury;
  const file = csvStatement({
    id: 'nov',
    currency: 'CNY',
    lines: [
      { amount: 2_500n, counterparty: '<b>Who</b>' },
      { amount: -700n, text: 'card fee' },
    ],
  });
  const refused = await upload('nov.csv', await bytesOf(file));
  expect(refused.text).toContain('The file was refused');
  expect(refused.text).toMatch(/line 2 This is none of our accounts/);

  await reader.get(at);
  await reader.submit('/accounts', { account: 'x', currency: 'CNY', name: 'Main' });
  expect(reader.text).toContain('An account has 4 to 34 letters');
  await reader.submit('/accounts', { account: 'DE89 3704 0044 0532 0130 00', currency: 'cny', name: 'Main' });
  expect(reader.text).toContain(ourAccount);

  expect((await upload('nov.csv', await bytesOf(file))).text).toContain('The file is imported.');
  expect((await upload('nov.csv', await bytesOf(file))).text).toContain('was imported before');
  const wrong = camtText({ id: 'w', currency: 'CNY', opening: '0.00', closing: '1.00', entries: [] });
  expect((await upload('w.xml', Buffer.from(wrong))).text).toContain('do not make the closing balance');
  expect((await upload('big.csv', Buffer.alloc(6 * 1024 * 1024, 'x'))).status).toBe(413);

  // A merchant that owes pays without saying who it is.
  const { id: merchantId } = shop.merchant;
  await shop.inTx((tx) =>
    post(tx, earlyPayoutCharged({ merchantId, fee: 2_500n, currency: 'CNY', subjectId: 'test' })),
  );
  const owned = () => shop.inTx((tx) => balance(tx, account('merchant', merchantId), 'CNY'));
  expect(await owned()).toBe(-2_500n);
  await reader.get(at);
  expect(reader.text).toContain('nothing of ours fits (2)');
  expect(reader.text).toContain('In suspense: ¥18.00');
  const links = [...reader.page.html.matchAll(/href="([^"]*\/exceptions\/[^"]*)"/g)].map(
    ([, path]) => path ?? '',
  );
  await reader.get(links[0] ?? '');
  expect(reader.text).toContain('Nothing of ours is named or fits');
  expect(reader.page.html).not.toContain('<b>Who</b>');
  await reader.submit('/match', { target: merchantId });
  expect(reader.text).toContain('It is matched and booked.');
  expect(await owned()).toBe(0n);
  await reader.get(links[1] ?? '');
  await reader.submit('/match', { target: merchantId });
  expect(reader.text).toContain('There is nothing with this id');
  await reader.submit('/park', { note: ' ' });
  expect(reader.text).toContain('Write why');
  await reader.submit('/park', { note: 'A tester sent it.' });
  expect(reader.text).toContain('It is parked');
  await reader.get(`${at}?status=parked&reason=unknown`);
  expect(reader.page.html.match(/\/exceptions\/exc_/g)).toHaveLength(1);
  await reader.get(`${at}?age=old`);
  expect(reader.text).toContain('There are none.');

  await reader.submit('/run');
  expect(reader.text).toContain('All that is new is read and matched.');
  expect(new Set(await actionsOf(world, operatorId))).toEqual(
    new Set([
      'signed_in',
      'passkey_added',
      'bank_file_brought',
      'bank_account_added',
      'exception_matched',
      'exception_parked',
      'operator_invited',
      'reconciliation_run',
    ]),
  );
});

test('others do not come in, and nobody sees what is not there', async () => {
  const { reader } = await newOperator(world, ['risk'], 'Rita');
  await reader.get(at);
  expect(reader.page.status).toBe(403);
  for (const path of [`${at}/imports/imp_no`, `${at}/exceptions/exc_no`]) {
    await treasury.reader.get(path);
    expect(treasury.reader.page.status).toBe(404);
  }
});

test('the command line imports and reports', { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'morrow-reconcile-'));
  const root = resolve(import.meta.dirname, '../..');
  await writeFile(join(folder, 'master.key'), `k1:${randomBytes(32).toString('base64url')}\n`);
  await writeFile(
    join(folder, 'dec.csv'),
    await bytesOf(csvStatement({ id: 'dec', currency: 'CNY', lines: [{ amount: 100n }] })),
  );
  const { connection } = world.context.db.client.config as { connection: unknown };
  const env = {
    ...process.env,
    DATABASE_URL: String((connection as { connectionString?: string }).connectionString ?? connection),
    MASTER_KEY_FILE: join(folder, 'master.key'),
    PUBLIC_ORIGIN: 'https://pay.example',
  };
  const run = (...args: string[]): Promise<{ code: number; said: string }> =>
    new Promise((done) => {
      const command = ['--import', 'tsx', join(root, 'scripts/reconcile.ts'), ...args];
      execFile(
        process.execPath,
        [...command, '--environment', shop.environmentId],
        { cwd: root, env },
        (error, out, err) => done({ code: error ? Number(error.code) : 0, said: out + err }),
      );
    });
  try {
    expect(await run('import', join(folder, 'dec.csv'))).toEqual({
      code: 0,
      said: expect.stringMatching(/^imp_\w+: 1 lines\n$/),
    });
    expect(await run('report')).toMatchObject({
      code: 0,
      said: expect.stringMatching(/in suspense: -7\.00 CNY\s+0 open, 1 parked/),
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
