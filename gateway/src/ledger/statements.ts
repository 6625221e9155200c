import { addMs } from '../lib/dates.ts';
import type { Currency } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { type Account, normalSide, parseAccount } from './accounts.ts';
import { movesSql, noEnd } from './balance-sql.ts';

/**
 * The past is told by business time, `occurred_at`: in the live environment it is when the posting's transaction began,
 * as `recorded_at` is; in a sandbox it is the sandbox's own clock, so that its months have statements like any others. An
 * instant is final once every transaction that was under way then has ended: nothing is posted for the past.
 */
export type Movement = {
  transferId: bigint;
  postingId: string;
  event: string;
  subjectId: string;
  /** The account on the other side. */
  counterpart: Account;
  /** Minor units; positive when it made the balance greater on the account's normal side. */
  amount: bigint;
  occurredAt: Date;
  recordedAt: Date;
};

/** An account over a period: opening + Σ movements of all pages = closing. */
export type Statement = {
  opening: bigint;
  /** In the order in which they were posted. */
  movements: Movement[];
  closing: bigint;
  /** The transfer after which the next page begins; undefined on the last. */
  next: bigint | undefined;
};

type Which = { account: Account; currency: Currency };

/** The posted balance of an account as it was when everything up to `at` had occurred: minor units on its normal side. */
export async function balanceAt(tx: Tx, account: Account, currency: Currency, at: Date): Promise<bigint> {
  return balanceBefore(tx, { account, currency, before: addMs(at, 1) });
}

/**
 * What moved an account from `from` on and before `to`, a page of at most `limit` after the transfer `after`, with what it
 * held at both ends. `from` after `to` is an empty period.
 */
export async function statementOf(
  tx: Tx,
  input: Which & { from: Date; to: Date; after?: bigint; limit: number },
): Promise<Statement> {
  const opening = await balanceBefore(tx, { ...input, before: input.from });
  const closing = input.from < input.to ? await balanceBefore(tx, { ...input, before: input.to }) : opening;
  const rows = await readMovements(tx, { ...input, limit: input.limit + 1 });
  const movements = rows.slice(0, input.limit);
  return {
    opening,
    movements,
    closing,
    next: rows.length > input.limit ? movements.at(-1)?.transferId : undefined,
  };
}

/**
 * SQL for where the transfers of `named.account` that occurred before an instant lie by their ids: after `base`, all of
 * which occurred before it, up to `upper`, from which on no checkpoint holds one, and above `last`, the last checkpoint.
 * Ids follow business time but for transactions that overlap, so this is a few checkpoints wide and misses none.
 */
const rangesSql = `
  left join lateral (
    select c.through_id, c.posted from ledger_checkpoints c
    where c.environment_id = :environment and c.account = named.account and c.currency = :currency
      and c.latest_at < :from
    order by c.through_id desc limit 1) base on true
  left join lateral (
    select c.through_id from ledger_checkpoints c
    where c.environment_id = :environment and c.account = named.account and c.currency = :currency
      and c.earliest_at < :to
    order by c.through_id desc limit 1) upper on true
  cross join lateral (
    select coalesce(max(c.through_id), 0) as through_id from ledger_checkpoints c
    where c.environment_id = :environment and c.account = named.account) last`;

const [environment, account] = [':environment', 'named.account'];

async function balanceBefore(
  tx: Tx,
  { account: name, currency, before }: Which & { before: Date },
): Promise<bigint> {
  const inCheckpoints = movesSql({
    environment,
    account,
    after: 'coalesce(base.through_id, 0)',
    through: 'coalesce(upper.through_id, 0)',
  });
  const since = movesSql({ environment, account, after: 'last.through_id', through: noEnd });
  const { rows } = await tx.sql.raw<{ rows: { posted: bigint }[] }>(
    `select (coalesce(base.posted, 0) + coalesce(m.posted, 0))::int8 as posted
     from unnest(array[:account::text]) as named (account)
       ${rangesSql}
       cross join lateral (
         select sum(moves.posted) as posted from (${inCheckpoints} union all ${since}) moves
         where moves.currency = :currency and moves.occurred_at < :to) m`,
    { environment: tx.environment.id, account: name, currency, from: before, to: before },
  );
  return (rows[0]?.posted ?? 0n) * signOf(name);
}

type MovementRow = {
  id: bigint;
  posting_id: string;
  event: string;
  subject_id: string;
  counterpart: string;
  amount: bigint;
  occurred_at: Date;
  recorded_at: Date;
};

/** Each range is read in the order of its ids by both sides' indexes, and no further than the page goes. */
async function readMovements(
  tx: Tx,
  input: Which & { from: Date; to: Date; after?: bigint; limit: number },
): Promise<Movement[]> {
  const part = (side: 'debit' | 'credit', after: string, through: string): string => `
    (select t.id, t.posting_id, t.event, t.subject_id, t.${side === 'debit' ? 'credit' : 'debit'} as counterpart,
       ${side === 'debit' ? '' : '-'}t.amount as amount, t.occurred_at, t.recorded_at
     from ledger_transfers t
     where t.environment_id = :environment and t.${side} = named.account and t.currency = :currency
       and t.kind in ('posted', 'post') and t.id > greatest(:after, ${after}) and t.id <= ${through}
       and t.occurred_at >= :from and t.occurred_at < :to
     order by t.id limit :limit)`;
  const parts = (['debit', 'credit'] as const).flatMap((side) => [
    part(side, 'coalesce(base.through_id, 0)', 'coalesce(upper.through_id, 0)'),
    part(side, 'last.through_id', noEnd),
  ]);
  const { rows } = await tx.sql.raw<{ rows: MovementRow[] }>(
    `select m.* from unnest(array[:account::text]) as named (account)
       ${rangesSql}
       cross join lateral (${parts.join(' union all ')}) m
     order by m.id limit :limit`,
    {
      environment: tx.environment.id,
      account: input.account,
      currency: input.currency,
      from: input.from,
      to: input.to,
      after: input.after ?? 0n,
      limit: input.limit,
    },
  );
  const sign = signOf(input.account);
  return rows.map((row) => ({
    transferId: row.id,
    postingId: row.posting_id,
    event: row.event,
    subjectId: row.subject_id,
    counterpart: parseAccount(row.counterpart).account,
    amount: sign * row.amount,
    occurredAt: row.occurred_at,
    recordedAt: row.recorded_at,
  }));
}

function signOf(name: Account): bigint {
  return normalSide(parseAccount(name).class) === 'debit' ? 1n : -1n;
}
