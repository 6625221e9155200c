import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { publint } from 'publint';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listen, type Site } from './support/http.ts';
import { asShopsDo, buildPackage, workspace } from './support/package.ts';
import { newKey, wholeChain } from './support/receipts.ts';

const run = promisify(execFile);
const root = mkdtempSync(join(tmpdir(), 'morrow-sdk-'));
const built = join(root, 'built');
const project = join(root, 'project');
const installed = join(project, 'node_modules/@morrow/sdk-js');
let tarball: string;
let server: Site;
let origin: string;

/** Where npm has put a package that this one depends on. */
function folderOf(name: string): string {
  const found = createRequire(join(workspace, 'package.json'))
    .resolve.paths(name)
    ?.map((folder) => join(folder, name))
    .find((folder) => existsSync(join(folder, 'package.json')));
  if (found === undefined) throw new Error(`${name} is not installed`);
  return found;
}

/** The package as npm packs it, installed in an empty project with what it depends on, and no network. */
beforeAll(async () => {
  await buildPackage(built);
  const npm = (args: string[], cwd: string) =>
    run('npm', args, { cwd, env: { ...process.env, npm_config_cache: join(root, 'cache') } });
  const pack = async (folder: string): Promise<string> => {
    const { stdout } = await npm(['pack', '--json', '--ignore-scripts', '--pack-destination', root], folder);
    const [{ filename } = { filename: '' }] = JSON.parse(stdout) as { filename: string }[];
    return join(root, filename);
  };
  tarball = await pack(built);
  const { dependencies } = JSON.parse(readFileSync(join(built, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const installing = [tarball];
  for (const name of Object.keys(dependencies)) installing.push(await pack(folderOf(name)));
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "private": true }');
  await npm(['install', ...installing, '--offline', '--ignore-scripts', '--no-audit', '--no-fund'], project);
  server = await listen((req, res) => {
    res.end(JSON.stringify({ id: req.url, signed: 'signature' in req.headers }));
  });
  origin = `http://127.0.0.1:${server.port}`;
});

afterAll(async () => {
  await server?.close();
  rmSync(root, { recursive: true });
});

/** Runs a program in the project, and gives what it prints as JSON. */
async function runInProject(name: string, code: string, args: string[] = []): Promise<unknown> {
  const file = join(project, name);
  writeFileSync(file, code);
  const { stdout, stderr } = await run(process.execPath, [file, ...args], { cwd: project });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

const useServer = (load: string) => `${load}
const { privateKey } = crypto.generateKeyPairSync('ed25519');
const morrow = createMorrow({ baseUrl: process.argv[2], keyId: 'mer_1/k1', privateKey });
morrow.orders.get('ord_1').then((order) => console.log(JSON.stringify([order, typeof verifyWebhook])));
`;

describe('the packed tarball, installed in an empty project', () => {
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
  ])('serves a server as %s', async (_, name, load) => {
    expect(await runInProject(name, useServer(load), [origin])).toEqual([
      { id: '/v1/orders/ord_1', signed: true },
      'function',
    ]);
  });

  test.each([
    ['ESM', 'verify.mjs', "import { verifyReceipts } from '@morrow/sdk-js/verify';"],
    ['CommonJS', 'verify.cjs', "const { verifyReceipts } = require('@morrow/sdk-js/verify');"],
  ])('verifies a receipt as %s', async (_, name, load) => {
    const key = newKey();
    const receipts = wholeChain(key);
    const code = `${load}
const input = JSON.parse(process.argv[2]);
verifyReceipts(input).then(({ status, faults }) => console.log(JSON.stringify([status, faults])));
`;
    const input = JSON.stringify({ receipts, keys: key.keys });
    expect(await runInProject(name, code, [input])).toEqual(['verified', []]);
  });

  test('brings the program as npx finds it', async () => {
    const key = newKey();
    writeFileSync(join(project, 'receipts.json'), JSON.stringify({ receipts: wholeChain(key) }));
    writeFileSync(join(project, 'jwks.json'), JSON.stringify(key.keys));
    const { stdout } = await run(
      'npx',
      ['--no', 'morrow', 'verify', 'receipts.json', '--jwks', 'jwks.json'],
      { cwd: project },
    );
    expect(stdout).toContain('VERIFIED');
  });

  test.each([
    ['ESM', 'browser.mjs', "const morrow = await import('@morrow/sdk-js');"],
    ['CommonJS', 'browser.cjs', "const morrow = require('@morrow/sdk-js');"],
  ])('changes nothing when a server imports the browser entry as %s and makes it', async (_, name, load) => {
    const code = `
const names = () => Reflect.ownKeys(globalThis).map(String);
const before = names();
${load}
const browser = morrow.createBrowser({ gatewayOrigin: 'https://pay.example', publishableKey: 'pub_1' });
morrow.defineElements(browser);
const open = process.getActiveResourcesInfo().filter((name) => /Timeout|TCP/.test(name));
console.log(JSON.stringify({ exported: Object.keys(morrow).sort(), made: Object.keys(browser), added: names().filter((name) => !before.includes(name)), open }));
`;
    expect(await runInProject(name, code)).toEqual({
      exported: ['MorrowError', 'createBrowser', 'defineElements'],
      made: ['locale', 'redirect', 'popup', 'message', 'eligibility'],
      added: [],
      open: [],
    });
  });

  test('asks and refuses alike in Node: a server may render a message', async () => {
    const code = `
import { createBrowser } from '@morrow/sdk-js';
const browser = createBrowser({ gatewayOrigin: process.argv[2], publishableKey: 'pub_1', locale: 'zh-CN' });
const told = await browser.message({ amount: 10000, currency: 'CNY' });
const nobody = createBrowser({ gatewayOrigin: 'http://127.0.0.1:1', publishableKey: 'pub_1' });
const refused = await nobody.message({ amount: 1, currency: 'CNY' }).catch(({ name, status, code }) => ({ name, status, code }));
const wrong = [];
for (const gatewayOrigin of ['pay.example', 'https://pay.example/path']) {
  try { createBrowser({ gatewayOrigin, publishableKey: 'pub_1' }); } catch (error) { wrong.push(error.name); }
}
console.log(JSON.stringify([told, refused, wrong]));
`;
    expect(await runInProject('message.mjs', code, [origin])).toEqual([
      { id: '/v1/messages?key=pub_1&amount=10000&currency=CNY&locale=zh-CN', signed: false },
      { name: 'MorrowError', status: 0, code: 'connection_failed' },
      ['TypeError', 'TypeError'],
    ]);
  });

  test("renders the React example's elements on a server", async () => {
    const file = join(project, 'render.cjs');
    await build({
      ...asShopsDo(built),
      stdin: {
        contents: `
import { createBrowser } from '@morrow/sdk-js';
import { renderToString } from 'react-dom/server';
import { PayLater } from './PayLater.tsx';
const browser = createBrowser({ gatewayOrigin: 'https://pay.example', publishableKey: 'pub_1' });
console.log(renderToString(<PayLater browser={browser} amount={10000} currency="CNY" start={fail} onEnd={fail} />));
function fail() { throw new Error('nothing starts on a server'); }`,
        resolveDir: join(workspace, 'examples/react'),
        loader: 'tsx',
      },
      platform: 'node',
      format: 'cjs',
      outfile: file,
    });
    const { stdout } = await run(process.execPath, [file]);
    expect(stdout).toContain('<morrow-message amount="10000" currency="CNY"></morrow-message>');
    expect(stdout).toContain('<morrow-button amount="10000" currency="CNY"></morrow-button>');
  });

  test('gives importers and requirers the types of both entries', { timeout: 90_000 }, () => {
    symlinkSync(join(workspace, '../node_modules/@types'), join(project, 'node_modules/@types'));
    const server = `
import { createMorrow, MorrowError, type Order } from '@morrow/sdk-js/server';
const morrow = createMorrow({ baseUrl: 'https://api.example', keyId: 'mer_1/k1', privateKey: 'pem' });
export const order: Promise<Order> = morrow.orders.capture('ord_1', { reference: 'c1', amount: 1 }).then(() => morrow.orders.get('ord_1'));
export const code: string = new MorrowError({ status: 0, code: 'c', message: 'm' }).code;
// @ts-expect-error the amount is missing
void morrow.orders.capture('ord_1', { reference: 'c1' });
`;
    const browser = `
import { createBrowser, defineElements, type MorrowStartEvent, type OfferMessage, type PopupResult } from '@morrow/sdk-js';
const browser = createBrowser({ gatewayOrigin: 'https://pay.example', publishableKey: 'pub_1' });
defineElements(browser);
export const message: Promise<OfferMessage> = browser.message({ amount: 1, currency: 'CNY' });
export const parts: Promise<number[]> = message.then(({ parts }) => parts);
export const ended: Promise<PopupResult> = browser.popup(async () => ({ url: 'u', session: 'cs_1', clientToken: 't' }));
export const amount = (event: MorrowStartEvent): number => event.detail.amount;
// @ts-expect-error the client token is missing
void browser.popup(async () => ({ url: 'u', session: 'cs_1' }));
// @ts-expect-error an amount is a number of minor units
void browser.message({ amount: '100.00', currency: 'CNY' });
// @ts-expect-error there is no such status
export const paid = async () => (await ended).status === 'paid';
`;
    const kinds = ['mts', 'cts'];
    expect(
      complaintsOf(
        kinds.map((kind) => `server.${kind}`),
        server,
        ['lib.es2022.d.ts'],
      ),
    ).toEqual([]);
    expect(
      complaintsOf(
        kinds.map((kind) => `browser.${kind}`),
        browser,
        ['lib.es2022.d.ts', 'lib.dom.d.ts'],
      ),
    ).toEqual([]);
  });

  /** What TypeScript says about a program in the project, and about the types of the package. */
  function complaintsOf(names: string[], code: string, lib: string[]): string[] {
    const files = names.map((name) => join(project, name));
    for (const file of files) writeFileSync(file, code);
    const program = ts.createProgram(files, {
      module: ts.ModuleKind.Node20,
      target: ts.ScriptTarget.ES2022,
      strict: true,
      noEmit: true,
      lib,
      types: ['node'],
      typeRoots: [join(project, 'node_modules/@types')],
    });
    const types = realpathSync(installed);
    const own = program
      .getSourceFiles()
      .filter(({ fileName }) => files.includes(fileName) || fileName.startsWith(types));
    expect(own.length).toBeGreaterThan(files.length);
    return own
      .flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)])
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  }
});

