import type { Environment, TxHost } from '../../lib/tx.ts';
import { DeadlinePassed, withDeadline } from '../../processor/deadline.ts';
import { type DeskAnswer, DeskDown, type DeskQuestion, type FunderDesk } from './port.ts';
import { createSandboxDesk } from './sandbox-desk.ts';

export type Desks = {
  deskOf: (kind: Environment['kind']) => FunderDesk;
  /** So long a checkout waits for one answer. */
  deadlineMs: number;
};

/** What asking desks needs of the process it runs in. */
export type DeskHost = TxHost & { desks?: Desks | undefined };

/** So long a checkout waits for a funder. */
export const deskDeadlineMs = 2_000;

/**
 * The desks of a process: those that it was given (`http/desks/desks.ts`), else those of sandboxes, which answer from the
 * database.
 */
export function desksOf(host: DeskHost): Desks {
  if (host.desks) return host.desks;
  return {
    deadlineMs: deskDeadlineMs,
    deskOf(kind) {
      if (kind === 'sandbox') return createSandboxDesk(host.db);
      throw new Error('this process was given no desks of live');
    },
  };
}

/** Asks one desk. Whatever it does but answer in time is an outage: the answer is unknown. */
export async function askDesk(
  { deskOf, deadlineMs: limit }: Desks,
  kind: Environment['kind'],
  question: DeskQuestion,
): Promise<DeskAnswer> {
  return orUnknown(withDeadline(limit, deskOf(kind).ask(question)), { status: 'unknown' });
}

/** Tells one desk that what it accepted is not wanted any more. */
export async function withdrawFromDesk(
  { deskOf, deadlineMs: limit }: Desks,
  kind: Environment['kind'],
  question: DeskQuestion,
): Promise<'withdrawn' | 'unknown'> {
  return orUnknown(withDeadline(limit, deskOf(kind).withdraw(question)), 'unknown');
}

async function orUnknown<T>(answer: Promise<T>, unknown: T): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof DeadlinePassed || error instanceof DeskDown) return unknown;
    throw error;
  }
}
