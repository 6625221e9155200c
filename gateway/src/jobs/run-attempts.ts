import type { Context } from '../context.ts';
import { poll, type PollOptions } from '../events/poll.ts';
import { GatewayError } from '../lib/errors.ts';
import { traced } from '../lib/traces.ts';
import { findOpenAttempts } from '../processor/attempts.ts';
import { carryOut } from '../processor/carry-out.ts';
import { attemptHooks, finishAttempt } from './finish-attempt.ts';

/** Attempts under way at once; they wait on the processor, not on this machine. */
const batchSize = 16;

/** Carries out what is to be asked of the processor, until the signal. Every process may run it. */
export function runAttempts(context: Context, options: PollOptions): Promise<void> {
  return poll(context.log, 'attempts', options, () => carryOutOpen(context));
}

/** One round over what is open now in all environments. One attempt's failure never holds up another. */
export async function carryOutOpen(context: Context): Promise<number> {
  const open = await findOpenAttempts(context, { limit: batchSize });
  await Promise.all(
    open.map(async ({ environmentId, attemptId }) => {
      try {
        await traced(context, 'attempt', environmentId, () =>
          carryOut(context, { environmentId, attemptId }, finishAttempt, attemptHooks),
        );
      } catch (error) {
        // The sandbox's clock has begun to move since the look; its mover carries the attempt out.
        if (error instanceof GatewayError && error.code === 'clock_moving') return;
        context.log.error({ err: error, attempt: attemptId }, 'a payment attempt failed and stays open');
      }
    }),
  );
  return open.length;
}
