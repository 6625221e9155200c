import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Server } from 'node:http';
import { diskEvidence } from '../../src/disputes/evidence/store.ts';
import { freshDatabase } from '@morrow/db/testing';
import pino from 'pino';
import request from 'supertest';
import type { Context } from '../../src/context.ts';
import { createApp } from '../../src/http/app.ts';
import { createHttpServer } from '../../src/http/listen.ts';
import { describeApi } from '../../src/http/openapi.ts';
import { systemRoutes } from '../../src/http/system-routes.ts';
import { createVault } from '../../src/lib/vault.ts';
import { addMerchant, findKey } from './demo-merchant.ts';
import { demoRoutes, type Stage } from './demo-routes.ts';
import { signedHeaders, type SigningKey, type SignInput } from './sign.ts';

export const ORIGIN = 'https://api.example';
/** The wall clock of these tests begins at this Unix second. */
export const NOW_SECONDS = 1_800_000_000;

export type Sent = Partial<Omit<SignInput, 'method' | 'url'>> & {
  /** Unsigned when null; the demo merchant's when left out. */
  signedBy?: SigningKey | null;
  /** Sends another body than the signed one. */
  sends?: string | Buffer;
};

/**
 * A gateway with a few demonstration routes on a real database of its own, with a merchant in a sandbox that signs; its
 * wall clock stands still until a test moves it.
 */
export async function openDemoGateway() {
  const { db, url, drop } = await freshDatabase();
  const clock = { at: new Date(NOW_SECONDS * 1000), now: () => clock.at };
  const logged: Record<string, unknown>[] = [];
  const log = pino({ level: 'info' }, { write: (line) => void logged.push(JSON.parse(line)) });
  const stage: Stage = { entered: 0, wait: async () => undefined };
  const context: Context = {
    db,
    clock,
    vault: createVault([{ id: 'k1', key: Buffer.alloc(32, 7) }]),
    // No demonstration route pays or writes to anybody.
    config: { origins: { api: ORIGIN } } as Context['config'],
    processorFor: () => {
      throw new Error('these routes have no processor');
    },
    mailer: undefined,
    evidence: diskEvidence(join(tmpdir(), `morrow-evidence-${randomBytes(6).toString('hex')}`)),
    log,
  };
  const pending: string[] = [];
  const routes = [...demoRoutes(stage), ...systemRoutes(async () => pending)];
  const app = createApp(context, { routes, findKey: (keyid) => findKey(db, keyid) });
  const server: Server = createHttpServer(app);
  const merchant = await addMerchant(db, clock.at);

  /** Sends one request, signed unless it says otherwise. */
  function send(method: 'get' | 'head' | 'post' | 'put', path: string, sent: Sent = {}) {
    const { signedBy = merchant, sends, ...input } = sent;
    const signed = {
      method: method.toUpperCase(),
      url: ORIGIN + path,
      created: Math.floor(clock.at.getTime() / 1000),
      ...input,
    };
    const headers = signedBy === null ? { ...input.headers } : signedHeaders({ ...signed, key: signedBy });
    const call = request(server)[method](path).set(headers);
    const body = sends ?? sent.body;
    // The bytes that were signed, whatever superagent would make of them.
    return body === undefined ? call : call.serialize((given: string) => given).send(body);
  }

  return {
    app,
    clock,
    context,
    databaseUrl: url,
    db,
    logged,
    merchant,
    pending,
    send,
    server,
    stage,
    document: describeApi(routes, ORIGIN),
    addMerchant: (scopes?: string[]) => addMerchant(db, clock.at, scopes),
    close: drop,
  };
}

export type DemoGateway = Awaited<ReturnType<typeof openDemoGateway>>;
