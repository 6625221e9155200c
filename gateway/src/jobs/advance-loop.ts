import type { Context } from '../context.ts';
import { poll, type PollOptions } from '../events/poll.ts';
import { traced } from '../lib/traces.ts';
import { claimClock, leaveClock } from '../merchants/environments.ts';
import { walkClock } from './advance-walk.ts';

/** After so many dates a clock waits its turn again, so that one on its way over ten years keeps no other waiting. */
const datesPerTurn = 366;

/** Walks the clocks that nobody walks, until the signal: those of far advances, and of advances that were cut off. */
export function runClocks(context: Context, options: PollOptions): Promise<void> {
  return poll(context.log, 'clocks', options, () => walkNextClock(context, options.signal));
}

/** One turn of one clock; returns how many there were. A clock whose turn fails waits until its lease has ended. */
export async function walkNextClock(context: Context, signal?: AbortSignal): Promise<number> {
  const sandboxId = await claimClock(context);
  if (sandboxId === undefined) return 0;
  const limits = { mostDates: datesPerTurn, ...(signal && { signal }) };
  const walk = () => walkClock(context, sandboxId, limits);
  if (!(await traced(context, 'clock', sandboxId, walk))) await leaveClock(context, sandboxId);
  return 1;
}