describe('the package', () => {
  test('has no fault that publint knows of', async () => {
    const data = readFileSync(tarball);
    const { messages } = await publint({
      pack: { tarball: data.buffer.slice(data.byteOffset, data.byteOffset + data.length) },
      strict: true,
    });
    expect(messages.filter(({ type }) => type !== 'suggestion')).toEqual([]);
  });

  test('has types that resolve for importers, requirers and bundlers', { timeout: 90_000 }, async () => {
    const attw = join(
      dirname(createRequire(import.meta.url).resolve('@arethetypeswrong/cli/package.json')),
      'dist/index.js',
    );
    const { stdout } = await run(process.execPath, [
      attw,
      tarball,
      '--format',
      'json',
      '--no-definitely-typed',
      // Node 10 knows no exports; the file for script tags has no types.
      '--profile',
      'node16',
      '--exclude-entrypoints',
      './morrow.iife.js',
    ]);
    const { analysis } = JSON.parse(stdout) as {
      analysis: { entrypoints: Record<string, unknown>; problems: { resolutionKind?: string }[] };
    };
    expect(Object.keys(analysis.entrypoints).toSorted()).toEqual([
      '.',
      './package.json',
      './server',
      './verify',
    ]);
    expect(analysis.problems.filter(({ resolutionKind }) => resolutionKind !== 'node10')).toEqual([]);
  });

  test('gives shoppers at most 4 kB in brotli, with a map of its sources', () => {
    const script = readFileSync(join(built, 'dist/morrow.iife.js'));
    const size = brotliCompressSync(script).length;
    expect(size).toBeGreaterThan(1000);
    expect(size).toBeLessThanOrEqual(4096);
    expect(script.toString().trimEnd().split('\n').at(-1)).toBe('//# sourceMappingURL=morrow.iife.js.map');
    const map = JSON.parse(readFileSync(join(built, 'dist/morrow.iife.js.map'), 'utf8')) as {
      sources: string[];
      sourcesContent: string[];
    };
    const popup = map.sources.findIndex((source) => source.endsWith('src/browser/popup.ts'));
    expect(map.sourcesContent[popup]).toBe(readFileSync(join(workspace, 'src/browser/popup.ts'), 'utf8'));
  });

  test('gives shoppers the very bytes that are released under its version: others need a new version', () => {
    const { version } = JSON.parse(readFileSync(join(workspace, 'package.json'), 'utf8')) as {
      version: string;
    };
    const releases = join(workspace, 'releases');
    const list = JSON.parse(readFileSync(join(releases, 'releases.json'), 'utf8')) as {
      version: string;
      integrity: string;
    }[];
    expect(list.at(-1)?.version).toBe(version);
    const integrityOf = (file: string) =>
      `sha384-${createHash('sha384').update(readFileSync(file)).digest('base64')}`;
    expect(integrityOf(join(built, 'dist/morrow.iife.js'))).toBe(list.at(-1)?.integrity);
    for (const { version, integrity } of list) {
      expect(integrityOf(join(releases, version, 'morrow.js')), version).toBe(integrity);
    }
    expect(readdirSync(releases).toSorted()).toEqual(
      ['releases.json', ...list.map(({ version }) => version)].toSorted(),
    );
  });

  test('holds the built files and nothing else', () => {
    const packed = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n');
    const expected = readdirSync(join(built, 'dist'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(built, join(parentPath, name)));
    expect(packed.map((path) => path.replace('package/', '')).toSorted()).toEqual(
      [...expected, 'README.md', 'bin/morrow.js', 'package.json'].toSorted(),
    );
    expect(packed.filter((path) => /test|example|tsconfig/.test(path))).toEqual([]);
  });
});
