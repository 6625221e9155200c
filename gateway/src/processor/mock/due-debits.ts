import { dateIn } from '../../lib/dates.ts';
import type { Tx } from '../../lib/tx.ts';
import type { UpcomingSql } from '../../lib/upcoming.ts';
import { debitsIn } from './debits-store.ts';

/** A sandbox's debit whose bank has something to say: an answer, or that it takes back what it had paid. */
export type DueDebit = { intentId: string; attemptId: string; says: 'answer' | 'return' };

/** The debits of which there is news at `tx.now`. Real banks' news comes with the processor's lists, and not from here. */
export async function findDueDebits(tx: Tx): Promise<DueDebit[]> {
  if (tx.environment.kind !== 'sandbox') return [];
  const today = dateIn(tx.environment.timeZone, tx.now);
  const rows = await debitsIn(tx.sql)
    .where({ environment_id: tx.environment.id })
    .where((query) => {
      void query
        .where((inner) => void inner.where({ status: 'processing' }).where('answers_on', '<=', today))
        .orWhere((inner) => void inner.where({ status: 'settled' }).where('returns_on', '<=', today));
    })
    .orderBy('intent_id');
  return rows.map(({ intent_id: intentId, attempt_id: attemptId, status }) => ({
    intentId,
    attemptId,
    says: status === 'processing' ? 'answer' : 'return',
  }));
}

/** The bank has said that it takes a debit back; it says so once. */
export async function noteReturned(tx: Tx, intentId: string): Promise<void> {
  await debitsIn(tx.sql).where({ intent_id: intentId }).update({ status: 'returned' });
}

/** When a bank next has something to say; null when there is nothing to wait for. */
export function nextDueDebitAt(tx: Tx): UpcomingSql {
  return tx.sql.raw(
    `select min(at) as at from (
       select (case status when 'processing' then answers_on else returns_on end)::timestamp at time zone ? as at
       from mock_processor.debits
       where environment_id = ? and status in ('processing', 'settled')
     ) dates where at > ?`,
    [tx.environment.timeZone, tx.environment.id, tx.now],
  );
}
