import { addMs, dayMs } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import type { ProcessorAccount } from '../processor/port.ts';
import { openException } from './exceptions.ts';
import { importedUntil } from './import-transactions.ts';

/** The processor lists what it did at once; this leaves time for its and our clocks, and for what it lists late. */
const missingAfterDays = 2;

const mostAtOnce = 1000;

/** What moves money, by the account in which the processor shows it. Holds and their release move none. */
const purposes: Record<ProcessorAccount, readonly string[]> = {
  balance: ['repayment', 'down_capture', 'money_back', 'payout', 'payout_recall'],
  cash_account: ['draw_payout'],
};

/**
 * Opens an exception for each attempt that has succeeded and that the processor does not list, two days later by the
 * wall's clock; only as far as its list is imported. Returns how many there are.
 */
export async function openMissing(tx: Tx): Promise<number> {
  let opened = 0;
  for (const account of ['balance', 'cash_account'] as const) {
    const until = await importedUntil(tx, account);
    if (!until) continue;
    const ids = await findMissing(tx, purposes[account], addMs(until, -missingAfterDays * dayMs));
    for (const id of ids) await openException(tx, { attemptId: id }, 'missing_outside');
    opened += ids.length;
  }
  return opened;
}

/** A recall that only finds its payout back already has moved nothing itself. */
async function findMissing(tx: Tx, of: readonly string[], before: Date): Promise<string[]> {
  const { rows } = await tx.sql.raw<{ rows: { id: string }[] }>(
    `select a.id from processor_attempts a
     where a.environment_id = :environment and a.status = 'succeeded' and a.purpose = any(:purposes)
       and a.finished_at < :before
       and not exists (
         select from reconciliation_matches m
         where m.environment_id = a.environment_id
           and (m.target_kind = 'attempt' and m.target_id = a.id
             or a.purpose = 'payout_recall' and m.target_kind = 'payout_return' and m.target_id = a.subject_id))
       and not exists (
         select from reconciliation_exceptions e
         where e.environment_id = a.environment_id and e.attempt_id = a.id)
       -- One that is listed with another amount is an exception already.
       and not exists (
         select from outside_records r
         where r.environment_id = a.environment_id and r.state = 'exception' and r.attempt_id = a.id)
     order by a.id limit :limit`,
    { environment: tx.environment.id, purposes: of as never, before: before as never, limit: mostAtOnce },
  );
  return rows.map(({ id }) => id);
}
