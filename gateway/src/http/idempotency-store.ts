import type { Knex } from '@morrow/db';
import { addMs, dayMs } from '../lib/dates.ts';
import { deleteSome } from '../lib/delete-some.ts';
import { GatewayError } from '../lib/errors.ts';
import { insertInto, type Statement } from '../lib/insert-sql.ts';
import type { Tx } from '../lib/tx.ts';
import { sealedPlace } from '../lib/vault.ts';

/** An answer as it was, or will be, sent; `text` is JSON. */
export type Reply = { status: number; text: string; replayed?: true };

/** Whose key it is, and which request it stands for. */
export type Scope = { environmentId: string; merchantId: string; key: string; fingerprint: Buffer };

/** What the functions here need of a transaction; one that creates or ended its environment has no more than this. */
export type Store = Pick<Tx, 'wallNow' | 'vault'> & { sql: Knex };

/** The same of a transaction, in which a key can be locked and looked up. */
type LockingStore = Store & Pick<Tx, 'query'>;

type Row = {
  environment_id: string;
  merchant_id: string;
  key: string;
  fingerprint: Buffer;
  state: 'in_progress' | 'done';
  lease_until: Date | null;
  status: number | null;
  response_sealed: string | null;
  expires_at: Date;
};

type Kept = Pick<Row, 'fingerprint' | 'lease_until' | 'status' | 'response_sealed'>;

const KEPT_MS = dayMs;
const LEASE_MS = 30_000;

/**
 * Keeps twins of a request apart until the transaction ends. Tries and does not wait: a waiting twin would hold a
 * connection for as long as the first one works.
 *
 * Also has prepared statements run by the plan that fits all values until the transaction ends. What a merchant asks for
 * goes by keys, for which one plan is as good as another, and planning a large statement takes longer than it does.
 *
 * @throws GatewayError `idempotency_in_progress`.
 */
export async function lockKey(
  { query, apart }: Pick<Tx, 'query' | 'apart'>,
  owner: string,
  key: string,
): Promise<void> {
  const name = nameOf(owner, key);
  apart(name);
  const [row] = await query<{ locked: boolean }>(lockSql, [name]);
  if (!row?.locked) throw inProgress(1);
}

const lockSql = `select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as locked,
  set_config('plan_cache_mode', 'force_generic_plan', true)`;

/**
 * `Tx.lock` for what is sent together with `lockKey`: where a twin has the key it does not wait for what that one locked.
 * A key that is ours can be locked again.
 */
export function lockBehindKey(
  { query, apart }: Pick<Tx, 'query' | 'apart'>,
  { merchantId, key }: Scope,
): Tx['lock'] {
  return async (name) => {
    apart(name);
    await query(lockBehindKeySql, [name, nameOf(merchantId, key)]);
  };
}

const lockBehindKeySql = `select pg_advisory_xact_lock(hashtextextended($1, 0))
  where pg_try_advisory_xact_lock(hashtextextended($2, 0))`;

function nameOf(owner: string, key: string): string {
  return `idempotency:${owner}:${key}`;
}

const findSql = `select fingerprint, lease_until, status, response_sealed from idempotency_keys
  where environment_id = $1 and merchant_id = $2 and key = $3 and expires_at > $4`;

/**
 * The kept answer to this request, or undefined when its work is still to be done. To be called in a statement after
 * `lockKey`, so that it sees what a twin committed before it let go of the lock.
 *
 * @throws GatewayError `idempotency_key_reused` when the key stands for another request, `idempotency_in_progress`
 *   while another run holds the lease.
 */
export async function findReply(store: LockingStore, scope: Scope): Promise<Reply | undefined> {
  const { environmentId, merchantId, key } = scope;
  const [row] = await store.query<Kept>(findSql, [environmentId, merchantId, key, store.wallNow]);
  if (!row) return undefined;
  if (!row.fingerprint.equals(scope.fingerprint)) {
    throw new GatewayError('idempotency_key_reused', {
      detail: 'This Idempotency-Key was sent before with another method, target or body.',
      hint: 'Retry with the very same request, or use a new key for a new operation.',
    });
  }
  if (row.lease_until && row.lease_until > store.wallNow) {
    throw inProgress((row.lease_until.getTime() - store.wallNow.getTime()) / 1000);
  }
  if (row.status === null || row.response_sealed === null) return undefined;
  return { status: row.status, text: store.vault.open(row.response_sealed, placeOf(scope)), replayed: true };
}

