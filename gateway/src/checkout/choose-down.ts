import type { Tx } from '../lib/tx.ts';
import { lockSession, updateSession } from './sessions.ts';
import { requireOpen } from './state.ts';

/** What a shopper may choose to pay at once, in percent of the purchase, so that the rest can be paid later. */
export const downPercents = [10, 15, 20, 25, 30, 40, 50, 60, 70] as const;

/**
 * The shopper chooses to pay so many percent of the purchase at once: the plans in parts begin with that, and the checkout
 * is decided anew.
 *
 * @throws GatewayError as `requireOpen`.
 */
export async function chooseDown(
  tx: Tx,
  input: { sessionId: string; shopperId: string; percent: (typeof downPercents)[number] },
): Promise<void> {
  const session = await lockSession(tx, input.sessionId);
  requireOpen(tx, session, input.shopperId);
  await updateSession(tx, session, { down_percent: input.percent });
}
