import { isStalePlan } from '@morrow/db';
import type { Knex } from 'knex';
import type { Clock } from './clock.ts';
import { GatewayError } from './errors.ts';
import type { Vault } from './vault.ts';

export type Environment = { id: string; kind: 'live' | 'sandbox'; timeZone: string };

/** Who acts: kept with what is written, and never taken from the request's body. */
export type Actor =
  | { kind: 'merchant'; id: string; kid: string }
  | { kind: 'shopper'; id: string }
  | { kind: 'operator'; id: string }
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
    try {
      return await host.db.transaction(async (sql) => work(await open(host, options, sql)));
    } catch (error) {
      if (tries === maxTries || !mayTryAgain(error)) throw error;
    }
  }
}

function mayTryAgain(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return isStalePlan(error) || (typeof code === 'string' && retryable.has(code));
}

async function open(host: TxHost, options: TxOptions, sql: Knex.Transaction): Promise<Tx> {
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
  return {
    sql,
    environment: { id: row.id, kind: row.kind, timeZone: row.time_zone },
    now: row.clock_at ?? wallNow,
    wallNow,
    actor: options.actor,
    vault: host.vault,
  };
}
