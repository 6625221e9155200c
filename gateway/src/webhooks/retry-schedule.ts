import { addMs, hourMs, minuteMs } from '../lib/dates.ts';

/** What lies between an attempt and the one before it; the first is made at once. Ten attempts span three days. */
const delaysMs = [
  0,
  5_000,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
  20 * hourMs,
  24 * hourMs,
] as const;

/** Each delay is up to so much longer or shorter, or receivers that came back would be hit by all at once. */
const jitter = 0.2;

/**
 * When attempt number `attempt` (from 2) is due after one that failed at `failedAt`; undefined when there is none
 * left. `random` is a number from 0 up to 1.
 */
export function retryAt(attempt: number, failedAt: Date, random: number): Date | undefined {
  const delayMs = delaysMs[attempt - 1];
  if (delayMs === undefined) return undefined;
  return addMs(failedAt, Math.round(delayMs * (1 + jitter * (2 * random - 1))));
}
