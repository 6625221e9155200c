import type { Knex } from '@morrow/db';
import type { TxHost } from '../lib/tx.ts';
import { changedTotals, touchedSql } from './balance-sql.ts';

/** Any constant will do, as long as nothing else in the database locks it. */
const checkpointLock = 7_236_846_340;

export type CheckpointSteps = {
  /** So many ids are waited for: each checkpoint costs a look at every account that they touched. */
  leastIds: number;
  /** And so many are taken at once at most, which bounds what one statement holds. */
  mostIds: number;
  /** An account gets a checkpoint when so many transfers touched it since its last one; fewer are as quickly read. */
  accountTransfers: number;
};

export const usualSteps: CheckpointSteps = { leastIds: 4096, mostIds: 32_768, accountTransfers: 64 };

/**
 * Carries the trial balance of every environment, and the checkpoints of busy accounts, on to where the sealer has found
 * that no transaction under way can still post (`ledger_sealing.settled_id`): a transfer gets its id before it is
 * committed, and a checkpoint that stood above it would never count it. One process does so at a time; who posts neither
 * waits for it nor writes a row that it reads. Returns how many ids it went on by.
 */
export async function writeCheckpoints(
  { db }: Pick<TxHost, 'db'>,
  steps: CheckpointSteps = usualSteps,
): Promise<number> {
  let total = 0;
  for (;;) {
    const passed = await db.transaction((sql) => writeNext(sql, steps));
    total += passed;
    if (passed < steps.mostIds) return total;
  }
}

async function writeNext(sql: Knex.Transaction, steps: CheckpointSteps): Promise<number> {
  // A statement of its own, because the next one must see what whoever held the lock before has written.
  const lock = await sql.raw<{ rows: { held: boolean }[] }>('select pg_try_advisory_xact_lock(?) as held', [
    checkpointLock,
  ]);
  if (!lock.rows[0]?.held) return 0;
  const { rows } = await sql.raw<{ rows: { from: bigint; settled: bigint }[] }>(
    'select c.through_id as "from", s.settled_id as settled from ledger_checkpointing c, ledger_sealing s',
  );
  const { from = 0n, settled = 0n } = rows[0] ?? {};
  const passed = Math.min(Number(settled - from), steps.mostIds);
  if (passed < steps.leastIds || passed <= 0) return 0;
  const to = from + BigInt(passed);
  await sql.raw(
    `with touched as materialized (${touchedSql()}),
     kept as (
       insert into ledger_checkpoints (
         environment_id, account, through_id, currency, from_id, posted, pending, earliest_at, latest_at)
       select environment_id, account, :to, currency, from_id, after, pending, earliest_at, latest_at
       from (
         select touched.*, sum(transfers) over (partition by environment_id, account) as of_account
         from touched) touched
       where of_account >= :least)
     insert into ledger_totals as total (environment_id, code, currency, debit, credit)
     select touched.environment_id, ${changedTotals} from touched group by 1, 2, 3
     on conflict (environment_id, code, currency) do update
       set debit = total.debit + excluded.debit, credit = total.credit + excluded.credit`,
    { from, to, least: steps.accountTransfers },
  );
  await sql('ledger_checkpointing').update({ through_id: to });
  return passed;
}
