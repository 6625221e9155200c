import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';

/** How much longer than `idleMs` a loop that finds nothing, or fails, comes to wait. */
const mostIdle = 5;

export type PollOptions = {
  /** Ends the loop after the round it is in. */
  signal: AbortSignal;
  /** The pause between two rounds that found something; without finds it doubles, up to five times as long. */
  idleMs: number;
};

/**
 * Calls `work`, which says how much it found to do, again and again until the signal. What `work` throws is
 * logged and tried again: a lost connection must not end the process, and every round is safe to repeat.
 */
export async function poll(
  log: Logger,
  name: string,
  options: PollOptions,
  work: () => Promise<number>,
): Promise<void> {
  let pauseMs = options.idleMs;
  while (!options.signal.aborted) {
    let found = 0;
    try {
      found = await work();
    } catch (error) {
      log.error({ err: error, loop: name }, 'a round failed and will be tried again');
    }
    pauseMs = found > 0 ? options.idleMs : Math.min(2 * pauseMs, mostIdle * options.idleMs);
    // Rejects only when the signal comes, and then the loop ends.
    await sleep(pauseMs, undefined, { signal: options.signal }).catch(() => undefined);
  }
}
