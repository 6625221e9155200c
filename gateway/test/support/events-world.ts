import { randomBytes } from 'node:crypto';
import type { Knex } from '@morrow/db';
import pino from 'pino';
import { recordEvent } from '../../src/events/record.ts';
import type { EventType } from '../../src/events/types.ts';
import { newId } from '../../src/lib/ids.ts';
import { transact, type Tx, type TxHost } from '../../src/lib/tx.ts';
import { createVault } from '../../src/lib/vault.ts';
import { createMerchant } from '../../src/merchants/merchants.ts';

/** A wall clock that only the test moves. */
export type MovableClock = { now(): Date; advance(durationMs: number): void };

export function movableClock(start = new Date()): MovableClock {
  let now = start;
  return {
    now: () => now,
    advance: (durationMs) => {
      now = new Date(now.getTime() + durationMs);
    },
  };
}

export type TestHost = TxHost & {
  clock: MovableClock;
  log: pino.Logger;
  config: { sandboxWebhookTargets: string[]; origins: { api: string } };
  /** What was logged as an error, a line each. */
  errors: string[];
};

export function testHost(db: Knex): TestHost {
  const errors: string[] = [];
  return {
    db,
    clock: movableClock(),
    vault: createVault([{ id: 'k1', key: randomBytes(32) }]),
    log: pino({ level: 'error' }, { write: (line: string) => errors.push(line) }),
    errors,
    config: { sandboxWebhookTargets: [], origins: { api: 'https://pay.example' } },
  };
}

export async function createEnvironment(
  host: TxHost,
  kind: 'live' | 'sandbox',
  id: string = newId('sbx'),
): Promise<string> {
  const now = host.clock.now();
  await host.db('environments').insert({
    id,
    kind,
    time_zone: 'UTC',
    clock_at: kind === 'sandbox' ? now : null,
    created_at: now,
  });
  return id;
}

export function inside<T>(host: TxHost, environmentId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  return transact(host, { environmentId, actor: { kind: 'system', id: 'test' } }, work);
}

export async function createTestMerchant(host: TxHost, environmentId: string): Promise<string> {
  const merchant = await inside(host, environmentId, (tx) =>
    createMerchant(tx, {
      name: 'Shop',
      category: 'books',
      country: 'CN',
      timeZone: 'Asia/Shanghai',
      currency: 'CNY',
      allowedOrigins: [],
      feeBasisPoints: 500,
      feeFixed: 0n,
      firstPart: 'capture',
      payoutAccount: 'acct_test',
    }),
  );
  return merchant.id;
}

/** Records an event that tells its own name, so that a test can recognize it in a feed. */
export function recordNamed(
  tx: Tx,
  stream: string,
  name: string,
  type: EventType = 'order.captured',
): Promise<void> {
  return recordEvent(tx, { streams: [stream], type, objectId: name, objectVersion: 1, data: { name } });
}
