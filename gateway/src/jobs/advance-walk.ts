import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { addDays, dateIn, startOf } from '../lib/dates.ts';
import type { Id } from '../lib/ids.ts';
import { transact, type TxOptions } from '../lib/tx.ts';
import { findSandbox, moveClock, releaseClock, type Sandbox } from '../merchants/environments.ts';
import { bringForward, findOpenAttempts, hasOpenAttempts, isUnderWay } from '../processor/attempts.ts';
import { carryOut } from '../processor/carry-out.ts';
import { closeBusinessDay, nextBusinessEvent } from './close-business-day.ts';
import { attemptHooks, finishAttempt } from './finish-attempt.ts';

/** Another process's payment is waited for as long as its lease lasts, looking so often. */
const waitMs = 50;
const mostWaits = 600;

/**
 * Walks a sandbox's clock to its target: it moves to the start of the next business date, the sweeps run, payments that
 * they started are carried out, then comes the next date. Each date is committed, so whoever resumes goes on from there,
 * and two who walk at once arrive together. Dates on which nothing can happen cost one statement.
 * Stops after `mostDates`, or at the signal; says whether the clock has arrived.
 */
export async function walkClock(
  context: Context,
  sandboxId: string,
  limits: { mostDates?: number; signal?: AbortSignal } = {},
): Promise<boolean> {
  const { mostDates = Infinity, signal } = limits;
  // The date at which an earlier walk was cut off may not have been swept.
  let quietUntil = await passTime(context, sandboxId, signal);
  // What the outcome of a payment leads to is found on the date after, as it would be if no date were passed by.
  let mayFollow = true;
  let at = await findSandbox(context, sandboxId);
  for (let dates = 0; at?.target && at.clockAt < at.target; dates += 1) {
    if (dates >= mostDates || signal?.aborted) return false;
    const instant = nextInstant(at, at.target);
    const isDue = instant >= quietUntil;
    const isQuiet = !isDue && !mayFollow;
    // On its last date the walk may stop at any hour; the date is not over then.
    if (!isQuiet && endsDate(at, instant)) await endDate(context, sandboxId);
    const moved = await moveClock(context, sandboxId, instant);
    if (!isQuiet) quietUntil = await passTime(context, sandboxId, signal);
    mayFollow = isDue;
    // Where somebody else walks too, the clock may stand farther on by now.
    at = moved ? { ...at, clockAt: instant } : await findSandbox(context, sandboxId);
  }
  // The last date may have been left half-way: whoever resumes sweeps it whole.
  if (signal?.aborted) return false;
  await releaseClock(context, sandboxId);
  return true;
}

/** The start of the next business date, or the target if that comes first. */
function nextInstant({ timeZone, clockAt }: Sandbox, target: Date): Date {
  const start = startOf(addDays(dateIn(timeZone, clockAt), 1), timeZone);
  return start < target ? start : target;
}

function endsDate({ timeZone, clockAt }: Sandbox, instant: Date): boolean {
  return dateIn(timeZone, instant) !== dateIn(timeZone, clockAt);
}

/**
 * Sweeps, then the payments that follow from them. Returns the instant before which nothing more can happen by itself:
 * the beginning of time while a payment is open, because nobody knows when it will be answered.
 */
async function passTime(context: Context, environmentId: string, signal?: AbortSignal): Promise<Date> {
  await closeBusinessDay(context, { environmentId, access: 'clock', signal });
  const settled = await finishPayments(context, environmentId, signal);
  if (!settled) return new Date(0);
  const next = await transact(context, optionsFor(environmentId), nextBusinessEvent);
  return next?.at ?? new Date(8.64e15);
}

/** Before a business date is over, whatever still waits for its next try by the wall's clock gets it. */
async function endDate(context: Context, environmentId: string): Promise<void> {
  await transact(context, optionsFor(environmentId), bringForward);
  await finishPayments(context, environmentId);
}

function optionsFor(environmentId: string): TxOptions {
  return { environmentId, actor: { kind: 'system', id: 'advance-clock' }, access: 'clock' };
}

/**
 * Carries out every payment of a sandbox that is due, each once, and those that follow from them, and waits for those
 * that another process has begun: the clock must not leave a date while money of that date is under way. Says whether
 * every payment has its outcome; at the signal, whoever comes next goes on with what is left.
 */
export async function finishPayments(
  context: Context,
  environmentId: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const tried = new Set<string>();
  for (let waits = 0; waits < mostWaits;) {
    if (signal?.aborted) break;
    const open = await findOpenAttempts(context, { limit: 100, movingEnvironmentId: environmentId });
    const untried = open.filter(({ attemptId }) => !tried.has(attemptId));
    for (const { attemptId } of untried) {
      if (signal?.aborted) break;
      tried.add(attemptId);
      await finishOne(context, environmentId, attemptId);
    }
    if (untried.length > 0) continue;
    if (!(await isUnderWay(context, environmentId))) break;
    waits += 1;
    await sleep(waitMs);
  }
  return !(await hasOpenAttempts(context, environmentId));
}

async function finishOne(context: Context, environmentId: string, attemptId: Id<'att'>): Promise<void> {
  try {
    await carryOut(context, { environmentId, attemptId, access: 'clock' }, finishAttempt, attemptHooks);
  } catch (error) {
    // A sandbox may end while its payments are carried out; they end with it.
    if (!(await findSandbox(context, environmentId))) return;
    context.log.error({ err: error, attempt: attemptId }, 'a payment attempt failed and stays open');
  }
}
