import { addMs, dayMs } from '../../lib/dates.ts';
import type { Tx } from '../../lib/tx.ts';

type DayRow = { environment_id: string; day: string; sent: number };

/** From so many percent of a day's codes on somebody should look, and the rest is for numbers that signed in before. */
const knownOnlyPercent = 80;

export type Day = {
  /** Sent on this day before this one. */
  sent: number;
  /** From so many on the rest of the day's is for numbers that signed in before. */
  knownOnlyFrom: number;
  endsAt: Date;
};

function daysOf(tx: Tx) {
  return tx.sql<DayRow>('code_days').where({ environment_id: tx.environment.id });
}

const dayOf = ({ wallNow }: Tx): string => wallNow.toISOString().slice(0, 10);

export function knownOnlyFrom(perDay: number): number {
  return Math.floor((perDay * knownOnlyPercent) / 100);
}

/**
 * What was sent on this day, by UTC. Whoever asks for another one waits here until this transaction ends, so that none is
 * counted late.
 */
export async function lockDay(tx: Tx, perDay: number): Promise<Day> {
  const day = dayOf(tx);
  const [row] = await tx
    .sql<DayRow>('code_days')
    .insert({ environment_id: tx.environment.id, day, sent: 0 })
    .onConflict(['environment_id', 'day'])
    .merge({ sent: tx.sql.ref('code_days.sent') as never })
    .returning('sent');
  return {
    sent: row?.sent ?? 0,
    knownOnlyFrom: knownOnlyFrom(perDay),
    endsAt: addMs(new Date(day), dayMs),
  };
}

/** Counts a code for this day, or does the same for one that is not sent, so that both take as long. */
export async function countForDay(tx: Tx, { isSent }: { isSent: boolean }): Promise<void> {
  await daysOf(tx)
    .where({ day: dayOf(tx) })
    .increment('sent', isSent ? 1 : 0);
}

/** How many codes were sent on this day, by UTC. */
export async function sentToday(tx: Tx): Promise<number> {
  const row = await daysOf(tx)
    .where({ day: dayOf(tx) })
    .first('sent');
  return row?.sent ?? 0;
}
