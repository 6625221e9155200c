import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { inspect } from 'node:util';
import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../src/config.ts';
import { sayError } from '../src/lib/say-error.ts';
import { startGateway } from '../src/server.ts';
import { startGatewayProcess } from './support/gateway-process.ts';

vi.setConfig({ testTimeout: 120_000 });

const main = resolve(import.meta.dirname, '../src/main.ts');

/** Each is unlike everything else, so that finding it anywhere means that it was printed. */
const secret = (prefix = ''): string => `${prefix}${randomBytes(18).toString('hex')}`;
const seeded = {
  databasePassword: secret(),
  masterKey: randomBytes(32).toString('base64url'),
  stripeKey: secret('sk_test_'),
  stripeHook: secret('whsec_'),
  openId: secret(),
  mailPassword: secret(),
  collector: secret(),
};

let folder: string;
let database: TestDatabase;
let variables: Record<string, string>;

/** A file below the folder that holds `text`; its path. */
function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text, { mode: 0o600 });
  return join(folder, name);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'morrow-secrets-'));
  database = await freshDatabase();
  const url = new URL(database.url);
  url.password = seeded.databasePassword;
  variables = {
    DATABASE_URL: url.href,
    MASTER_KEY_FILE: file('master.key', `k1:${seeded.masterKey}\n`),
    STRIPE_SECRET_KEY: seeded.stripeKey,
    STRIPE_WEBHOOK_SECRET: seeded.stripeHook,
    OPENID_ISSUER: 'https://sign-in.example',
    OPENID_CLIENT_ID: 'morrow',
    OPENID_NAME: 'Example',
    OPENID_CLIENT_SECRET_FILE: file('openid', seeded.openId),
    SMTP_URL: `smtp://mail:${seeded.mailPassword}@127.0.0.1:1`,
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${seeded.collector}`,
    LOG_LEVEL: 'trace',
    PORT: '0',
  };
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});

/** Which of the seeded secrets a text holds, by their names. */
const secretsIn = (text: string): string[] =>
  Object.entries(seeded).flatMap(([name, value]) => (text.includes(value) ? [name] : []));

/** Everything that an error holds, and what a process says of it. */
const allOf = (error: unknown): string =>
  `${inspect(error, { depth: 20, showHidden: true })}\n${sayError(error)}`;

it('the search finds a secret wherever an error holds one', () => {
  const cause = Object.assign(new Error('no'), { input: variables.DATABASE_URL });
  expect(secretsIn(allOf(new Error('failed', { cause })))).toEqual(['databasePassword']);
});

type Wrong = [name: string, changes: () => Record<string, string | undefined>, says: string];

/** Each with the secret where somebody might have put it by mistake. */
const wrong: Wrong[] = [
  [
    'an address that is none',
    () => ({ DATABASE_URL: `postgresql://u:${seeded.databasePassword}@host:port/db` }),
    'DATABASE_URL',
  ],
  ['a password for an address', () => ({ DATABASE_URL: seeded.databasePassword }), 'DATABASE_URL'],
  ['a secret of another kind', () => ({ STRIPE_WEBHOOK_SECRET: seeded.stripeKey }), 'STRIPE_WEBHOOK_SECRET'],
  [
    'a mail server of another protocol',
    () => ({ SMTP_URL: `http://mail:${seeded.mailPassword}@mail` }),
    'SMTP_URL',
  ],
  ['a master key for its file', () => ({ MASTER_KEY_FILE: `k1:${seeded.masterKey}` }), 'MASTER_KEY_FILE'],
  [
    'a client secret for its file',
    () => ({ OPENID_CLIENT_SECRET_FILE: seeded.openId }),
    'OPENID_CLIENT_SECRET_FILE',
  ],
  [
    'a file of something else',
    () => ({ MASTER_KEY_FILE: file('no-key', seeded.masterKey) }),
    'MASTER_KEY_FILE',
  ],
  [
    'a file and a variable at once',
    () => ({ SMTP_URL_FILE: file('smtp', seeded.mailPassword) }),
    'SMTP_URL_FILE',
  ],
  [
    'a file with what is no address',
    () => ({ DATABASE_URL: undefined, DATABASE_URL_FILE: file('url', seeded.databasePassword) }),
    'DATABASE_URL',
  ],
  ['a number that is none', () => ({ PORT: seeded.stripeKey }), 'PORT'],
  ['one of several that belong together', () => ({ OPENID_NAME: undefined }), 'OPENID_NAME'],
];

/** What starting fails with. */
async function failureOf(start: () => unknown): Promise<unknown> {
  try {
    await start();
  } catch (error) {
    return error;
  }
  throw new Error('it started');
}