/** The write that keeps the answer for 24 h, in the transaction that made it true. Needs the lock. */
export function keepReply(store: Store, scope: Scope, reply: Reply): Statement {
  return upsert(store, scope, { state: 'done', lease_until: null, ...sealedReply(store, scope, reply) });
}

/** Notes that the work has begun, and answers until when it is ours alone. Needs the lock. */
export async function takeLease(store: Pick<Tx, 'wallNow' | 'query'>, scope: Scope): Promise<Date> {
  const leaseUntil = addMs(store.wallNow, LEASE_MS);
  const { text, values } = upsert(store, scope, {
    state: 'in_progress',
    lease_until: leaseUntil,
    status: null,
    response_sealed: null,
  });
  await store.query(text, values);
  return leaseUntil;
}

/** Keeps the answer of work that was done under a lease; false when another run has taken the work over since. */
export async function endLease(store: Store, scope: Scope, leaseUntil: Date, reply: Reply): Promise<boolean> {
  const updated = await underLease(store, scope, leaseUntil).update({
    state: 'done',
    lease_until: null,
    expires_at: addMs(store.wallNow, KEPT_MS),
    ...sealedReply(store, scope, reply),
  });
  return updated === 1;
}

/** Forgets work that ended without an answer to keep, so that a retry need not wait for the lease to end. */
export async function dropLease(store: Store, scope: Scope, leaseUntil: Date): Promise<void> {
  await underLease(store, scope, leaseUntil).delete();
}

/** Deletes what this environment need not keep any longer, a batch of it; answers how many rows there were. */
export function pruneIdempotencyKeys(tx: Tx): Promise<number> {
  return deleteSome(tx, 'idempotency_keys', (query) => query.where('expires_at', '<=', tx.wallNow));
}

/** The refusal of a twin; `seconds` is how long the other one may still take. */
export function inProgress(seconds: number): GatewayError {
  return new GatewayError('idempotency_in_progress', {
    detail: 'A request with this Idempotency-Key is being worked on.',
    hint: 'Send it again after the seconds in Retry-After.',
    retryAfterSeconds: Math.max(1, Math.ceil(seconds)),
  });
}

function underLease({ sql }: Store, { environmentId, merchantId, key }: Scope, leaseUntil: Date) {
  return sql<Row>('idempotency_keys').where({
    environment_id: environmentId,
    merchant_id: merchantId,
    key,
    state: 'in_progress',
    lease_until: leaseUntil,
  });
}

type Outcome = Pick<Row, 'state' | 'lease_until' | 'status' | 'response_sealed'>;

const columns = [
  'environment_id',
  'merchant_id',
  'key',
  'fingerprint',
  'expires_at',
  'state',
  'lease_until',
  'status',
  'response_sealed',
] as const;

/** An expired row, and one whose lease has ended, is written over. */
const upsertRow = insertInto('idempotency_keys', columns, {
  ending: `on conflict (merchant_id, key) do update set ${columns.map((name) => `${name} = excluded.${name}`).join(', ')}`,
});

function upsert({ wallNow }: Pick<Tx, 'wallNow'>, scope: Scope, outcome: Outcome): Statement {
  return upsertRow([
    {
      environment_id: scope.environmentId,
      merchant_id: scope.merchantId,
      key: scope.key,
      fingerprint: scope.fingerprint,
      expires_at: addMs(wallNow, KEPT_MS),
      ...outcome,
    },
  ]);
}

function sealedReply({ vault }: Store, scope: Scope, { status, text }: Reply) {
  return { status, response_sealed: vault.seal(text, placeOf(scope)) };
}

function placeOf({ environmentId, merchantId, key }: Scope): string {
  return sealedPlace(environmentId, 'idempotency_keys', 'response_sealed', merchantId, key);
}
