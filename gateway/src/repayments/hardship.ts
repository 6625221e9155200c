import { findHold } from '../credit/holds.ts';
import { suspendLine } from '../credit/suspensions.ts';
import { addDays, addOffset, type CalendarDate, daysBetween } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import type { UpcomingSql } from '../lib/upcoming.ts';
import { accrue } from './accrue.ts';
import { enterOnPlan } from './enter.ts';
import {
  askHardship,
  currentHardship,
  endHardship,
  type Hardship,
  type HardshipReason,
  type HardshipTerms,
  isPolicyFree,
  storeGrant,
} from './hardships.ts';
import { type Installment, listInstallments } from './installments.ts';
import { readLog } from './log.ts';
import { isPaused, pausePlan, resumePlan } from './pause.ts';
import { lockDebt, lockPlan, type Plan, todayOf } from './plans.ts';
import { replacePromise } from './promises.ts';

/** The longest pause, and the most installments that what is left may be spread over. */
export const mostPausedDays = 90;
const mostPeriods = 36;
/** And at most so many times those that are left. */
const mostStretch = 2;

/**
 * Why nothing is granted: nothing is owed, easier terms are on or were arranged before, a return has stopped the dues,
 * neither a pause nor a longer term is asked for, or the terms are longer or dearer than they may be.
 */
export type HardshipRefusal = 'nothing_owed' | 'arranged_before' | 'paused' | 'terms_out_of_range';

export type HardshipAsk = {
  reason: HardshipReason;
  /** Nothing is due until then; left out for no pause. */
  pauseUntil?: CalendarDate | undefined;
  /** What is left is spread anew over so many installments; left out to keep the installments as they are. */
  periods?: number | undefined;
  /** What the shopper pays a year; by default what was agreed. */
  shopperRatePpm?: number | undefined;
};

export type HardshipAnswer =
  | { outcome: 'granted'; hardship: Hardship }
  /** The policy has granted it within two years; an operator decides. */
  | { outcome: 'asked'; hardship: Hardship }
  | { outcome: 'refused'; code: HardshipRefusal };

/** The most installments that what is left of a plan may be spread over. */
export function mostPeriodsOf(installments: readonly Installment[]): number {
  const left = installments.filter(({ amount, paidAmount }) => paidAmount < amount).length;
  return Math.min(mostPeriods, mostStretch * left);
}

/**
 * A shopper asks for easier terms on their plan, late or not yet: granted at once when the policy has not granted any
 * within two years, else kept for an operator. `by: 'operator'` grants what was asked, or what an operator thinks best.
 * From then on there are no new fees, and no new orders while it lasts.
 */
export async function arrangeHardship(
  tx: Tx,
  input: { planId: string; ask: HardshipAsk; by: 'shopper' | 'operator' },
): Promise<HardshipAnswer> {
  const plan = await lockDebt(tx, input.planId);
  const today = todayOf(tx, plan);
  const installments = await listInstallments(tx, plan.id);
  const code = await refusalOf(tx, plan, { ask: input.ask, installments, today });
  if (code) return { outcome: 'refused', code };
  const asked = await askHardship(tx, plan, { reason: input.ask.reason, today });
  if (input.by === 'shopper' && !(await isPolicyFree(tx, plan.shopperId, today)))
    return { outcome: 'asked', hardship: asked };
  const { pauseUntil: pausedUntil = null, periods = null } = input.ask;
  const terms = {
    pausedUntil,
    periods,
    shopperRatePpm: periods === null ? null : (input.ask.shopperRatePpm ?? agreedRateOf(plan)),
  };
  await accrue(tx, plan, today);
  await replacePromise(tx, plan.id, today);
  const { creditLineId: lineId } = await findHold(tx, plan.holdId);
  await suspendLine(tx, { lineId, reason: 'hardship', planId: plan.id });
  const hardship = await storeGrant(tx, plan, {
    id: asked.id,
    terms,
    by: input.by === 'shopper' ? 'policy' : 'operator',
    today,
  });
  await enterTerms(tx, plan, { id: asked.id, terms, today });
  return { outcome: 'granted', hardship };
}

