import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import { Morrow } from '@morrow/sdk-js/server';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { findChromium, launchChromium } from '../../gateway/test/support/chromium.ts';
import { type GatewayProcess, startGatewayProcess } from '../../gateway/test/support/gateway-process.ts';
import { newMasterKey } from '../../gateway/test/support/master-key.ts';
import { freePort } from '../../scripts/free-port.ts';
import { connectionOf } from '../../sdk-js/src/cli/connection.ts';
import type { Finding } from '../../sdk-js/src/cli/doctor/check.ts';
import { demoProfile } from '../../sdk-js/src/cli/doctor/profile.ts';
import { checks, type Examination, examine } from '../../sdk-js/src/cli/doctor/run.ts';
import { main } from '../../sdk-js/src/cli/main.ts';
import { type RunningShop, type ShopOptions, startShop } from '../src/server.ts';
import { startFaultyShop } from './support/faulty-shop.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const chromium = await findChromium();
let folder: string;
let database: TestDatabase;
let gateway: GatewayProcess;
let gatewayOrigin: string;
let tapPort: number;
let shopPort: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'morrow-doctor-'));
  const masterKeyFile = join(folder, 'master.key');
  writeFileSync(masterKeyFile, newMasterKey(), { mode: 0o600 });
  database = await freshDatabase();
  const port = await freePort();
  [tapPort, shopPort] = [await freePort(), await freePort()];
  gatewayOrigin = `http://127.0.0.1:${port}`;
  gateway = await startGatewayProcess({
    databaseUrl: database.url,
    masterKeyFile,
    origin: gatewayOrigin,
    port,
    webhookTargets: [`127.0.0.1:${tapPort}`, `localhost:${shopPort}`],
  });
});

afterAll(async () => {
  await gateway?.stop();
  await database?.drop();
  rmSync(folder, { recursive: true });
});

type Start = (options: ShopOptions) => Promise<RunningShop>;

/** A shop with a sandbox of its own, for as long as `work` takes. */
async function withShop<Result>(
  start: Start,
  work: (patient: Awaited<ReturnType<typeof openShop>>) => Promise<Result>,
) {
  const patient = await openShop(start);
  try {
    return await work(patient);
  } finally {
    await patient.close();
  }
}

async function openShop(start: Start) {
  const { privateKey } = generateKeyPairSync('ed25519');
  const origin = `http://localhost:${shopPort}`;
  const { sandbox, keyId, morrow } = await Morrow.createSandbox(
    { baseUrl: gatewayOrigin, privateKey },
    { name: 'Lantern & Loom', allowed_origins: [origin], clock: '2026-03-02T04:00:00.000Z' },
  );
  const url = `${origin}/webhooks`;
  const { secret, id } = await morrow.webhookEndpoints.create({ url, event_types: ['*'] });
  const settings = {
    port: shopPort,
    gatewayOrigin,
    keyId,
    privateKey,
    publishableKey: sandbox.merchant.publishable_key,
    webhookSecret: secret,
    dataDirectory: join(folder, sandbox.id),
    log: () => undefined,
  };
  let shop = await start(settings);
  /** As a shop does that is given a new key. */
  const restart = async (file: string, newKeyId: string): Promise<void> => {
    await shop.close();
    shop = await start({ ...settings, keyId: newKeyId, privateKey: JSON.parse(readFileSync(file, 'utf8')) });
  };
  const keyFile = join(folder, `${sandbox.id}.jwk`);
  writeFileSync(keyFile, JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid: keyId }));
  const examination: Examination = {
    connection: connectionOf({ baseUrl: gatewayOrigin }, keyId, privateKey),
    origin,
    profile: demoProfile,
    launch: async () => (chromium ? launchChromium(chromium) : 'No Chromium runs here.'),
    port: tapPort,
    webhookSecret: secret,
    note: () => undefined,
    signal: new AbortController().signal,
  };
  /** Where the shop's endpoint leads, which has to be what it was; asked of the database, because keys may have ended. */
  const endpointUrl = async (): Promise<string | undefined> => {
    const row = await database
      .db('webhook_endpoints')
      .where({ id })
      .first<{ url: string } | undefined>('url');
    return row?.url;
  };
  return { url, keyFile, examination, endpointUrl, restart, close: () => shop.close() };
}

/** Runs `morrow doctor` as its program does. */
async function doctor(...args: string[]): Promise<{ code: number; text: string; notes: string }> {
  let [text, notes] = ['', ''];
  const note = (part: string): void => void (notes += part);
  const all = ['doctor', '--base-url', gatewayOrigin, '--tap-port', String(tapPort), ...args];
  const code = await main(all, (part) => void (text += part), { note });
  return { code, text, notes };
}

const silence = (): void => undefined;

const idsOf = (findings: readonly Finding[], status: Finding['status']): string[] =>
  findings.filter((finding) => finding.status === status).map(({ id }) => id);

