import { addMs, dayMs, hourMs, minuteMs } from '../../lib/dates.ts';
import { deleteSome } from '../../lib/delete-some.ts';
import type { Tx } from '../../lib/tx.ts';
import { type AskRow, asksOf } from './asks.ts';
import type { BreakerRule, Scope } from './rules.ts';

export type PauseRow = {
  environment_id: string;
  scope: Scope;
  begins_with: string;
  started_at: Date;
  until: Date;
  repeats: number;
  asked: number;
  verified: number;
  ended_at: Date | null;
};

/** What may be paused: the numbers that begin with `beginsWith`, whose asks have these values. */
export type Pausable = {
  scope: Scope;
  beginsWith: string;
  of: Partial<Pick<AskRow, 'range_hash' | 'prefix'>>;
  rule: BreakerRule;
};

export type PauseNews = { news: 'paused' | 'paused_again' | 'resumed'; beginsWith: string; until?: Date };
export type PauseState = { until: Date | undefined; news?: PauseNews };

/** How far is looked back, at most so many codes for each that it takes to judge; and for how long one is waited for. */
const windowMs = hourMs;
const timesLeast = 5;
const typingMs = 2 * minuteMs;

const longestPauseMs = 4 * hourMs;

export function pausesOf(tx: Tx) {
  return tx.sql<PauseRow>('code_pauses').where({ environment_id: tx.environment.id });
}

/**
 * Until when codes to unknown numbers are paused here, by how many of those that were asked for were typed in; undefined
 * when they are sent. Begins a pause, lets some through when it is over, and by those ends it or pauses anew, longer.
 */
export async function pauseOf(tx: Tx, pausable: Pausable): Promise<PauseState> {
  const { scope, beginsWith } = pausable;
  // Locked, so that no more trials are sent than there are.
  const open = await pausesOf(tx)
    .where({ scope, begins_with: beginsWith, ended_at: null })
    .forUpdate()
    .first();
  if (!open) return pauseIfPumped(tx, pausable);
  if (open.until > tx.wallNow) return { until: open.until };
  return judgeTrials(tx, pausable, open);
}

async function pauseIfPumped(tx: Tx, { scope, beginsWith, of, rule }: Pausable): Promise<PauseState> {
  const ended = await pausesOf(tx)
    .where({ scope, begins_with: beginsWith })
    .where('ended_at', '>', addMs(tx.wallNow, -windowMs))
    .orderBy('ended_at', 'desc')
    .first('ended_at');
  // What it was paused for is not held against it again.
  const since = ended?.ended_at ?? addMs(tx.wallNow, -windowMs);
  const { asked, verified } = await countAsks(tx, of, {
    since,
    until: addMs(tx.wallNow, -typingMs),
    most: rule.least * timesLeast,
  });
  if (asked < rule.least || verified * 100 >= asked * rule.percent) return { until: undefined };
  const until = addMs(tx.wallNow, rule.pauseMs);
  await tx
    .sql<PauseRow>('code_pauses')
    .insert({
      environment_id: tx.environment.id,
      scope,
      begins_with: beginsWith,
      started_at: tx.wallNow,
      until,
      asked,
      verified,
    })
    .onConflict()
    .ignore();
  return { until, news: { news: 'paused', beginsWith, until } };
}

/** After a pause: some are sent, those are waited for, and then they decide. */
async function judgeTrials(tx: Tx, { of, rule }: Pausable, open: PauseRow): Promise<PauseState> {
  const { scope, begins_with: beginsWith } = open;
  const own = pausesOf(tx).where({ scope, begins_with: beginsWith, ended_at: null });
  const { asked, verified, newest } = await countAsks(tx, of, {
    since: open.until,
    until: tx.wallNow,
    most: rule.trials,
  });
  if (verified * 2 >= rule.trials) {
    await own.update({ ended_at: tx.wallNow });
    return { until: undefined, news: { news: 'resumed', beginsWith } };
  }
  if (asked < rule.trials) return { until: undefined };
  const waitedUntil = addMs(newest ?? tx.wallNow, typingMs);
  if (waitedUntil > tx.wallNow) return { until: waitedUntil };
  const repeats = open.repeats + 1;
  const until = addMs(tx.wallNow, Math.min(longestPauseMs, rule.pauseMs * 2 ** repeats));
  await own.update({ until, repeats });
  return { until, news: { news: 'paused_again', beginsWith, until } };
}

/** Of the newest `most` that were asked for since `since` and until `until`: how many there are, and were typed in. */
async function countAsks(
  tx: Tx,
  of: Pausable['of'],
  { since, until, most }: { since: Date; until: Date; most: number },
): Promise<{ asked: number; verified: number; newest: Date | null }> {
  const newest = asksOf(tx)
    .where(of)
    .whereNotNull('range_hash')
    .where('asked_at', '>=', since)
    .where('asked_at', '<=', until)
    .orderBy('asked_at', 'desc')
    .limit(most)
    .select('asked_at', 'verified_at')
    .as('newest');
  const [counted] = await tx.sql
    .select<{ asked: number; verified: number; newest: Date | null }[]>(
      tx.sql.raw('count(*)::int as asked, count(verified_at)::int as verified, max(asked_at) as newest'),
    )
    .from(newest);
  return counted ?? { asked: 0, verified: 0, newest: null };
}

/** How long it is kept that codes were paused, and how many were sent on a day. */
const keptMs = 90 * dayMs;

/** Deletes pauses that ended long ago and the counts of old days, a batch of each. Returns how many. */
export async function forgetCodeFigures(tx: Tx): Promise<number> {
  const oldest = addMs(tx.wallNow, -keptMs);
  const pauses = await deleteSome(tx, 'code_pauses', (query) => query.where('ended_at', '<=', oldest));
  const days = await deleteSome(tx, 'code_days', (query) =>
    query.where('day', '<', oldest.toISOString().slice(0, 10)),
  );
  return pauses + days;
}
