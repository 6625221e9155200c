import { countUpTo } from '../../lib/count-up-to.ts';
import type { CalendarDate } from '../../lib/dates.ts';
import { GatewayError } from '../../lib/errors.ts';
import { type Id, newId } from '../../lib/ids.ts';
import type { Tx } from '../../lib/tx.ts';
import type { DayCount } from './counts.ts';
import type { Judgement } from './baseline.ts';

/** Something changed all at once: once for each subject, business date and direction. */
export type Alarm = {
  id: Id<'fal'>;
  businessDate: CalendarDate;
  /** Null for the whole environment. */
  merchantId: string | null;
  /** What was counted, such as `declines.suspicious`. */
  what: string;
  direction: Judgement['direction'];
  count: number;
  expected: number;
  threshold: number;
  raisedAt: Date;
  acknowledgedAt: Date | null;
  acknowledgedBy: string | null;
};

type AlarmRow = {
  environment_id: string;
  id: Id<'fal'>;
  business_date: CalendarDate;
  merchant_id: string;
  what: string;
  direction: Alarm['direction'];
  count: number;
  expected: number;
  threshold: number;
  raised_at: Date;
  told_at: Date | null;
  acknowledged_at: Date | null;
  acknowledged_by: string | null;
};

function alarmsOf(tx: Tx) {
  return tx.sql<AlarmRow>('fraud_alarms').where({ environment_id: tx.environment.id });
}

function toAlarm(row: AlarmRow): Alarm {
  return {
    id: row.id,
    businessDate: row.business_date,
    merchantId: row.merchant_id === '' ? null : row.merchant_id,
    what: row.what,
    direction: row.direction,
    count: row.count,
    expected: row.expected,
    threshold: row.threshold,
    raisedAt: row.raised_at,
    acknowledgedAt: row.acknowledged_at,
    acknowledgedBy: row.acknowledged_by,
  };
}

/** Raises an alarm, unless it was raised for this subject and date before. */
export async function raiseAlarm(
  tx: Tx,
  input: { date: CalendarDate; counted: DayCount; judgement: Judgement },
): Promise<void> {
  const { date, counted, judgement } = input;
  await tx
    .sql<AlarmRow>('fraud_alarms')
    .insert({
      environment_id: tx.environment.id,
      id: newId('fal'),
      business_date: date,
      merchant_id: counted.merchantId,
      what: counted.what,
      count: counted.count,
      ...judgement,
      raised_at: tx.wallNow,
    })
    .onConflict(['environment_id', 'business_date', 'merchant_id', 'what', 'direction'])
    .ignore();
}

/** Alarms, the newest first; only those that nobody has acknowledged, if asked so. */
export async function listAlarms(
  tx: Tx,
  { openOnly = false, limit = 100 }: { openOnly?: boolean; limit?: number } = {},
): Promise<Alarm[]> {
  const query = alarmsOf(tx).orderBy('id', 'desc').limit(limit);
  return (await (openOnly ? query.whereNull('acknowledged_at') : query)).map(toAlarm);
}

/** How many alarms nobody has acknowledged, counted up to `most + 1`. */
export function countAlarms(tx: Tx, most: number): Promise<number> {
  return countUpTo(tx, alarmsOf(tx).whereNull('acknowledged_at'), most);
}

/**
 * Somebody has seen to an alarm; who did so first stays.
 *
 * @throws GatewayError `not_found`.
 */
export async function acknowledgeAlarm(
  tx: Tx,
  { alarmId, acknowledgedBy }: { alarmId: string; acknowledgedBy: string },
): Promise<Alarm> {
  const id = alarmId as Id<'fal'>;
  await alarmsOf(tx)
    .where({ id })
    .whereNull('acknowledged_at')
    .update({ acknowledged_at: tx.wallNow, acknowledged_by: acknowledgedBy });
  const row = await alarmsOf(tx).where({ id }).first();
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such alarm.' });
  return toAlarm(row);
}

/** The alarms that were not written to the log yet; from now on they count as written. */
export async function takeUntoldAlarms(tx: Tx): Promise<Alarm[]> {
  const rows = await alarmsOf(tx).whereNull('told_at').update({ told_at: tx.wallNow }).returning('*');
  return rows.map(toAlarm);
}