test('the demo shop has nothing wrong, and its endpoint is as it was', async () => {
  await withShop(startShop, async ({ examination, endpointUrl, url, restart }) => {
    const [secretFile, keyFile] = [join(folder, 'secret'), join(folder, 'key.jwk')];
    const told: string[] = [];
    const keyInstaller = { file: keyFile, install: restart };
    const findings = await examine(
      { ...examination, secretFile, keyInstaller },
      (finding) => void told.push(finding.id),
    );
    expect(findings.filter(({ status }) => status === 'fail')).toEqual([]);
    const inBrowser = findings.flatMap(({ id }) => (id.startsWith('browser.') ? id : []));
    expect(idsOf(findings, 'skip')).toEqual(['return.expired', ...(chromium ? [] : inBrowser)]);
    expect(told).toEqual(checks.map(({ id }) => id));
    expect(await endpointUrl()).toBe(url);
    expect(readFileSync(secretFile, 'utf8')).toMatch(/^whsec_[A-Za-z0-9+/]{43}=\n$/);
    expect(statSync(secretFile).mode & 0o777).toBe(0o600);
  });
});

test('a shop with three faults hears of each by its name', async () => {
  await withShop(startFaultyShop, async ({ examination, endpointUrl, url }) => {
    const only = checks
      .map(({ id }) => id)
      .filter((id) => /^(return|page)\.|^webhook\.(accepted|duplicate|forged)|popup/.test(id));
    const findings = await examine({ ...examination, only }, silence);
    const faults = Object.fromEntries(
      findings.flatMap(({ id, status, detail }) => (status === 'fail' ? [[id, detail]] : [])),
    );
    expect(faults).toEqual({
      'return.amount': "The shopper agreed to 32900, and the shop's order says 36800.",
      'webhook.duplicate': expect.stringMatching(
        /^After it, the staff's page of the order says: “.+”\.$/,
      ) as string,
      ...(chromium && { 'browser.popup': 'window.open was called in a later task than the click.' }),
    });
    expect(await endpointUrl()).toBe(url);
  });
});

test('the command prints what is right and what to do about what is not, and ends with 0 or 1', async () => {
  await withShop(startFaultyShop, async ({ examination: { origin }, keyFile }) => {
    const about = ['--url', `${origin}/some/page`, '--private-key-file', keyFile, '--no-browser', '--only'];
    const good = await doctor(...about, 'return.canceled');
    expect([good.code, good.text]).toEqual([
      0,
      expect.stringMatching(
        /✓ pass {2}buy .*✓ pass {2}return\.canceled .*2 passed, 0 failed, 0 skipped\.\n$/s,
      ),
    ]);
    const bad = await doctor(...about, 'return.amount', 'browser.popup');
    expect(bad.code).toBe(1);
    expect(bad.text).toContain('✗ FAIL  return.amount');
    expect(bad.text).toMatch(/Seen: The shopper agreed to 32900.*\n +Fix: {2}Keep reference, amount/);
    expect(bad.text).toContain('· skip  browser.popup');
    const json = await doctor(...about, 'return.amount', '--json');
    expect(json.code).toBe(1);
    expect(JSON.parse(json.text)).toMatchObject({
      url: origin,
      passed: false,
      findings: [
        { id: 'buy', status: 'pass' },
        { id: 'return.amount', status: 'fail' },
      ],
    });
    expect(json.notes).toContain('fail  return.amount');
  });
});

test('interrupted, it points the endpoint at the shop again', async () => {
  await withShop(startShop, async ({ examination, endpointUrl, url }) => {
    const interruption = new AbortController();
    const launch = async () => {
      // By now the endpoint leads to doctor.
      expect(await endpointUrl()).toContain(`http://127.0.0.1:${tapPort}/?was=`);
      return 'not needed';
    };
    const { signal } = interruption;
    const only = ['return.reload'];
    const running = examine({ ...examination, launch, signal, only }, () => interruption.abort());
    await expect(running).rejects.toThrow('aborted');
    expect(signal.aborted).toBe(true);
    expect(await endpointUrl()).toBe(url);
  });
});

test('where webhooks may not go to this machine it says so, and with --patient it waits until a checkout is over', async () => {
  await withShop(startShop, async ({ examination, endpointUrl, url }) => {
    // What half an hour does: sessions end by the wall's clock.
    const note = (): void => {
      const past = { expires_at: new Date(Date.now() - 1_000) };
      void database
        .db('checkout_sessions')
        .where({ status: 'open' })
        .update(past)
        .then(() => undefined);
    };
    const launch = async () => 'not needed';
    const only = ['return.expired', 'webhook.forged'];
    const findings = await examine({ ...examination, launch, note, only, patient: true, port: 0 }, silence);
    expect(findings).toMatchObject([
      { id: 'buy', status: 'pass' },
      { id: 'return.expired', status: 'pass' },
      {
        id: 'webhook.forged',
        status: 'skip',
        detail: expect.stringContaining('SANDBOX_WEBHOOK_TARGETS') as string,
      },
    ]);
    expect(await endpointUrl()).toBe(url);
  });
});
