import { finishOpenAsks } from '../checkout/finish-open-asks.ts';
import type { Context } from '../context.ts';
import { poll, type PollOptions } from '../events/poll.ts';

/** Ends what checkouts left open with funders, until the signal. Every process may run it. */
export function runFunderAsks(context: Context, options: PollOptions): Promise<void> {
  return poll(context.log, 'funder_asks', options, () => finishOpenAsks(context));
}