describe('a gateway that does not start', () => {
  it.each(wrong)('names the variable and not what it holds: %s', async (_name, changes, says) => {
    const error = await failureOf(() => readConfig({ ...variables, ...changes() }));
    expect((error as Error).message).toContain(says);
    expect(secretsIn(allOf(error))).toEqual([]);
  });

  it('prints no secret when a database, a port or a schema is not as it should be', async () => {
    const taken = createServer();
    taken.listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const nowhere = `postgresql://morrow:${seeded.databasePassword}@127.0.0.1:1/morrow`;
    const missing = new URL(variables.DATABASE_URL!);
    missing.pathname = '/missing';
    const newer = { name: '9999-from-the-future', batch: 2, migration_time: new Date(0) };
    const logged: string[] = [];
    const log = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
    const fail = async (changes: Record<string, string>): Promise<string> => {
      const config = readConfig({
        ...variables,
        OTEL_EXPORTER_OTLP_ENDPOINT: undefined,
        RUN: 'server',
        ...changes,
      });
      return allOf(await failureOf(() => startGateway(config, { log })));
    };
    const said = [
      await fail({ DATABASE_URL: nowhere }),
      await fail({ DATABASE_URL: missing.href }),
      await fail({ PORT: String(port) }),
    ];
    await database.db('knex_migrations').insert(newer);
    said.push(await fail({}));
    await database.db('knex_migrations').where({ name: newer.name }).delete();
    taken.close();
    expect(said.map((text) => /ECONNREFUSED|3D000|EADDRINUSE|from-the-future/.exec(text)?.[0])).toEqual([
      'ECONNREFUSED',
      '3D000',
      'EADDRINUSE',
      'from-the-future',
    ]);
    expect(said.flatMap(secretsIn)).toEqual([]);
    expect(secretsIn(logged.join('\n'))).toEqual([]);
  });

  it('prints no secret as a process, and ends with 1', async () => {
    const { PATH } = process.env;
    const child = spawn(process.execPath, ['--import', 'tsx', main], {
      env: { PATH, ...variables, DATABASE_URL: `postgresql://u:${seeded.databasePassword}@127.0.0.1:1/db` },
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(1);
    expect(said).toMatch(/The gateway did not start[\s\S]*ECONNREFUSED/);
    expect(secretsIn(said)).toEqual([]);
  });
});

describe('a gateway that runs with every secret, some of them in files', () => {
  it('prints none of them in logs, answers, problems and metrics, also when its database goes', async () => {
    const { DATABASE_URL, STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET, SMTP_URL, MASTER_KEY_FILE, ...rest } =
      variables;
    const metricsPort = await freePort();
    const gateway = await startGatewayProcess({
      databaseUrl: DATABASE_URL!,
      masterKeyFile: MASTER_KEY_FILE!,
      origin: 'http://gateway.test',
      variables: {
        ...rest,
        STRIPE_SECRET_KEY_FILE: file('stripe', `${STRIPE_SECRET_KEY!}\n`),
        STRIPE_WEBHOOK_SECRET_FILE: file('hook', `${STRIPE_WEBHOOK_SECRET!}\n`),
        SMTP_URL_FILE: file('mail', `${SMTP_URL!}\n`),
        METRICS_PORT: String(metricsPort),
      },
    });
    const answers: string[] = [];
    const ask = async (path: string, init?: RequestInit): Promise<number> => {
      const answer = await fetch(`${gateway.address}${path}`, init);
      answers.push(JSON.stringify([...answer.headers]), await answer.text());
      return answer.status;
    };
    const hook = { method: 'POST', body: '{}', headers: { 'stripe-signature': 't=1,v1=00' } };
    expect(await ask('/ready')).toBe(200);
    expect(await ask('/v1/orders')).toBe(401);
    expect(await ask('/openapi.json')).toBe(200);
    expect(await ask('/hooks/stripe', hook)).toBeGreaterThanOrEqual(400);
    expect(await ask('/sign-in/outside')).toBeGreaterThanOrEqual(200);
    answers.push(await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text());
    await database.db.raw(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await ask('/v1/sandboxes', {
      method: 'POST',
      body: '{"name": "x"}',
      headers: { 'content-type': 'application/json' },
    });
    await gateway.stop();
    expect(gateway.errors.length).toBeGreaterThan(0);
    expect(secretsIn(JSON.stringify(gateway.errors) + gateway.said())).toEqual([]);
    expect(secretsIn(answers.join('\n'))).toEqual([]);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
