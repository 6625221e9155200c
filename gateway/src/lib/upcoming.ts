import type { Knex } from 'knex';
import { addDays, dateIn, startOf } from './dates.ts';
import type { Tx } from './tx.ts';

/**
 * SQL of one value: the earliest instant after `tx.now` at which something happens by itself, or null. What asks for many
 * such instants composes them into one statement, because a sandbox's clock asks at each of its steps.
 */
export type UpcomingSql = Knex.Raw;

/** The instant at which the next business date of the environment begins. */
export function startOfTomorrow({ environment: { timeZone }, now }: Pick<Tx, 'environment' | 'now'>): Date {
  return startOf(addDays(dateIn(timeZone, now), 1), timeZone);
}
