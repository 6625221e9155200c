import { GatewayError } from '../lib/errors.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';

/** Something in the books is wrong: one for each invariant and subject, until it ends. */
export type LedgerAlarm = {
  id: Id<'lal'>;
  invariant: string;
  /** What breaks the invariant: the id of an object, the name of an account, a transfer or a seal. */
  subject: string;
  /** What is wrong with it, in English, for operators. */
  finding: string;
  /** Whose payouts wait: a merchant or a funder; null is everybody's. Another object's id stops nobody's. */
  concernedId: string | null;
  raisedAt: Date;
  /** When a check found it the last time. */
  foundAt: Date;
  /** Since when the invariant holds again; null while it is broken. */
  clearedAt: Date | null;
  resolvedAt: Date | null;
  /** The operator who resolved it. */
  resolvedBy: string | null;
  note: string | null;
  /** It ends when it is resolved and cleared, whichever comes last. */
  endedAt: Date | null;
};

/** What a check found to be wrong. */
export type Finding = Pick<LedgerAlarm, 'invariant' | 'subject' | 'finding' | 'concernedId'>;

type AlarmRow = {
  environment_id: string;
  id: Id<'lal'>;
  invariant: string;
  subject: string;
  finding: string;
  concerned_id: string | null;
  raised_at: Date;
  found_at: Date;
  told_at: Date | null;
  cleared_at: Date | null;
  resolved_at: Date | null;
  resolved_by: string | null;
  note: string | null;
  ended_at: Date | null;
};

/** One statement takes so many alarms at most. */
const batchSize = 500;

function alarmsOf(tx: Tx) {
  return tx.sql<AlarmRow>('ledger_alarms').where({ environment_id: tx.environment.id });
}

function toAlarm(row: AlarmRow): LedgerAlarm {
  return {
    id: row.id,
    invariant: row.invariant,
    subject: row.subject,
    finding: row.finding,
    concernedId: row.concerned_id,
    raisedAt: row.raised_at,
    foundAt: row.found_at,
    clearedAt: row.cleared_at,
    resolvedAt: row.resolved_at,
    resolvedBy: row.resolved_by,
    note: row.note,
    endedAt: row.ended_at,
  };
}

/**
 * The alarm for which nothing is paid out to this merchant (or funder) now: one that has not ended and concerns it or
 * everybody. Undefined when payouts may go.
 */
export async function payoutsStopped(tx: Tx, merchantId: string): Promise<Id<'lal'> | undefined> {
  const row = await alarmsOf(tx)
    .whereNull('ended_at')
    .whereRaw('(concerned_id = ? or concerned_id is null)', [merchantId])
    .orderBy('id')
    .first('id');
  return row?.id;
}

/** Alarms of the environment, the newest first, before the id of `before`; only those that have not ended, if asked so. */
export async function listLedgerAlarms(
  tx: Tx,
  { openOnly = false, before, limit = 100 }: { openOnly?: boolean; before?: string; limit?: number } = {},
): Promise<LedgerAlarm[]> {
  const rows = await alarmsOf(tx)
    .modify((query) => {
      if (openOnly) void query.whereNull('ended_at');
      if (before !== undefined) void query.where('id', '<', before as Id<'lal'>);
    })
    .orderBy('id', 'desc')
    .limit(limit);
  return rows.map(toAlarm);
}

/**
 * An operator has seen to an alarm and says how (1 to 1,000 characters). It ends now if a check has found since that the
 * invariant holds, and else with the check that does. Who resolved it first stays.
 *
 * @throws GatewayError `not_found`.
 */
export async function resolveLedgerAlarm(
  tx: Tx,
  { alarmId, operatorId, note }: { alarmId: string; operatorId: string; note: string },
): Promise<LedgerAlarm> {
  const id = alarmId as Id<'lal'>;
  await alarmsOf(tx)
    .where({ id })
    .whereNull('resolved_at')
    .update({
      resolved_at: tx.wallNow,
      resolved_by: operatorId,
      note,
      ended_at: tx.sql.raw('case when cleared_at is null then null else ?::timestamptz end', [tx.wallNow]),
    });
  const row = await alarmsOf(tx).where({ id }).first();
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such alarm.' });
  return toAlarm(row);
}

/**
 * Keeps what a check of these invariants found: raises an alarm for each finding that has none, and notes which of the
 * others hold again.
 */
export async function keepFindings(
  tx: Tx,
  { invariants, findings }: { invariants: readonly string[]; findings: readonly Finding[] },
): Promise<void> {
  const once = [...new Map(findings.map((one) => [`${one.invariant} ${one.subject}`, one])).values()];
  for (let from = 0; from < once.length; from += batchSize)
    await raiseAlarms(tx, once.slice(from, from + batchSize));
  const found = new Set(once.map(({ invariant, subject }) => `${invariant} ${subject}`));
  const open = await alarmsOf(tx)
    .whereNull('ended_at')
    .whereNull('cleared_at')
    .whereIn('invariant', invariants)
    .select('id', 'invariant', 'subject');
  const cleared = open.filter(({ invariant, subject }) => !found.has(`${invariant} ${subject}`));
  if (cleared.length === 0) return;
  await tx.sql.raw(
    `update ledger_alarms
     set cleared_at = :now, ended_at = case when resolved_at is not null then :now::timestamptz end
     where environment_id = :environment and id = any (:ids)`,
    { now: tx.wallNow, environment: tx.environment.id, ids: cleared.map(({ id }) => id) },
  );
}

async function raiseAlarms(tx: Tx, findings: readonly Finding[]): Promise<void> {
  await tx
    .sql<AlarmRow>('ledger_alarms')
    .insert(
      findings.map(({ invariant, subject, finding, concernedId }) => ({
        environment_id: tx.environment.id,
        id: newId('lal'),
        invariant,
        subject,
        finding,
        concerned_id: concernedId,
        raised_at: tx.wallNow,
        found_at: tx.wallNow,
      })),
    )
    .onConflict(tx.sql.raw('(environment_id, invariant, subject) where ended_at is null'))
    .merge({
      finding: tx.sql.raw('excluded.finding'),
      concerned_id: tx.sql.raw('excluded.concerned_id'),
      found_at: tx.wallNow,
      cleared_at: null,
    });
}

/** The alarms that were not written to the log yet; from now on they count as written. */
export async function takeUntoldAlarms(tx: Tx): Promise<LedgerAlarm[]> {
  const rows = await alarmsOf(tx).whereNull('told_at').update({ told_at: tx.wallNow }).returning('*');
  return rows.map(toAlarm);
}
