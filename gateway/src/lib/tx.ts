import { isStalePlan } from '@morrow/db';
import type { Knex } from 'knex';
import type { Clock } from './clock.ts';
import {
  aborted,
  connectionOf,
  type Heard,
  hearRefusals,
  isAborted,
  type Query,
  queryBy,
} from './connection.ts';
import { GatewayError } from './errors.ts';
import type { Statement } from './insert-sql.ts';
import type { Vault } from './vault.ts';

export type Environment = {
  id: string;
  kind: 'live' | 'sandbox';
  timeZone: string;
  /** The approved change of policy that is in force; left out while that of the gateway's own code is. */
  policyChangeId?: string;
};

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
  later(write: Knex.QueryBuilder | Statement): void;
  /** Sends a statement as it is written, with `$1` … for its values, and answers with its rows. */
  query: Query;
  /** Waits for the lock of this name, which the transaction then has to its end. */
  lock(name: string): Promise<void>;
  /**
   * To be called before something is locked by other means than `lock`: the database does not keep those apart who share
   * a transaction (`transactTogether`). Does nothing for the first who says a name; for the next it throws, which has its
   * work done anew, behind the first.
   */
  apart(name: string): void;
};

/** What a transaction is before its environment is known: of that it has the id. */
export type EarlyTx = Pick<Tx, 'sql' | 'wallNow' | 'vault' | 'query' | 'lock' | 'apart'> & {
  readonly environment: Pick<Environment, 'id'>;
};

/** What a transaction needs of the process it runs in. */
export type TxHost = {
  db: Knex;
  clock: Clock;
  vault: Vault;
  /** How many share a transaction at most (`transactTogether`); with 1 nobody does. */
  mostTogether?: number | undefined;
};

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
  policy_change_id: string | null;
};

/** How `changesOne` tells that what was read before is no longer so. */
const divisionByZero = '22012';
/** Where all that is told is that the transaction is aborted, its cause was told to a statement that nobody heard. */
const retryable = new Set(['40001', '40P01', divisionByZero, aborted]);
const maxTries = 3;

/**
 * A statement for `later` that fails unless `write` changes one row, and so has `transact` begin again, by what it then
 * reads: for a write whose conditions were just read to hold, without waiting for it to tell whether they still did.
 */
export function changesOne(write: string): string {
  return `with changed as (${write} returning 1) select 1 / count(*) from changed`;
}

/**
 * Runs `work` in one transaction and returns its result; what it throws rolls everything back. A deadlock, a
 * serialization failure, a write that `changesOne` refused or a plan that a migration made stale is tried again, which is
 * safe because nothing outside is called in a transaction.
 */
export async function transact<T>(
  host: TxHost,
  options: TxOptions,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return transactEarly(host, options, { early: async () => undefined, work });
}

/** What is done in a transaction: `early` asks in its first round trip for what `work` judges. */
export type Steps<Early, T> = {
  early: (tx: EarlyTx) => Promise<Early>;
  work: (tx: Tx, early: Early) => Promise<T>;
};

/**
 * As `transact`; what `early` asks for is sent together with the question for the environment, in one round trip, and
 * handed to `work`. It may lock and read what does not depend on the environment.
 */
export async function transactEarly<Early, T>(
  host: TxHost,
  options: TxOptions,
  steps: Steps<Early, T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    const written: Promise<unknown>[] = [];
    const heard: Heard = { stop: () => undefined };
    try {
      const result = await host.db.transaction(async (sql) => {
        const connection = await connectionOf(sql);
        hearRefusals(connection, heard);
        const query = queryBy(connection, sql, host.db);
        const write = writeBy(query, written);
        return takeSteps(host, options, steps, { sql, query, write, apart: () => undefined });
      });
      // Where one of them failed, COMMIT was answered by rolling back.
      await Promise.all(written);
      return result;
    } catch (error) {
      const cause = await causeOf(error, written);
      // What nobody heard is told once trying again did not help.
      if (tries === maxTries || !mayTryAgain(cause)) throw isAborted(cause) ? (heard.cause ?? cause) : cause;
    } finally {
      heard.stop();
    }
  }
}

/** A begun transaction, or a share of one. `write` takes what nobody waits for. */
export type Begun = Pick<Tx, 'sql' | 'query' | 'apart'> & { write: (statement: Statement) => void };

/** Sends a write at once; `written` gathers what becomes of it. */
export function writeBy(query: Query, written: Promise<unknown>[]): Begun['write'] {
  return ({ text, values }) => {
    const sent = query(text, values);
    // It is awaited at the end; until then a failure is nobody's yet.
    sent.catch(() => undefined);
    written.push(sent);
  };
}

/** Takes the steps in a transaction that was begun, and leaves its end to the caller. */
export async function takeSteps<Early, T>(
  host: TxHost,
  options: TxOptions,
  { early, work }: Steps<Early, T>,
  { write, ...begun }: Begun,
): Promise<T> {
  const { query, apart } = begun;
  const tx: EarlyTx = {
    ...begun,
    environment: { id: options.environmentId },
    wallNow: host.clock.now(),
    vault: host.vault,
    async lock(name) {
      apart(name);
      await query(lockSql, [name]);
    },
  };
  // The environment comes first: whether it may be written to is told before anything else.
  const opening = open(tx, options, write);
  const asked = early(tx);
  asked.catch(() => undefined);
  return work(await opening, await asked);
}

/** After a write that nobody waited for has failed, every later statement is told only that the transaction is aborted. */
async function causeOf(thrown: unknown, written: readonly Promise<unknown>[]): Promise<unknown> {
  if (!isAborted(thrown)) return thrown;
  const outcomes = await Promise.allSettled(written);
  return outcomes.find((outcome) => outcome.status === 'rejected')?.reason ?? thrown;
}

function mayTryAgain(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return isStalePlan(error) || (typeof code === 'string' && retryable.has(code));
}

function nativeOf(write: Knex.QueryBuilder): Statement {
  const { sql: text, bindings: values } = write.toSQL().toNative();
  return { text, values };
}

const lockSql = 'select pg_advisory_xact_lock(hashtextextended($1, 0))';

// Locked, so that a sandbox's clock does not move under a write; live time moves by itself.
const environmentSql = `select id, kind, time_zone, clock_at, clock_target, expires_at, policy_change_id
  from environments where id = $1`;
const lockedEnvironmentSql = `${environmentSql} for share`;

async function open(begun: EarlyTx, options: TxOptions, write: Begun['write']): Promise<Tx> {
  const { query, wallNow } = begun;
  const access = options.access ?? 'write';
  const isLocked = access === 'write' && options.environmentId !== 'live';
  const [row] = await query<EnvironmentRow>(isLocked ? lockedEnvironmentSql : environmentSql, [
    options.environmentId,
  ]);
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
    ...begun,
    later: (statement) => write('toSQL' in statement ? nativeOf(statement) : statement),
    environment: {
      id: row.id,
      kind: row.kind,
      timeZone: row.time_zone,
      ...(row.policy_change_id !== null && { policyChangeId: row.policy_change_id }),
    },
    now: row.clock_at ?? wallNow,
    actor: options.actor,
  };
}
