import { addOffset, type CalendarDate, dateIn } from '../lib/dates.ts';
import { type Id, newId } from '../lib/ids.ts';
import { maxOf } from '../lib/money.ts';
import { namedSql } from '../lib/named-sql.ts';
import type { Tx } from '../lib/tx.ts';

/**
 * A shopper's one credit line in a currency. `held` is the financed principal of active holds, `used` the principal
 * of captured orders that is still owed; both are minor units.
 */
export type CreditLine = {
  id: Id<'crl'>;
  shopperId: string;
  currency: string;
  /** Where the limit may grow to; the limit itself starts at about a tenth of it. */
  targetLimit: bigint;
  limit: bigint;
  /** What new plans with interest cost a year, in millionths. */
  annualRatePpm: number;
  openedAt: Date;
  /** Since when limit and price are what they are. */
  termsSince: Date;
  /** The business date from which on they are reviewed; null while nothing moves the line. */
  nextReviewOn: CalendarDate | null;
  /** Grows with each change of state or terms; events carry it. */
  version: number;
  held: bigint;
  used: bigint;
  /** What a friend's active guarantee adds to the limit, and what the shopper has set aside for friends. */
  guaranteed: bigint;
  pledged: bigint;
  status: 'active' | 'suspended';
};

type LineRow = {
  environment_id: string;
  id: Id<'crl'>;
  shopper_id: string;
  currency: string;
  target_limit: bigint;
  limit_amount: bigint;
  annual_rate_ppm: number;
  terms_since: Date;
  next_review_on: CalendarDate | null;
  held: bigint;
  used: bigint;
  guaranteed: bigint;
  pledged: bigint;
  status: CreditLine['status'];
  version: number;
  created_at: Date;
};

/** What of a line decides about what is available. */
type Taken = Pick<CreditLine, 'limit' | 'held' | 'used' | 'guaranteed' | 'pledged'>;

/** What may still be held: never below zero, also when a chargeback has pushed `used` above the limit. */
export function availableOf({ limit, held, used, guaranteed, pledged }: Taken): bigint {
  return maxOf(0n, limit + guaranteed - pledged - used - held);
}

function toLine(row: LineRow): CreditLine {
  return {
    id: row.id,
    shopperId: row.shopper_id,
    currency: row.currency,
    targetLimit: row.target_limit,
    limit: row.limit_amount,
    annualRatePpm: row.annual_rate_ppm,
    openedAt: row.created_at,
    termsSince: row.terms_since,
    nextReviewOn: row.next_review_on,
    version: row.version,
    held: row.held,
    used: row.used,
    guaranteed: row.guaranteed,
    pledged: row.pledged,
    status: row.status,
  };
}

/** The shopper's line, locked until the transaction ends; it is the first lock of line → order → plan → funder slot. */
export async function lockLine(tx: Tx, shopperId: string, currency: string): Promise<CreditLine | undefined> {
  tx.apart(`line ${shopperId} ${currency}`);
  const [row] = await tx.query<LineRow>(lockSql, [tx.environment.id, shopperId, currency]);
  return row && toLine(row);
}

const lockSql = `select * from credit_lines
  where environment_id = $1 and shopper_id = $2 and currency = $3 for update`;

/** The shopper's line without a lock, for pages and reports. */
export async function findLine(tx: Tx, shopperId: string, currency: string): Promise<CreditLine | undefined> {
  const row = await tx
    .sql<LineRow>('credit_lines')
    .where({ environment_id: tx.environment.id, shopper_id: shopperId, currency })
    .first();
  return row && toLine(row);
}

/** All lines of a shopper, one a currency. */
export async function listLines(tx: Tx, shopperId: string): Promise<CreditLine[]> {
  const rows = await tx
    .sql<LineRow>('credit_lines')
    .where({ environment_id: tx.environment.id, shopper_id: shopperId })
    .orderBy('currency');
  return rows.map(toLine);
}

