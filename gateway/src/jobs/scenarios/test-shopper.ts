import { claimSession } from '../../checkout/claim.ts';
import { type Confirmation, confirm } from '../../checkout/confirm.ts';
import { decide } from '../../checkout/decide.ts';
import { keepAgreed } from '../../checkout/keep-agreed.ts';
import { findSession } from '../../checkout/sessions.ts';
import { isBeingConfirmed } from '../../checkout/state.ts';
import type { Context } from '../../context.ts';
import { dateIn } from '../../lib/dates.ts';
import type { Id } from '../../lib/ids.ts';
import type { Tx } from '../../lib/tx.ts';
import { listCards } from '../../processor/payment-methods.ts';
import { chooseTestMethod, type ChosenMethod } from '../../processor/test-cards.ts';
import type { TestMethodName } from '../../processor/test-methods.ts';
import type { TestPerson } from '../../shoppers/sandbox-identity.ts';
import { requireSandbox } from './arrange-fault.ts';
import { makeKnownShopper } from './known-shopper.ts';

/** A test person comes to a session of the merchant, already known: it becomes theirs. */
export async function claimAs(
  tx: Tx,
  input: { sessionId: string; merchantId: string; person: TestPerson },
): Promise<Id<'shp'>> {
  requireSandbox(tx);
  const { sessionId, merchantId } = input;
  await findSession(tx, { sessionId, merchantId });
  const shopperId = await makeKnownShopper(tx, input.person, dateIn(tx.environment.timeZone, tx.now));
  await claimSession(tx, { sessionId, shopperId });
  return shopperId;
}

/** A named test card for a shopper, saved by the processor where it is new; not to be called in a transaction. */
export async function chooseCard(
  context: Context,
  read: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>,
  input: { environmentId: string; shopperId: string; name: TestMethodName },
): Promise<ChosenMethod> {
  const known = await read((tx) => listCards(tx, input.shopperId));
  return chooseTestMethod(context.processorFor('sandbox'), { ...input, known });
}

/** What the hosted page does when the shopper agrees. A decline is an outcome: it is kept with its assessment. */
export async function decideAndConfirm(
  tx: Tx,
  input: Parameters<typeof confirm>[1],
): Promise<Confirmation | { declineCode: string }> {
  const session = await findSession(tx, { sessionId: input.sessionId });
  if (session.status === 'open' && !isBeingConfirmed(session)) {
    const { assessment } = await decide(tx, input);
    if (assessment.outcome === 'declined') return { declineCode: String(assessment.declineCode) };
  }
  const confirmation = await confirm(tx, input);
  await keepAgreed(tx, confirmation.session);
  return confirmation;
}
