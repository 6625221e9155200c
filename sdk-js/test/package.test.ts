import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { rollup } from 'rollup';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import config from '../rollup.config.js';

const workspace = new URL('..', import.meta.url).pathname;
const root = mkdtempSync(join(tmpdir(), 'morrow-sdk-'));
const installed = join(root, 'node_modules/@morrow/sdk-js');
let server: Server;
let origin: string;

/** The package as npm would unpack it somewhere else: nothing around it but what it brings. */
beforeAll(async () => {
  mkdirSync(installed, { recursive: true });
  cpSync(join(workspace, 'package.json'), join(installed, 'package.json'));
  const bundle = await rollup(config);
  for (const output of config.output) await bundle.write({ ...output, dir: join(installed, 'dist') });
  await bundle.close();
  server = createServer((req, res) => {
    res.end(JSON.stringify({ id: req.url, signed: 'signature' in req.headers }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(root, { recursive: true });
});

const use = (load: string) => `${load}
const { privateKey } = crypto.generateKeyPairSync('ed25519');
const morrow = createMorrow({ baseUrl: process.argv[2], keyId: 'mer_1/k1', privateKey });
morrow.orders.get('ord_1').then((order) => console.log(JSON.stringify([order, typeof verifyWebhook])));
`;

test.each([
  [
    'ESM',
    'use.mjs',
    "import crypto from 'node:crypto'; import { createMorrow, verifyWebhook } from '@morrow/sdk-js/server';",
  ],
  [
    'CommonJS',
    'use.cjs',
    "const crypto = require('node:crypto'); const { createMorrow, verifyWebhook } = require('@morrow/sdk-js/server');",
  ],
])('the built package works as %s, without anything else installed', async (_, name, load) => {
  const file = join(root, name);
  writeFileSync(file, use(load));
  const { stdout } = await promisify(execFile)(process.execPath, [file, origin]);
  expect(JSON.parse(stdout)).toEqual([{ id: '/v1/orders/ord_1', signed: true }, 'function']);
});

test('its types are found by importers and requirers, and say what each method takes', () => {
  symlinkSync(join(workspace, '../node_modules/@types'), join(root, 'node_modules/@types'));
  const code = `
import { createMorrow, MorrowError, type Order } from '@morrow/sdk-js/server';
const morrow = createMorrow({ baseUrl: 'https://api.example', keyId: 'mer_1/k1', privateKey: 'pem' });
export const order: Promise<Order> = morrow.orders.capture('ord_1', { reference: 'c1', amount: 1 }).then(() => morrow.orders.get('ord_1'));
export const code: string = new MorrowError({ status: 0, code: 'c', message: 'm' }).code;
// @ts-expect-error the amount is missing
void morrow.orders.capture('ord_1', { reference: 'c1' });
`;
  const files = ['use.mts', 'use.cts'].map((name) => join(root, name));
  for (const file of files) writeFileSync(file, code);
  const program = ts.createProgram(files, {
    module: ts.ModuleKind.Node20,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    noEmit: true,
    // What Node has; the types of browsers take seconds.
    lib: ['lib.es2022.d.ts'],
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  });
  const messages = program
    .getSourceFiles()
    .filter(({ fileName }) => files.includes(fileName) || fileName.startsWith(installed))
    .flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)])
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  expect(messages).toEqual([]);
});

test('npm would publish the built files and nothing else', () => {
  const text = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: installed,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [pack] = JSON.parse(text) as { files: { path: string }[] }[];
  const built = readdirSync(join(installed, 'dist'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(installed, join(parentPath, name)));
  expect(pack?.files.map(({ path }) => path).toSorted()).toEqual([...built, 'package.json'].toSorted());
});