/** Opens a line for a shopper who has none; of two that try at once, both get the same one. */
export async function openLine(
  tx: Tx,
  input: { shopperId: string; currency: string; targetLimit: bigint; limit: bigint; annualRatePpm: number },
): Promise<CreditLine> {
  await tx
    .sql('credit_lines')
    .insert({
      environment_id: tx.environment.id,
      id: newId('crl'),
      shopper_id: input.shopperId,
      currency: input.currency,
      target_limit: input.targetLimit,
      limit_amount: input.limit,
      annual_rate_ppm: input.annualRatePpm,
      terms_since: tx.now,
      held: 0n,
      used: 0n,
      status: 'active',
      created_at: tx.now,
    })
    .onConflict(['environment_id', 'shopper_id', 'currency'])
    .ignore();
  const line = await lockLine(tx, input.shopperId, input.currency);
  if (!line) throw new Error('the credit line was not stored');
  return line;
}

/**
 * Sets the terms of a locked line and returns its version. Confirmed holds are honoured whatever the new limit is, and
 * plans that were agreed keep their price.
 */
export async function setTerms(
  tx: Tx,
  lineId: Id<'crl'>,
  { limit, annualRatePpm }: Pick<CreditLine, 'limit' | 'annualRatePpm'>,
): Promise<number> {
  const [row] = await tx
    .sql<LineRow>('credit_lines')
    .where({ environment_id: tx.environment.id, id: lineId })
    .update({
      limit_amount: limit,
      annual_rate_ppm: annualRatePpm,
      terms_since: tx.now,
      version: tx.sql.raw('version + 1') as never,
    })
    .returning('version');
  if (!row) throw new Error(`there is no credit line ${lineId}`);
  return row.version;
}

/** Says from which business date on a line is reviewed next; null: not before something moves it. */
export async function scheduleReview(tx: Tx, lineId: Id<'crl'>, on: CalendarDate | null): Promise<void> {
  await tx
    .sql<LineRow>('credit_lines')
    .where({ environment_id: tx.environment.id, id: lineId })
    .update({ next_review_on: on });
}

/** Locks every line of a shopper: whoever confirms something locks one before anything of the shopper's. */
export async function lockLinesOf(tx: Tx, shopperId: string): Promise<void> {
  await tx
    .sql<LineRow>('credit_lines')
    .where({ environment_id: tx.environment.id, shopper_id: shopperId })
    .orderBy('id')
    .forUpdate()
    .select('id');
}

/** Nobody reviews the lines of a shopper who was erased. */
export async function endReviews(tx: Tx, shopperId: string): Promise<void> {
  await tx
    .sql<LineRow>('credit_lines')
    .where({ environment_id: tx.environment.id, shopper_id: shopperId })
    .update({ next_review_on: null });
}

/** The first day of the month after `date`: what a month was like is known when it is over. */
export function afterMonthOf(date: CalendarDate): CalendarDate {
  return addOffset(`${date.slice(0, 8)}01`, { months: 1 });
}

const moveSql = namedSql<'environment' | 'line' | 'held' | 'used' | 'monthEnd' | 'isRepaid' | 'today'>(
  `update credit_lines set held = held + :held, used = used + :used,
     next_review_on = least(coalesce(next_review_on, :monthEnd::date),
       case when :isRepaid::boolean and terms_since = created_at then :today::date end)
   where environment_id = :environment and id = :line`,
);

/**
 * Moves `held` and `used` of a line by these amounts, positive or negative. A line that moves is reviewed when the month
 * is over; one that still stands on its first terms as soon as something of it was repaid.
 */
export async function moveLine(
  tx: Tx,
  lineId: string,
  change: { held?: bigint; used?: bigint },
): Promise<void> {
  const { held = 0n, used = 0n } = change;
  const today = dateIn(tx.environment.timeZone, tx.now);
  tx.later(
    moveSql({
      environment: tx.environment.id,
      line: lineId,
      held,
      used,
      monthEnd: afterMonthOf(today),
      isRepaid: used < 0n,
      today,
    }),
  );
}

/** Moves what friends guarantee on a line, or what is set aside on it for friends, by these amounts. */
export async function movePledges(
  tx: Tx,
  of: { shopperId: string; currency: string },
  change: { guaranteed?: bigint; pledged?: bigint },
): Promise<void> {
  const { guaranteed = 0n, pledged = 0n } = change;
  await tx
    .sql('credit_lines')
    .where({ environment_id: tx.environment.id, shopper_id: of.shopperId, currency: of.currency })
    .update({
      guaranteed: tx.sql.raw('guaranteed + ?', [guaranteed]),
      pledged: tx.sql.raw('pledged + ?', [pledged]),
    });
}
