import { GatewayError } from '../lib/errors.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import type { ExceptionReason } from './judge.ts';
import { findRecord, type OutsideRecord } from './records.ts';

/** What does not agree: a record that met nothing of ours, or an attempt of ours that the processor does not list. */
export type ReconciliationException = {
  id: Id<'exc'>;
  recordId: string | null;
  attemptId: string | null;
  reason: ExceptionReason;
  /** A parked one was explained by somebody, and is met by nothing all the same. */
  status: 'open' | 'parked' | 'resolved';
  note: string | null;
  openedAt: Date;
  closedAt: Date | null;
  closedBy: string | null;
};

type ExceptionRow = {
  environment_id: string;
  id: Id<'exc'>;
  record_id: string | null;
  attempt_id: string | null;
  reason: ExceptionReason;
  status: ReconciliationException['status'];
  note: string | null;
  opened_at: Date;
  closed_at: Date | null;
  closed_by: string | null;
};

const longestNote = 2000;

function toException(row: ExceptionRow): ReconciliationException {
  return {
    id: row.id,
    recordId: row.record_id,
    attemptId: row.attempt_id,
    reason: row.reason,
    status: row.status,
    note: row.note,
    openedAt: row.opened_at,
    closedAt: row.closed_at,
    closedBy: row.closed_by,
  };
}

function exceptions(tx: Tx) {
  return tx.sql<ExceptionRow>('reconciliation_exceptions').where({ environment_id: tx.environment.id });
}

/** What an exception is about. */
export type About = { recordId: string } | { attemptId: string };

function about(of: About): { record_id: string } | { attempt_id: string } {
  return 'recordId' in of ? { record_id: of.recordId } : { attempt_id: of.attemptId };
}

/** Opens an exception, or tells the new reason of an open one. One that somebody has parked stays so. */
export async function openException(tx: Tx, of: About, reason: ExceptionReason): Promise<void> {
  const known = await exceptions(tx).where(about(of)).first();
  if (!known) {
    await tx.sql<ExceptionRow>('reconciliation_exceptions').insert({
      environment_id: tx.environment.id,
      id: newId('exc'),
      ...about(of),
      reason,
      status: 'open',
      opened_at: tx.wallNow,
    });
  } else if (known.status === 'open' && known.reason !== reason) {
    await exceptions(tx).where({ id: known.id }).update({ reason });
  }
}

/** Ends what was open or parked about this, because it is matched now. */
export async function resolveException(tx: Tx, of: About, by: string): Promise<void> {
  await exceptions(tx)
    .where(about(of))
    .whereNot({ status: 'resolved' })
    .update({ status: 'resolved', closed_at: tx.wallNow, closed_by: by });
}

/** Somebody explains why nothing will meet it. Throws `not_found`, `state_conflict`, and `validation_failed` without a note. */
export async function parkException(
  tx: Tx,
  input: { exceptionId: string; operatorId: string; note: string },
): Promise<void> {
  const note = input.note.trim();
  if (note === '' || note.length > longestNote)
    throw new GatewayError('validation_failed', { detail: `A note has 1 to ${longestNote} characters.` });
  const exception = await lockException(tx, input.exceptionId);
  if (exception.status === 'resolved') throw over();
  await exceptions(tx)
    .where({ id: exception.id })
    .update({ status: 'parked', note, closed_at: tx.wallNow, closed_by: input.operatorId });
}

export function over(): GatewayError {
  return new GatewayError('state_conflict', { detail: 'The exception is resolved already.' });
}

export async function lockException(tx: Tx, id: string): Promise<ReconciliationException> {
  const row = await exceptions(tx)
    .where({ id: id as Id<'exc'> })
    .forUpdate()
    .first();
  if (!row) throw noException();
  return toException(row);
}

function noException(): GatewayError {
  return new GatewayError('not_found', { detail: 'There is no such exception.' });
}

/** An attempt as an exception shows it. */
export type AttemptAbout = {
  id: string;
  purpose: string;
  subjectId: string;
  amount: bigint;
  currency: string;
  reference: string | null;
};

export type ExceptionAbout = {
  exception: ReconciliationException;
  record: OutsideRecord | undefined;
  attempt: AttemptAbout | undefined;
};

export async function findException(tx: Tx, id: string): Promise<ExceptionAbout> {
  const row = await exceptions(tx)
    .where({ id: id as Id<'exc'> })
    .first();
  if (!row) throw noException();
  return withAbout(tx, toException(row));
}

async function withAbout(tx: Tx, exception: ReconciliationException): Promise<ExceptionAbout> {
  const { recordId, attemptId } = exception;
  const record = recordId === null ? undefined : await findRecord(tx, recordId);
  const attempt = attemptId === null ? undefined : await findAttemptAbout(tx, attemptId);
  return { exception, record, attempt };
}

async function findAttemptAbout(tx: Tx, id: string): Promise<AttemptAbout | undefined> {
  return tx
    .sql('processor_attempts')
    .where({ environment_id: tx.environment.id, id })
    .first<AttemptAbout | undefined>({
      id: 'id',
      purpose: 'purpose',
      subjectId: 'subject_id',
      amount: 'amount',
      currency: 'currency',
      reference: 'processor_reference',
    });
}

/** The oldest exceptions first: of a status, of one reason, and older than an instant where that is asked. */
export async function listExceptions(
  tx: Tx,
  input: {
    status: ReconciliationException['status'];
    reason?: ExceptionReason | undefined;
    openedBefore?: Date | undefined;
    limit: number;
  },
): Promise<ExceptionAbout[]> {
  const rows = await exceptions(tx)
    .where({ status: input.status })
    .modify((query) => {
      if (input.reason !== undefined) void query.where({ reason: input.reason });
      if (input.openedBefore !== undefined) void query.where('opened_at', '<', input.openedBefore);
    })
    .orderBy('id')
    .limit(input.limit);
  const found: ExceptionAbout[] = [];
  for (const row of rows) found.push(await withAbout(tx, toException(row)));
  return found;
}

/** How many exceptions are open, by reason. */
export async function countOpen(tx: Tx): Promise<{ reason: ExceptionReason; count: number }[]> {
  return exceptions(tx)
    .where({ status: 'open' })
    .groupBy('reason')
    .orderBy('reason')
    .select<{ reason: ExceptionReason; count: number }[]>('reason', tx.sql.raw('count(*)::int as count'));
}

/** Open exceptions about records, which may be met by what has happened since. */
export async function listOpenRecords(
  tx: Tx,
  after: string,
  limit: number,
): Promise<{ id: string; recordId: string }[]> {
  const rows = await exceptions(tx)
    .where({ status: 'open' })
    .whereNotNull('record_id')
    .where('id', '>', after as Id<'exc'>)
    .orderBy('id')
    .limit(limit)
    .select('id', 'record_id');
  return rows.map(({ id, record_id }) => ({ id, recordId: record_id ?? '' }));
}