function agreedRateOf({ snapshot }: Plan): number {
  return snapshot.interest?.shopper_rate_ppm ?? 0;
}

async function refusalOf(
  tx: Tx,
  plan: Plan,
  {
    ask,
    installments,
    today,
  }: { ask: HardshipAsk; installments: readonly Installment[]; today: CalendarDate },
): Promise<HardshipRefusal | undefined> {
  if (plan.status !== 'active' || mostPeriodsOf(installments) === 0) return 'nothing_owed';
  const log = await readLog(tx, plan.id);
  const current = await currentHardship(tx, plan.id);
  if (current?.status === 'granted' || log.some(({ kind }) => kind === 'hardship')) return 'arranged_before';
  if (isPaused(log)) return 'paused';
  const { pauseUntil, periods, shopperRatePpm } = ask;
  const paused = pauseUntil === undefined ? 0 : daysBetween(today, pauseUntil);
  const inRange = [
    pauseUntil !== undefined || periods !== undefined,
    pauseUntil === undefined || (paused >= 1 && paused <= mostPausedDays),
    periods === undefined ||
      (Number.isInteger(periods) && periods >= 1 && periods <= mostPeriodsOf(installments)),
    shopperRatePpm === undefined ||
      (periods !== undefined && shopperRatePpm >= 0 && shopperRatePpm <= agreedRateOf(plan)),
  ].every(Boolean);
  return inRange ? undefined : 'terms_out_of_range';
}

/** A longer term begins when its pause ends, or after one of the plan's own steps in time. */
async function enterTerms(
  tx: Tx,
  plan: Plan,
  { id, terms, today }: { id: string; terms: HardshipTerms; today: CalendarDate },
): Promise<void> {
  const { pausedUntil, periods, shopperRatePpm } = terms;
  if (periods === null) {
    if (pausedUntil !== null) await pausePlan(tx, { planId: plan.id, sourceId: id, until: pausedUntil });
    return;
  }
  await enterOnPlan(tx, {
    planId: plan.id,
    entry: {
      kind: 'hardship',
      periods,
      startsOn: pausedUntil ?? addOffset(today, plan.snapshot.cadence),
      shopperRatePpm: shopperRatePpm ?? 0,
    },
    sourceId: id,
  });
}

/** The ids of plans whose pause for hardship is over at `tx.now`. */
export async function findEndedPauses(tx: Tx): Promise<string[]> {
  const { rows } = await tx.sql.raw<{ rows: { id: string }[] }>(
    `select p.id
     from hardships h
     join plans p on p.environment_id = h.environment_id and p.id = h.plan_id
     where h.environment_id = ? and h.status = 'granted' and h.periods is null
       and h.paused_until <= (?::timestamptz at time zone p.time_zone)::date
     order by p.id`,
    [tx.environment.id, tx.now],
  );
  return rows.map(({ id }) => id);
}

/** Lets the dues of a plan go on whose pause for hardship is over, and its shopper order again. */
export async function endPause(tx: Tx, planId: string): Promise<void> {
  const plan = await lockDebt(tx, planId);
  const hardship = await currentHardship(tx, planId);
  const today = todayOf(tx, plan);
  if (hardship?.status !== 'granted' || hardship.periods !== null || (hardship.pausedUntil ?? '') > today)
    return;
  await resumePlan(tx, { planId, sourceId: hardship.id });
  await endHardship(tx, await lockPlan(tx, planId), today);
}

/** When a pause for hardship next ends; null without one. */
export function nextPauseEndAt(tx: Tx): UpcomingSql {
  return tx.sql.raw(
    `select min(at) as at from (
       select h.paused_until::timestamp at time zone p.time_zone as at
       from hardships h
       join plans p on p.environment_id = h.environment_id and p.id = h.plan_id
       where h.environment_id = ? and h.status = 'granted' and h.periods is null
     ) dates where at > ?`,
    [tx.environment.id, tx.now],
  );
}

/** The last date until which a pause may be asked for on `today`. */
export function latestPauseOf(today: CalendarDate): CalendarDate {
  return addDays(today, mostPausedDays);
}
