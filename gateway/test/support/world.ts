import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskEvidence } from '../../src/disputes/evidence/store.ts';
import { randomBytes } from 'node:crypto';
import { freshDatabase } from '@morrow/db/testing';
import pino from 'pino';
import { apiRoutes } from '../../src/api/index.ts';
import type { Config } from '../../src/config.ts';
import type { Context } from '../../src/context.ts';
import { sequenceEvents } from '../../src/events/sequence.ts';
import { createApp } from '../../src/http/app.ts';
import { createKeys } from '../../src/http/keys.ts';
import { listen } from '../../src/http/listen.ts';
import { describeApi } from '../../src/http/openapi.ts';
import { carryOutOpen } from '../../src/jobs/run-attempts.ts';
import { createVault } from '../../src/lib/vault.ts';
import { mountMockProcessor } from '../../src/processor/mock/mount.ts';
import { createProcessors } from '../../src/processor/processors.ts';

/** What clients sign, whatever port the tests' server listens on. */
export const origin = 'https://api.example';

/** The wall clock of every world starts here and stands until a test moves it. */
export const wallStart = new Date('2026-11-20T08:00:00Z');

/** Long enough for the mock to answer on a busy machine, and the time that each unanswered payment takes. */
const processorTimeoutMs = 5_000;

/** The whole API over HTTP on a real database of its own; its worker's rounds are run by the tests. */
export async function openWorld() {
  const { db, drop } = await freshDatabase();
  const clock = { at: wallStart, now: () => clock.at };
  const errors: Record<string, unknown>[] = [];
  const config = {
    origins: { api: origin },
    sandboxWebhookTargets: [] as string[],
    trustedProxies: 0,
    sandboxesPerHour: 1000,
  } as unknown as Config;
  const context: Context = {
    db,
    clock,
    vault: createVault([{ id: 'k1', key: randomBytes(32) }]),
    config,
    processorFor: createProcessors({ sandbox: true, timeoutMs: processorTimeoutMs }),
    mailer: undefined,
    evidence: diskEvidence(join(tmpdir(), `morrow-evidence-${randomBytes(6).toString('hex')}`)),
    log: pino({ level: 'error' }, { write: (line: string) => void errors.push(JSON.parse(line)) }),
  };
  const unmount = mountMockProcessor(db, clock);
  const routes = apiRoutes(config);
  const app = createApp(context, { routes, findKey: createKeys(context).find });
  const server = await listen(app, { host: '127.0.0.1', port: 0 });

  return {
    context,
    clock,
    db,
    routes,
    document: describeApi(routes, origin),
    address: `http://127.0.0.1:${server.port}`,
    /** What the gateway logged as an error: empty, unless a test breaks something on purpose. */
    errors,
    passMs: (durationMs: number) => void (clock.at = new Date(clock.at.getTime() + durationMs)),
    /** Carries out what is due, and what follows from it, until nothing is. */
    async runAttempts(): Promise<void> {
      while ((await carryOutOpen(context)) > 0);
    },
    sequence: () => sequenceEvents(context),
    async close() {
      await server.close();
      unmount();
      await drop();
    },
  };
}

export type World = Awaited<ReturnType<typeof openWorld>>;
