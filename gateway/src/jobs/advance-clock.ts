import type { Context } from '../context.ts';
import { addDays, dateIn, dayMs, startOf } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import {
  announceClock,
  findSandbox,
  moveClock,
  releaseClock,
  type Sandbox,
} from '../merchants/environments.ts';
import { findOpenAttempts } from '../processor/attempts.ts';
import { carryOut } from '../processor/carry-out.ts';
import { closeBusinessDay } from './close-business-day.ts';
import { finishAttempt } from './finish-attempt.ts';

/** One request walks at most this far, so that it answers in time; a longer way is walked in several. */
export const furthestDays = 31;

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
      detail: 'The clock is already being advanced.',
      retryAfterSeconds: 1,
    });
  }
  // The date at which an earlier advance was cut off may not have been swept.
  await passTime(context, sandbox.id);
  for (const instant of stepsOf(sandbox, input.to)) {
    await moveClock(context, sandbox.id, instant);
    await passTime(context, sandbox.id);
  }
  await releaseClock(context, sandbox.id);
  return requireSandbox(context, sandbox.id);
}

/** The starts of the business dates on the way, and the end of the way. */
function stepsOf(sandbox: Sandbox, to: Date): Date[] {
  const steps: Date[] = [];
  let date = addDays(dateIn(sandbox.timeZone, sandbox.clockAt), 1);
  for (let start = startOf(date, sandbox.timeZone); start < to; start = startOf(date, sandbox.timeZone)) {
    steps.push(start);
    date = addDays(date, 1);
  }
  return [...steps, to];
}

/** Sweeps, then the payments that follow from them, as long as one leads to another. */
async function passTime(context: Context, environmentId: string): Promise<void> {
  await closeBusinessDay(context, { environmentId, access: 'clock' });
  for (;;) {
    const open = await findOpenAttempts(context, { limit: 100, movingEnvironmentId: environmentId });
    if (open.length === 0) return;
    for (const { attemptId } of open) {
      try {
        await carryOut(context, { environmentId, attemptId, access: 'clock' }, finishAttempt);
      } catch (error) {
        context.log.error({ err: error, attempt: attemptId }, 'a payment attempt failed and stays open');
      }
    }
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
