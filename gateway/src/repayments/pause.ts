import type { CalendarDate } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import type { PlanEntry } from '../plans/schedule.ts';
import { enterOnPlan } from './enter.ts';
import { readLog } from './log.ts';
import { lockPlan, type Plan, todayOf } from './plans.ts';

type PauseRow = {
  environment_id: string;
  plan_id: string;
  source_id: string;
  started_on: CalendarDate;
  until: CalendarDate;
  ended_on: CalendarDate | null;
};

/**
 * Stops a plan's dues for `sourceId`, a return or an arrangement, as far as is known until the date `until`. Several
 * sources may stop the same plan; what is expected is the latest of their dates. A plan without a debt has no dues to
 * stop. The line and the order are locked before.
 */
export async function pausePlan(
  tx: Tx,
  input: { planId: string; sourceId: string; until: CalendarDate },
): Promise<void> {
  const { planId, sourceId, until } = input;
  const plan = await lockPlan(tx, planId);
  if (plan.status !== 'active') return;
  const others = await openPauses(tx, planId);
  await tx.sql<PauseRow>('plan_pauses').insert({
    environment_id: tx.environment.id,
    plan_id: planId,
    source_id: sourceId,
    started_on: todayOf(tx, plan),
    until,
  });
  await expectUntil(tx, plan, { sourceId, dates: [until, ...others] });
}

/** A pause of one source that was expected to be over by today goes on until `until`; any other stays as it is. */
export async function extendPause(
  tx: Tx,
  { planId, sourceId, until }: { planId: string; sourceId: string; until: CalendarDate },
): Promise<void> {
  const plan = await lockPlan(tx, planId);
  const extended = await tx
    .sql<PauseRow>('plan_pauses')
    .where({ environment_id: tx.environment.id, plan_id: planId, source_id: sourceId })
    .whereNull('ended_on')
    .where('until', '<=', todayOf(tx, plan))
    .update({ until });
  // A hardship arrangement and a charge-off have ended it in the log.
  if (extended === 0 || !isPaused(await readLog(tx, planId))) return;
  await expectUntil(tx, plan, { sourceId, dates: await openPauses(tx, planId) });
}

/**
 * Ends the pause of one source. The dues go on when it was the last, moved by the days that they stood still. Ending
 * what is not on changes nothing.
 */
export async function resumePlan(tx: Tx, input: { planId: string; sourceId: string }): Promise<void> {
  const { planId, sourceId } = input;
  const plan = await lockPlan(tx, planId);
  const ended = await tx
    .sql<PauseRow>('plan_pauses')
    .where({ environment_id: tx.environment.id, plan_id: planId, source_id: sourceId })
    .whereNull('ended_on')
    .update({ ended_on: todayOf(tx, plan) });
  // A hardship arrangement and a charge-off end every pause in the log.
  if (ended === 0 || !isPaused(await readLog(tx, planId))) return;
  const dates = await openPauses(tx, planId);
  if (dates.length > 0) return expectUntil(tx, plan, { sourceId, dates });
  await enterOnPlan(tx, { planId, entry: { kind: 'resume' }, sourceId });
}

/** Whether the dues stand still after this log. */
export function isPaused(log: readonly PlanEntry[]): boolean {
  const ending: PlanEntry['kind'][] = ['resume', 'hardship', 'charge_off'];
  return log.findLast(({ kind }) => kind === 'pause' || ending.includes(kind))?.kind === 'pause';
}

/** Enters the latest of the dates as the end that is expected; what should have ended by now is expected today. */
async function expectUntil(
  tx: Tx,
  plan: Plan,
  { sourceId, dates }: { sourceId: string; dates: readonly CalendarDate[] },
): Promise<void> {
  const until = [todayOf(tx, plan), ...dates].toSorted().at(-1) ?? '';
  await enterOnPlan(tx, { planId: plan.id, entry: { kind: 'pause', until }, sourceId });
}

async function openPauses(tx: Tx, planId: string): Promise<CalendarDate[]> {
  const rows = await tx
    .sql<PauseRow>('plan_pauses')
    .where({ environment_id: tx.environment.id, plan_id: planId })
    .whereNull('ended_on')
    .select('until');
  return rows.map(({ until }) => until);
}
