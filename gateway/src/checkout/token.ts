import { addMs, minuteMs } from '../lib/dates.ts';
import { isId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { secretsEqual } from '../lib/vault.ts';
import type { CheckoutSession } from './sessions.ts';

const tokenLifeMs = 15 * minuteMs;

/** When a token that is made now stops being good, by the wall's clock. */
export function tokenExpiry(tx: Tx): Date {
  return addMs(tx.wallNow, tokenLifeMs);
}

/**
 * The checkout token of a confirmed session: its id and our stamp over everything the confirmation bound. It is
 * computed, not stored, so the database holds no secret that could be spent, and any change of the bound facts
 * makes it void.
 */
export function tokenOf(tx: Tx, session: CheckoutSession): string {
  const bound = [
    tx.environment.id,
    session.merchantId,
    session.shopperId,
    session.merchantReference,
    session.amount,
    session.currency,
    session.linesHash,
    session.holdId,
    session.confirmedAt?.toISOString(),
  ].join('\n');
  return `ctk_${session.id}.${tx.vault.stamp('checkout_token', bound)}`;
}

/** The session a token names, before anything about it has been checked; undefined when it is no token of ours. */
export function sessionIdOf(token: string): string | undefined {
  const id = /^ctk_(cs_[0-9a-f]{32})\.[A-Za-z0-9_-]{43}$/.exec(token)?.[1];
  return isId('cs', id) ? id : undefined;
}

export function isTokenOf(tx: Tx, session: CheckoutSession, token: string): boolean {
  return session.confirmedAt !== null && secretsEqual(tokenOf(tx, session), token);
}
