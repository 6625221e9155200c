import type { Context } from '../context.ts';
import { addDays, addMs, dateIn, dayMs, startOf } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import { transact } from '../lib/tx.ts';
import { announceClock, findSandbox, leaveClock, type Sandbox } from '../merchants/environments.ts';
import { walkClock } from './advance-walk.ts';
import { nextBusinessEvent } from './close-business-day.ts';

/** One request walks at most this far, so that it answers in time; what is farther is walked behind it. */
export const daysInOneRequest = 31;

/** A request waits for the clock so long; a sandbox with much to do is walked on behind it. */
const withinMs = 20_000;

const furthestYears = 10;
export const furthestDays = furthestYears * 366;

/** Where a clock is to go: an instant, as many days on at the same time of day, or the next business event. */
export type Destination = { to: Date } | { days: number } | { until: 'next_event' };

/**
 * Advances a sandbox's clock, one business date after the other. Writes are refused until it has arrived, which the
 * answer says: within 31 days it has, unless the signal comes first; beyond that the worker walks on after the answer.
 * An advance that is cut off is resumed by the worker, or at once by asking again. `request` names the request: sent
 * twice, it advances once.
 * Errors: `clock_moving`, `validation_failed`, and `state_conflict` when nothing is going to happen by itself.
 */
export async function advanceClock(
  context: Context,
  input: { sandboxId: string; destination: Destination; request: string; signal?: AbortSignal },
): Promise<{ arrived: boolean }> {
  const { sandboxId, destination, request, signal = AbortSignal.timeout(withinMs) } = input;
  const sandbox = await requireSandbox(context, sandboxId);
  if (sandbox.lastRequest === request)
    return sandbox.target ? walkOn(context, sandbox, signal) : { arrived: true };
  const target = await targetOf(context, sandbox, destination);
  requireReachable(sandbox, target, destination);
  const leased = isNear(sandbox, target);
  const seen = 'to' in destination ? {} : { seen: sandbox.clockAt };
  if (!(await announceClock(context, { sandboxId, target, request, leased, ...seen }))) {
    throw new GatewayError('clock_moving', {
      detail: 'The clock is already being advanced.',
      hint: 'Wait until it has arrived.',
      retryAfterSeconds: 1,
    });
  }
  return walkOn(context, { ...sandbox, target }, signal);
}

async function walkOn(
  context: Context,
  sandbox: Sandbox,
  signal: AbortSignal,
): Promise<{ arrived: boolean }> {
  if (sandbox.target && !isNear(sandbox, sandbox.target)) return { arrived: false };
  const arrived = await walkClock(context, sandbox.id, { signal });
  if (!arrived) await leaveClock(context, sandbox.id);
  return { arrived };
}

function isNear(sandbox: Sandbox, target: Date): boolean {
  return target.getTime() - sandbox.clockAt.getTime() <= daysInOneRequest * dayMs;
}

/** Days are dates: the clock arrives as long after the start of the last one as it now stands after the start of today. */
async function targetOf(context: Context, sandbox: Sandbox, destination: Destination): Promise<Date> {
  if ('to' in destination) return destination.to;
  const { timeZone, clockAt } = sandbox;
  if ('days' in destination) {
    const today = dateIn(timeZone, clockAt);
    const sinceStart = clockAt.getTime() - startOf(today, timeZone).getTime();
    return addMs(startOf(addDays(today, destination.days), timeZone), sinceStart);
  }
  const next = await transact(
    context,
    { environmentId: sandbox.id, actor: { kind: 'system', id: 'advance-clock' }, access: 'read' },
    nextBusinessEvent,
  );
  if (!next) {
    throw new GatewayError('state_conflict', {
      detail: 'Nothing is going to happen by itself in this sandbox.',
      hint: 'Read clock.next_event before you ask, or advance by days.',
    });
  }
  return next.at;
}

async function requireSandbox(context: Context, sandboxId: string): Promise<Sandbox> {
  const sandbox = await findSandbox(context, sandboxId);
  if (!sandbox) throw new GatewayError('not_found', { detail: 'There is no such sandbox.' });
  return sandbox;
}

function requireReachable(sandbox: Sandbox, target: Date, destination: Destination): void {
  const [pointer = ''] = Object.keys(destination).map((name) => `/${name}`);
  const refuse = (code: string, detail: string, hint: string): GatewayError =>
    new GatewayError('validation_failed', { detail, hint, errors: [{ pointer, code }] });
  if (target < sandbox.clockAt) {
    throw refuse(
      'in_the_past',
      `The clock already stands at ${sandbox.clockAt.toISOString()}.`,
      'A clock only moves forward.',
    );
  }
  if (target.getTime() - sandbox.clockAt.getTime() > furthestDays * dayMs) {
    throw refuse(
      'too_far',
      `One request advances at most ${furthestYears} years.`,
      'Advance in several steps.',
    );
  }
}
