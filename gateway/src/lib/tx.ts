import { isStalePlan } from '@morrow/db';
import type { Knex } from 'knex';
import type { Clock } from './clock.ts';
import { GatewayError } from './errors.ts';
import type { Vault } from './vault.ts';

export type Environment = { id: string; kind: 'live' | 'sandbox'; timeZone: string };

/** Who acts: kept with what is written, and never taken from the request's body. */
export type Actor =
  | { kind: 'merchant'; id: string; kid: string }
  | { kind: 'funder'; id: string; kid: string }
  | { kind: 'shopper'; id: string }
  | { kind: 'operator'; id: string }
  | { kind: 'member'; id: string }
  | { kind: 'system'; id: string };

/**
 * One transaction in one environment: the first argument of every domain function. Using it after its end throws.
 */
export type Tx = {
  readonly sql: Knex.Transaction;
  readonly environment: Environment;
  /** Business time: due dates, expiry of authorizations, settlement, score. A sandbox's own clock, or the wall's. */
  readonly now: Date;
  /** Wall time: signature windows, sign-in, token lifetimes, idempotency, retries, audit. */
  readonly wallNow: Date;
  readonly actor: Actor;
  readonly vault: Vault;
  /**
   * Sends a write whose outcome nobody reads, and does not wait for it: what the database refuses of it is thrown by
   * `transact`. Later statements see what it wrote. So the writes of a request's end cost one round trip, not one each.
   */
  later(write: Knex.QueryBuilder): void;
};

/** What a transaction needs of the process it runs in. */
export type TxHost = { db: Knex; clock: Clock; vault: Vault };

export type TxOptions = {
  environmentId: string;
  actor: Actor;
  /**
   * 'write' waits for a moving clock to be refused (`clock_moving`) and keeps the clock still until the end;
   * 'read' sees the clock as it is; 'clock' is the clock's own mover.
   */
  access?: 'read' | 'write' | 'clock';
};

type EnvironmentRow = {
  id: string;
  kind: 'live' | 'sandbox';
  time_zone: string;
  clock_at: Date | null;
  clock_target: Date | null;
  expires_at: Date | null;
};

const retryable = new Set(['40001', '40P01']);
const aborted = '25P02';
const maxTries = 3;

/**
 * Runs `work` in one transaction and returns its result; what it throws rolls everything back. A deadlock, a
 * serialization failure or a plan that a migration made stale is tried again, which is safe because nothing outside is
 * called in a transaction.
 */
export async function transact<T>(
  host: TxHost,
  options: TxOptions,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    const written: Promise<void>[] = [];
    try {
      const result = await host.db.transaction(async (sql) => work(await open(host, options, sql, written)));
      // Where one of them failed, COMMIT was answered by rolling back.
      await Promise.all(written);
      return result;
    } catch (error) {
      const cause = await causeOf(error, written);
      if (tries === maxTries || !mayTryAgain(cause)) throw cause;
    }
  }
}

/** After a write that nobody waited for has failed, every later statement is told only that the transaction is aborted. */
async function causeOf(thrown: unknown, written: readonly Promise<void>[]): Promise<unknown> {
  if ((thrown as { code?: unknown } | null)?.code !== aborted) return thrown;
  const outcomes = await Promise.allSettled(written);
  return outcomes.find((outcome) => outcome.status === 'rejected')?.reason ?? thrown;
}

function mayTryAgain(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return isStalePlan(error) || (typeof code === 'string' && retryable.has(code));
}

type Connection = {
  query(statement: { text: string; values: unknown[] }, done: (error: Error | null) => void): void;
};

/** What of knex's client its types do not tell. */
type Client = Knex.Client & { acquireConnection(): Promise<Connection> };

/** Sends `write` on the transaction's connection right now, before whatever is asked for after it. */
function sendNow(client: Client, connection: Connection, write: Knex.QueryBuilder): Promise<void> {
  const { sql, bindings } = write.toSQL().toNative();
  client.emit('query', { sql, bindings });
  return new Promise((resolve, reject) => {
    connection.query({ text: sql, values: [...bindings] }, (error) => (error ? reject(error) : resolve()));
  });
}

async function open(
  host: TxHost,
  options: TxOptions,
  sql: Knex.Transaction,
  written: Promise<void>[],
): Promise<Tx> {
  const wallNow = host.clock.now();
  const access = options.access ?? 'write';
  const query = sql<EnvironmentRow>('environments').where({ id: options.environmentId });
  // The share lock keeps the clock from moving under a write; live time moves by itself and needs none.
  if (access === 'write' && options.environmentId !== 'live') void query.forShare();
  const row = await query.first();
  if (!row || (row.expires_at && row.expires_at <= wallNow)) {
    throw new GatewayError('not_found', { detail: 'This environment does not exist or has ended.' });
  }
  if (access === 'write' && row.clock_target) {
    throw new GatewayError('clock_moving', {
      detail: "The sandbox's clock is being advanced.",
      hint: 'Send the request again when the advance has finished.',
      retryAfterSeconds: 1,
    });
  }
  const client = sql.client as Client;
  const connection = await client.acquireConnection();
  return {
    sql,
    later(write) {
      const sent = sendNow(client, connection, write);
      // It is awaited at the end; until then a failure is nobody's yet.
      sent.catch(() => undefined);
      written.push(sent);
    },
    environment: { id: row.id, kind: row.kind, timeZone: row.time_zone },
    now: row.clock_at ?? wallNow,
    wallNow,
    actor: options.actor,
    vault: host.vault,
  };
}
