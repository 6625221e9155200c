import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';

/** How much longer than `idleMs` a loop that finds nothing comes to wait. */
const mostIdle = 5;
/** A loop that fails waits up to so long: whatever is away comes back to few who knock, and is soon noticed. */
const mostFailingMs = 5_000;

export type PollOptions = {
  /** Ends the loop after the round it is in. */
  signal: AbortSignal;
  /** The pause between two rounds that found something; without finds it doubles, up to five times as long. */
  idleMs: number;
};

/** How a round went: how much it found to do, or that it failed. */
export type Round = number | 'failed';

/** How long to wait after a round, by the pause before it; milliseconds. Failures double it up to five seconds. */
export function pauseAfter(round: Round, pauseMs: number, idleMs: number): number {
  const most = mostIdle * idleMs;
  if (round === 'failed') return Math.min(2 * pauseMs, Math.max(mostFailingMs, most));
  return round > 0 ? idleMs : Math.min(2 * pauseMs, most);
}

/**
 * Calls `work`, which says how much it found to do, again and again until the signal. What `work` throws is tried
 * again: a lost connection must not end the process, and every round is safe to repeat. The first failure of a kind is
 * logged, and the first round that went well after it: an hour without a database is two lines and not a million.
 */
export async function poll(
  log: Logger,
  name: string,
  options: PollOptions,
  work: () => Promise<number>,
): Promise<void> {
  const tell = toldOnce(log, name);
  let pauseMs = options.idleMs;
  while (!options.signal.aborted) {
    let round: Round = 'failed';
    try {
      round = await work();
      tell.well();
    } catch (error) {
      tell.failed(error);
    }
    pauseMs = pauseAfter(round, pauseMs, options.idleMs);
    // Rejects only when the signal comes, and then the loop ends.
    await sleep(pauseMs, undefined, { signal: options.signal }).catch(() => undefined);
  }
}

/**
 * Logs how the rounds of `loop` go, as `failure` says it, whenever that changes; `failures` is how many failed in a row.
 */
export function toldOnce(
  log: Pick<Logger, 'error' | 'info'>,
  loop: string,
  failure = 'a round failed and will be tried again',
): { well: () => void; failed: (error: unknown) => void } {
  let kind: string | undefined;
  let failures = 0;
  return {
    well() {
      if (kind !== undefined) log.info({ loop, failures }, 'the rounds go well again');
      kind = undefined;
      failures = 0;
    },
    failed(error) {
      failures += 1;
      const now = kindOf(error);
      if (now !== kind) log.error({ err: error, loop }, failure);
      kind = now;
    },
  };
}

/** Failures of one kind are told once. Messages differ by values that mean nothing here, so a code goes before them. */
function kindOf(error: unknown): string {
  const { name, code, message } = (error ?? {}) as { name?: unknown; code?: unknown; message?: unknown };
  return `${String(name)} ${String(code ?? message)}`;
}
