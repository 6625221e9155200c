import type { Knex } from '@morrow/db';
import type { CalendarDate } from '../../lib/dates.ts';
import type { MockDebit } from './store.ts';

export type DebitRow = {
  intent_id: string;
  environment_id: string;
  attempt_id: string;
  status: MockDebit['status'];
  answers_on: CalendarDate;
  returns_on: CalendarDate | null;
};

export function debitsIn(sql: Knex.Transaction) {
  return sql<DebitRow>('debits').withSchema('mock_processor');
}

/** A debit, which nobody else changes until the transaction ends. */
export async function findMockDebit(sql: Knex.Transaction, intentId: string): Promise<MockDebit | undefined> {
  const row = await debitsIn(sql).where({ intent_id: intentId }).forUpdate().first();
  if (!row) return undefined;
  const { environment_id: environmentId, attempt_id: attemptId, status } = row;
  return { intentId, environmentId, attemptId, status, answersOn: row.answers_on, returnsOn: row.returns_on };
}

export async function saveMockDebit(sql: Knex.Transaction, debit: MockDebit): Promise<void> {
  await debitsIn(sql)
    .insert({
      intent_id: debit.intentId,
      environment_id: debit.environmentId,
      attempt_id: debit.attemptId,
      status: debit.status,
      answers_on: debit.answersOn,
      returns_on: debit.returnsOn,
    })
    .onConflict('intent_id')
    .merge(['status', 'answers_on', 'returns_on']);
}
