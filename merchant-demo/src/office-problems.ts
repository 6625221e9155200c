import { MorrowError } from '@morrow/sdk-js/server';
import type { Problem } from './pages/office/order.ts';
import type { Texts } from './texts/index.ts';

/** An amount that is none. */
export class FormError extends Error {}

/** What to tell the staff when their work was refused; undefined when it was done. */
export async function problemOf({ office }: Texts, work: () => Promise<void>): Promise<Problem | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof FormError) return { title: office.checkAmount, text: office.badAmount };
    if (!(error instanceof MorrowError)) throw error;
    // Without an answer, or with that of a server in trouble, it may have been done all the same.
    if (error.status === 0 || error.status >= 500) {
      return { title: office.unreachable, text: office.unreachableText };
    }
    // The gateway's sentences are written for developers and staff; a shopper never sees them.
    const text = [error.detail ?? error.message, error.hint].filter((part) => part !== undefined).join(' ');
    return { title: office.refusedBy(error.code), text };
  }
}
