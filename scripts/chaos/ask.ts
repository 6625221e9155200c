import { setTimeout as sleep } from 'node:timers/promises';
import { MorrowError } from '@morrow/sdk-js/server';

/** Counts of what clients were told. */
export type Tally = {
  /** Requests that were answered with success. */
  acknowledged: number;
  /** Requests that ended with a refusal. */
  refused: number;
  /** Times that no answer, or none that says what became of the request, came. */
  unanswered: number;
  byCode: Record<string, number>;
};

export const newTally = (): Tally => ({ acknowledged: 0, refused: 0, unanswered: 0, byCode: {} });

/** A request that nobody answered to the end of the run. */
export class Unanswered extends Error {}

/** Says nothing of the request's fate, or that it may be sent again. */
function isOpen({ status, code }: MorrowError): boolean {
  const again = ['idempotency_in_progress', 'clock_moving', 'signature_expired', 'signature_future'];
  return status === 0 || status >= 500 || status === 429 || again.includes(code);
}

/**
 * Sends a request, under one Idempotency-Key, until its fate is known: what it brought, or the code of its refusal. A
 * merchant's server does the same after a crash.
 *
 * @throws Unanswered after the deadline.
 */
export async function ask<Answer>(
  tally: Tally,
  deadline: () => number,
  send: () => Promise<Answer>,
): Promise<{ answer: Answer; code?: undefined } | { answer?: undefined; code: string }> {
  for (;;) {
    try {
      const answer = await send();
      tally.acknowledged += 1;
      return { answer };
    } catch (error) {
      if (!(error instanceof MorrowError)) throw error;
      if (!isOpen(error)) {
        tally.refused += 1;
        return { code: error.code };
      }
      tally.unanswered += 1;
      tally.byCode[error.code] = (tally.byCode[error.code] ?? 0) + 1;
      if (performance.now() > deadline()) throw new Unanswered(error.code, { cause: error });
      await sleep(150);
    }
  }
}
