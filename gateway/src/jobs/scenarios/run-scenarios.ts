import type { Context } from '../../context.ts';
import { poll, type PollOptions } from '../../events/poll.ts';
import { carryOn } from './carry-on.ts';
import { claimRun } from './runs.ts';

/** Carries on the runs of scenarios that nobody is at, until the signal: long ones, and those that were cut off. */
export function runScenarios(context: Context, options: PollOptions): Promise<void> {
  return poll(context.log, 'scenarios', options, () => carryOnNext(context, options.signal));
}

/** One turn of one run; returns how many there were. A run whose turn fails waits until its lease has ended. */
export async function carryOnNext(context: Context, signal: AbortSignal): Promise<number> {
  const run = await claimRun(context);
  if (!run) return 0;
  await carryOn(context, run, signal);
  return 1;
}
