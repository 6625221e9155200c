import type { Context } from '../../context.ts';
import { startOf } from '../../lib/dates.ts';
import { GatewayError } from '../../lib/errors.ts';
import { type Tx, transact } from '../../lib/tx.ts';
import { findSandbox, leaveClock } from '../../merchants/environments.ts';
import { listInstallments } from '../../repayments/installments.ts';
import { findPlan } from '../../repayments/plans.ts';
import { advanceClock } from '../advance-clock.ts';
import { walkClock } from '../advance-walk.ts';
import { nextBusinessEvent } from '../close-business-day.ts';
import { optionsOf } from './acts.ts';
import { horizonOf, instantOf } from './moments.ts';
import type { ScenarioRun } from './runs.ts';

/** More events than any scenario's own plan can have. */
const mostEvents = 2000;

/** Where a date of a scenario, or the next business event, is now; undefined when nothing is going to happen. */
export function targetOf(context: Context, run: ScenarioRun, to: string): Promise<Date | undefined> {
  return transact(context, optionsOf(run, 'read'), async (tx) =>
    to === 'next_event' ? (await nextBusinessEvent(tx))?.at : instantOf(tx, run.state, to),
  );
}

/**
 * To the last date on which anything is to be paid, and if that was not the end, from event to event until the plan is
 * over or nothing more can come of it. False as `arriveAt`.
 */
export async function moveToEnd(context: Context, run: ScenarioRun, signal: AbortSignal): Promise<boolean> {
  for (let events = 0; events < mostEvents; events += 1) {
    if (signal.aborted) return false;
    const target = await transact(context, optionsOf(run, 'read'), (tx) => towardsEnd(tx, run));
    if (!target) return true;
    if (!(await arriveAt(context, run, target, signal))) return false;
  }
  throw new GatewayError('state_conflict', { detail: 'The plan does not come to an end.' });
}

async function towardsEnd(tx: Tx, run: ScenarioRun): Promise<Date | undefined> {
  const { status, id, timeZone } = await findPlan(tx, { planId: String(run.state.planId) });
  if (status !== 'pending' && status !== 'active') return undefined;
  const open = (await listInstallments(tx, id)).filter(({ amount, paidAmount }) => paidAmount < amount);
  const last = open.at(-1)?.dueDate;
  const lastAt = last === undefined ? undefined : startOf(last, timeZone);
  if (lastAt && lastAt > tx.now) return lastAt;
  const next = await nextBusinessEvent(tx);
  return next && next.at <= (await horizonOf(tx, run.state)) ? next.at : undefined;
}

/**
 * Moves the sandbox's clock, by the same way as everybody. Where it stands there already, or farther, nothing happens.
 * False when it has not arrived, because the signal came or because it is on its way elsewhere.
 */
export async function arriveAt(
  context: Context,
  run: ScenarioRun,
  target: Date,
  signal: AbortSignal,
): Promise<boolean> {
  const sandbox = await findSandbox(context, run.environmentId);
  if (!sandbox) throw new GatewayError('not_found', { detail: 'The sandbox has ended.' });
  // A clock that stands at its target and still has it was cut off before that date was swept.
  const isLeftThere = sandbox.target?.getTime() === target.getTime();
  if (sandbox.clockAt >= target && !isLeftThere) return sandbox.target === null;
  const { arrived } = await advanceClock(context, {
    sandboxId: run.environmentId,
    destination: { to: target },
    request: `${run.id}:${run.state.next}:${target.toISOString()}`,
    signal,
  });
  if (arrived || (await walkClock(context, run.environmentId, { signal }))) return true;
  await leaveClock(context, run.environmentId);
  return false;
}
