import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { addDays, dateIn, dayMs, startOf } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import { transact, type TxOptions } from '../lib/tx.ts';
import {
  announceClock,
  findSandbox,
  moveClock,
  releaseClock,
  type Sandbox,
} from '../merchants/environments.ts';
import { bringForward, findOpenAttempts, isUnderWay } from '../processor/attempts.ts';
import { carryOut } from '../processor/carry-out.ts';
import { closeBusinessDay } from './close-business-day.ts';
import { finishAttempt } from './finish-attempt.ts';

/** One request walks at most this far, so that it answers in time; a longer way is walked in several. */
export const furthestDays = 31;

/** Another process's payment is waited for as long as its lease lasts, looking so often. */
const waitMs = 50;
const mostWaits = 600;

/**
 * Advances a sandbox's clock to `to`, one business date after the other: the clock moves to the start of the date,
 * the sweeps run, payments that they started are carried out, then comes the next date. Writes are refused meanwhile.
 * What was cut off is resumed by asking again. Errors: `clock_moving`, `validation_failed`.
 */
export async function advanceClock(
  context: Context,
  input: { sandboxId: string; to: Date },
): Promise<Sandbox> {
  const sandbox = await requireSandbox(context, input.sandboxId);
  requireReachable(sandbox, input.to);
  if (!(await announceClock(context, sandbox.id, input.to))) {
    throw new GatewayError('clock_moving', {
      detail: 'The clock is already being advanced to another instant.',
      hint: 'Wait until it has arrived. An advance that was cut off is resumed by asking for its instant again.',
      retryAfterSeconds: 1,
    });
  }
  // The date at which an earlier advance was cut off may not have been swept.
  await passTime(context, sandbox.id);
  for (const instant of startsOfDates(sandbox, input.to)) {
    await endDate(context, sandbox.id);
    await moveClock(context, sandbox.id, instant);
    await passTime(context, sandbox.id);
  }
  if (await moveClock(context, sandbox.id, input.to)) await passTime(context, sandbox.id);
  await releaseClock(context, sandbox.id);
  return requireSandbox(context, sandbox.id);
}

/** The starts of the business dates after the sandbox's present one, up to and including `to`. */
function startsOfDates(sandbox: Sandbox, to: Date): Date[] {
  const starts: Date[] = [];
  let date = addDays(dateIn(sandbox.timeZone, sandbox.clockAt), 1);
  for (let start = startOf(date, sandbox.timeZone); start <= to; start = startOf(date, sandbox.timeZone)) {
    starts.push(start);
    date = addDays(date, 1);
  }
  return starts;
}

/** Sweeps, then the payments that follow from them. */
async function passTime(context: Context, environmentId: string): Promise<void> {
  await closeBusinessDay(context, { environmentId, access: 'clock' });
  await finishPayments(context, environmentId);
}

/** Before a business date is over, whatever still waits for its next try by the wall's clock gets it. */
async function endDate(context: Context, environmentId: string): Promise<void> {
  const options: TxOptions = {
    environmentId,
    actor: { kind: 'system', id: 'advance-clock' },
    access: 'clock',
  };
  await transact(context, options, bringForward);
  await finishPayments(context, environmentId);
}

/**
 * Carries out every payment that is due, each once, and those that follow from them, and waits for those that another
 * process has begun: the clock must not leave a date while money of that date is under way.
 */
async function finishPayments(context: Context, environmentId: string): Promise<void> {
  const tried = new Set<string>();
  for (let waits = 0; waits < mostWaits;) {
    const open = await findOpenAttempts(context, { limit: 100, movingEnvironmentId: environmentId });
    const untried = open.filter(({ attemptId }) => !tried.has(attemptId));
    for (const { attemptId } of untried) {
      tried.add(attemptId);
      try {
        await carryOut(context, { environmentId, attemptId, access: 'clock' }, finishAttempt);
      } catch (error) {
        context.log.error({ err: error, attempt: attemptId }, 'a payment attempt failed and stays open');
      }
    }
    if (untried.length > 0) continue;
    if (!(await isUnderWay(context, environmentId))) return;
    waits += 1;
    await sleep(waitMs);
  }
}

async function requireSandbox(context: Context, sandboxId: string): Promise<Sandbox> {
  const sandbox = await findSandbox(context, sandboxId);
  if (!sandbox) throw new GatewayError('not_found', { detail: 'There is no such sandbox.' });
  return sandbox;
}

function requireReachable(sandbox: Sandbox, to: Date): void {
  const refuse = (code: string, detail: string, hint: string): GatewayError =>
    new GatewayError('validation_failed', { detail, hint, errors: [{ pointer: '/to', code }] });
  if (to < sandbox.clockAt) {
    throw refuse(
      'in_the_past',
      `The clock already stands at ${sandbox.clockAt.toISOString()}.`,
      'A clock only moves forward.',
    );
  }
  if (to.getTime() - sandbox.clockAt.getTime() > furthestDays * dayMs) {
    throw refuse(
      'too_far',
      `One request advances at most ${furthestDays} days.`,
      'Advance in several steps.',
    );
  }
}
