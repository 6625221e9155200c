import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CheckoutSession, createMorrow, Morrow, type TrialBalance } from '@morrow/sdk-js/server';
import type { Knex } from '@morrow/db';
import { freshDatabase } from '@morrow/db/testing';
import { expect } from 'vitest';
import { type GatewayOptions, type GatewayProcess, startGatewayProcess } from './gateway-process.ts';
import { newMasterKey } from './master-key.ts';

/** The one origin of all processes, as behind a load balancer. Nothing answers there. */
const origin = 'http://gateway.test';

/** Where the sandboxes' clocks stand at first: the morning of 1 March in Shanghai. */
const sandboxStart = '2026-03-01T01:00:00.000Z';

type Run = NonNullable<GatewayOptions['run']>;

/** Gateway processes beside each other on one database of their own. */
export async function openProcesses(
  runs: readonly Run[] = ['all', 'all'],
  webhookTargets: readonly string[] = [],
) {
  const { db, url, drop } = await freshDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'morrow-processes-'));
  const masterKeyFile = join(folder, 'master.key');
  writeFileSync(masterKeyFile, newMasterKey(), { mode: 0o600 });
  const started: GatewayProcess[] = [];

  const start = async (run: Run = 'all', variables: Record<string, string> = {}): Promise<GatewayProcess> => {
    const gateway = await startGatewayProcess({
      databaseUrl: url,
      masterKeyFile,
      origin,
      run,
      webhookTargets,
      variables,
    });
    started.push(gateway);
    return gateway;
  };

  const locks = new Set<Knex.Transaction>();

  const close = async (): Promise<void> => {
    for (const lock of locks) await lock.rollback();
    await Promise.all(started.map((gateway) => gateway.stop()));
    rmSync(folder, { recursive: true });
    await drop();
  };
  const outcomes = await Promise.allSettled(runs.map((run) => start(run)));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure) {
    await close();
    throw failure.reason;
  }
  const gateways = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []));
  return {
    db,
    gateways,
    start,
    close,
    /**
     * Makes everybody who writes to a table wait; returns what lets them go on. Who only refers to its rows by a foreign
     * key goes on: a seal of the ledger in a walk would otherwise wait before what a test waits for.
     */
    async lock(table: string): Promise<() => Promise<void>> {
      const lock = await db.transaction();
      locks.add(lock);
      await lock.raw('lock table ?? in share row exclusive mode', [table]);
      return async () => {
        locks.delete(lock);
        await lock.rollback();
      };
    },
    /** How many wait for a lock on a table. */
    async waitingFor(table: string): Promise<number> {
      const found = await db.raw<{ rows: unknown[] }>(
        'select from pg_locks where not granted and relation = ?::regclass',
        [table],
      );
      return found.rows.length;
    },
  };
}

export type Processes = Awaited<ReturnType<typeof openProcesses>>;

/** Sends what is signed for the origin to one process after the other. */
export function alternating(gateways: readonly Pick<GatewayProcess, 'address'>[]): typeof fetch {
  let sent = 0;
  return (input, init) => {
    const gateway = gateways[sent % gateways.length]!;
    sent += 1;
    const url = input instanceof Request ? input.url : input.toString();
    return fetch(url.replace(origin, gateway.address), init);
  };
}

/** A merchant in a sandbox of its own, whose clients reach the processes that a test names. */
export async function openMerchant(gateways: readonly GatewayProcess[]) {
  const { privateKey } = generateKeyPairSync('ed25519');
  // Long enough for work that waits until the lease of a process that died has run out.
  const options = { baseUrl: origin, privateKey, timeoutMs: 50_000 };
  const { sandbox, keyId, morrow } = await Morrow.createSandbox(
    { ...options, fetch: alternating(gateways) },
    { name: 'Tea House', allowed_origins: ['https://shop.example'], clock: sandboxStart },
  );
  return {
    merchantId: sandbox.merchant.id,
    /** Asks one process after the other, and repeats as the SDK does. */
    morrow,
    /** Asks this process, once. `replayed` is what the answers said of themselves, in their order. */
    at(gateway: Pick<GatewayProcess, 'address'>) {
      const replayed: boolean[] = [];
      const send = alternating([gateway]);
      const client = createMorrow({
        ...options,
        keyId,
        maxRetries: 0,
        fetch: async (...request) => {
          const response = await send(...request);
          if (response.ok) replayed.push(response.headers.get('idempotency-replayed') === 'true');
          return response;
        },
      });
      return { morrow: client, replayed };
    },
    /** Asks these processes in turn, and repeats. */
    through: (some: readonly GatewayProcess[]) =>
      createMorrow({ ...options, keyId, fetch: alternating(some) }),
  };
}

export type Merchant = Awaited<ReturnType<typeof openMerchant>>;

/** A session that the test person number `person` has agreed to, with its token. */
export async function confirmedSession(
  morrow: Morrow,
  { person, amount = 120_000 }: { person: number; amount?: number },
): Promise<CheckoutSession & { checkout_token: string }> {
  const { id } = await morrow.checkoutSessions.create({
    merchant_reference: `purchase-${person}`,
    amount,
    currency: 'CNY',
    lines: [{ name: 'Tea set', quantity: 1, unit_amount: amount, amount }],
    return_url: 'https://shop.example/return',
  });
  await morrow.sandbox.confirmSession(id, { plan_code: 'pay_in_4', test_person: `good-${person}` });
  const { checkout_token, ...session } = await morrow.checkoutSessions.get(id);
  if (checkout_token === undefined) throw new Error(`the session is ${session.status}`);
  return { ...session, checkout_token };
}

/** What turns a confirmed session into an order. */
export function orderOf({
  checkout_token,
  merchant_reference,
  amount,
  currency,
}: CheckoutSession & { checkout_token: string }) {
  return { checkout_token, merchant_reference, amount, currency };
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Looks again and again until `done` says so, within a bound. */
export async function eventually<Seen>(
  look: () => Seen | Promise<Seen>,
  done: (seen: Seen) => boolean,
  withinMs = 20_000,
): Promise<Seen> {
  const end = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (done(seen)) return seen;
    if (performance.now() > end) throw new Error(`it did not happen in time: ${JSON.stringify(seen)}`);
    await sleep(50);
  }
}

/** The feed so far; its numbers have no gaps. */
export async function readFeed(morrow: Morrow) {
  const events = await collect(morrow.events.list());
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
  return events;
}

/** What cards were charged, in minor units, as the sandboxes' processor remembers it and not as our books say. */
export async function chargesOf({ db }: Processes): Promise<number[]> {
  const { rows } = await db.raw<{ rows: { amount: number }[] }>(
    `select (object->>'amount_received')::integer as amount from mock_processor.objects
     where kind = 'payment_intent' and object->>'status' = 'succeeded' order by number`,
  );
  return rows.map(({ amount }) => amount);
}

/** Fails unless debits and credits agree in every currency and each invariant was checked and holds. */
export async function expectSoundBooks(morrow: Morrow): Promise<TrialBalance> {
  const books = await morrow.sandbox.trialBalance();
  expect(books.totals).not.toEqual([]);
  expect(books.totals.map(({ difference }) => difference)).toEqual(books.totals.map(() => 0));
  expect(books.invariants.filter(({ broken }) => broken > 0)).toEqual([]);
  return books;
}
