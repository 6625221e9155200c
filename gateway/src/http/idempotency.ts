import type { Knex } from '@morrow/db';
import type { MerchantKey } from '../lib/jwk.ts';
import { queryOn } from '../lib/connection.ts';
import { transactTogether } from '../lib/together.ts';
import { type EarlyTx, transact, transactEarly, type Tx, type TxHost, type TxOptions } from '../lib/tx.ts';
import {
  dropLease,
  endLease,
  findReply,
  inProgress,
  keepReply,
  lockBehindKey,
  lockKey,
  takeLease,
  type Reply,
  type Scope,
  type Store,
} from './idempotency-store.ts';

type Caller = Required<Pick<TxOptions, 'environmentId' | 'actor'>>;

type Work<Asked> = {
  /** Asks in the first round trip for what `work` will judge: it may look and lock, and decides nothing. */
  ask?: ((tx: EarlyTx) => Promise<Asked>) | undefined;
  work: (tx: Tx, asked: Asked | undefined) => Promise<Reply>;
};

/**
 * Does `work` once for its Idempotency-Key: its effects and its answer commit together, so that a crash leaves
 * neither. A repetition gets the kept answer. What `work` throws rolls back and is not kept.
 *
 * @throws GatewayError `idempotency_in_progress`, `idempotency_key_reused`, or what `ask` and `work` throw.
 */
export function writeOnce<Asked>(
  host: TxHost,
  caller: Caller,
  scope: Scope,
  { ask, work }: Work<Asked>,
): Promise<Reply> {
  const early = async (tx: EarlyTx) => {
    // In this order, in one round trip.
    const locked = lockKey(tx, scope.merchantId, scope.key);
    const found = findReply(tx, scope);
    const asked = ask?.({ ...tx, lock: lockBehindKey(tx, scope) });
    // Whether it is to be heard at all the others tell.
    asked?.catch(() => undefined);
    const [, kept] = await Promise.all([locked, found]);
    return { kept, asked };
  };
  // Who looks first and then only writes can do so beside others.
  const transactBy = ask ? transactTogether : transactEarly;
  return transactBy(
    host,
    { ...caller, access: 'write' },
    {
      early,
      async work(tx, { kept, asked }) {
        if (kept) return kept;
        const reply = await work(tx, await asked);
        tx.later(keepReply(tx, scope, reply));
        return reply;
      },
    },
  );
}

/**
 * As `writeOnce` for work that calls outside and so cannot lie in one transaction: the work is begun under a lease of
 * 30 s, and when that ends without an answer a repetition takes it over. So `work` must be safe to run again, also
 * while an earlier run of it has not ended. What it throws is not kept, and lets the next repetition begin at once.
 *
 * @throws GatewayError `idempotency_in_progress`, `idempotency_key_reused`, or what `work` throws.
 */
export async function runOnce(
  host: TxHost,
  caller: Caller,
  scope: Scope,
  work: () => Promise<Reply>,
): Promise<Reply> {
  // Not 'write': no business fact is written here, and the work may be what moves the sandbox's clock.
  const begun = await transact(host, { ...caller, access: 'read' }, async (tx) => {
    await lockKey(tx, scope.merchantId, scope.key);
    const kept = await findReply(tx, scope);
    return kept ? { kept } : { leaseUntil: await takeLease(tx, scope) };
  });
  if (begun.kept) return begun.kept;
  const { leaseUntil } = begun;
  let reply: Reply;
  try {
    reply = await work();
  } catch (error) {
    // Should this fail too, then the lease ends by itself; the first failure is the one to tell.
    await dropLease(storeOf(host, host.db), scope, leaseUntil).catch(() => undefined);
    throw error;
  }
  const kept = await endLease(storeOf(host, host.db), scope, leaseUntil, reply);
  // Whoever took over answers for both; two answers to one key could differ.
  if (!kept) throw inProgress(1);
  return reply;
}

/**
 * As `writeOnce` for the request that registers the key it is signed with, and with it a merchant: whose key it is
 * becomes known only by doing the work. A repetition is recognized by that key. `work` gets the one transaction.
 *
 * @throws GatewayError `idempotency_in_progress`, `idempotency_key_reused`, or what `work` throws.
 */
export function registerOnce(
  host: TxHost,
  newKey: MerchantKey,
  request: Pick<Scope, 'key' | 'fingerprint'>,
  work: (sql: Knex.Transaction) => Promise<Reply>,
): Promise<Reply> {
  return host.db.transaction(async (sql) => {
    const store = {
      ...storeOf(host, sql),
      query: await queryOn(sql, host.db),
      apart: () => undefined,
    };
    await lockKey(store, newKey.kid, request.key);
    for (const owner of await findOwners(sql, newKey)) {
      const kept = await findReply(store, { ...owner, ...request });
      if (kept) return kept;
    }
    const reply = await work(sql);
    const [owner] = await findOwners(sql, newKey);
    if (!owner) throw new Error('the work did not register the key');
    const { text, values } = keepReply(store, { ...owner, ...request }, reply);
    await store.query(text, values);
    return reply;
  });
}

/** For a statement that stands alone, or outside of any environment: the work may have ended its own. */
function storeOf({ vault, clock }: TxHost, sql: Knex): Store {
  return { sql, vault, wallNow: clock.now() };
}

/** The merchants for which this very key is registered, the newest first; one key may open several sandboxes. */
async function findOwners(
  sql: Knex.Transaction,
  { kid, jwk }: MerchantKey,
): Promise<{ environmentId: string; merchantId: string }[]> {
  const rows = await sql<{ environment_id: string; merchant_id: string }>('merchant_keys')
    .select('environment_id', 'merchant_id')
    .whereRaw('kid = ? and jwk = ?::jsonb', [kid, JSON.stringify(jwk)])
    // Ids sort by creation.
    .orderBy('merchant_id', 'desc');
  return rows.map((row) => ({ environmentId: row.environment_id, merchantId: row.merchant_id }));
}
