import type { Context } from '../context.ts';
import { type Alarm, takeUntoldAlarms } from '../fraud/watch/alarms.ts';
import { watchToday } from '../fraud/watch/watch.ts';
import { transact } from '../lib/tx.ts';

/**
 * Looks at the business date that is under way, and writes each alarm that was raised since the last time to the log, as
 * one line that a log watcher can page somebody by.
 */
export async function watchFraud(
  context: Pick<Context, 'db' | 'clock' | 'vault' | 'log'>,
  environmentId: string,
): Promise<Alarm[]> {
  const actor = { kind: 'system', id: 'fraud-watch' } as const;
  const alarms = await transact(context, { environmentId, actor }, async (tx) => {
    await watchToday(tx);
    return takeUntoldAlarms(tx);
  });
  for (const { id, businessDate, merchantId, what, direction, count, expected, threshold } of alarms) {
    const facts = { alarm: id, business_date: businessDate, merchant: merchantId, what, direction, count };
    context.log.warn({ ...facts, expected, threshold }, 'fraud alarm');
  }
  return alarms;
}
