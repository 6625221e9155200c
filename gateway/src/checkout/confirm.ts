import { withdrawAsks, startAsks } from '../credit/desks/asks.ts';
import { tryAgain } from '../credit/desks/breaker.ts';
import { releaseHold } from '../credit/holds.ts';
import { lockLine } from '../credit/lines.ts';
import type { Visit } from '../fraud/signals.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { findMerchant, type Merchant } from '../merchants/merchants.ts';
import { latestAssessment } from '../pay-score/assessments.ts';
import type { PlanSnapshot } from '../plans/snapshot.ts';
import { type Attempt, startAttempt } from '../processor/attempts.ts';
import { findPaymentMethod } from '../processor/payment-methods.ts';
import type { FinalOutcome } from '../processor/port.ts';
import type { Burden } from '../protection/affordability.ts';
import { holdWithFunder } from './hold-offer.ts';
import { factsForPurchase, requireProtected } from './protect-purchase.ts';
import { requireUsableCard } from './screen-purchase.ts';
import { sessionOffer, type SessionTerms } from './session-offers.ts';
import {
  type CheckoutSession,
  findSession,
  lockSession,
  recordSessionEvent,
  updateSession,
} from './sessions.ts';
import { isBeingConfirmed, isOver, requireOpen } from './state.ts';
import { tokenExpiry } from './token.ts';

export type Confirmation = {
  session: CheckoutSession;
  /** Set while the down payment still has to be held. */
  downAttemptId?: string;
  /** Set while a funder still has to accept: `askFunders` asks, after the transaction. */
  asksFunders?: true;
  /** Set where a large share of income is bound by it: whoever shows a page has to have said so before. */
  warning?: Burden;
};

/**
 * The shopper agrees to one of the offers: credit is held with a funder and the agreed plan is frozen. Where the funder
 * has to accept it, the session stays open until it has (`askFunders`); where the plan has a down payment, until the
 * processor holds it (`finishDownHold`); otherwise it is confirmed at once. Agreeing again to the same plan, as from a
 * second tab, returns the session as it is.
 *
 * @throws GatewayError `payment_declined` for a card that the rules against fraud do not let through, `state_conflict`
 *   also when the rules of protection refuse by now what the decision allowed.
 */
export async function confirm(
  tx: Tx,
  input: {
    sessionId: string;
    shopperId: string;
    planCode: string;
    paymentMethodId: string;
    /** The day of the month that the shopper chose for a plan by the month. */
    repaymentDay?: number | undefined;
    /** From where the shopper agrees. */
    visit?: Visit | undefined;
  },
): Promise<Confirmation> {
  const { currency } = await findSession(tx, input);
  const line = await lockLine(tx, input.shopperId, currency);
  const session = await lockSession(tx, input.sessionId);
  const repeated = repeatedConfirmation(tx, session, input);
  if (repeated) return repeated;
  requireOpen(tx, session, input.shopperId);
  if (!line) throw new GatewayError('state_conflict', { detail: 'This checkout has not been decided yet.' });

  const merchant = await findMerchant(tx, session.merchantId);
  const { terms, score } = await agreedTerms(tx, { ...input, session, merchant });
  const method = await findPaymentMethod(tx, { id: input.paymentMethodId, shopperId: input.shopperId });
  const { shopperId, visit } = input;
  await requireUsableCard(tx, { session, merchant, shopperId, line, visit, paymentMethodId: method.id });
  const facts = await factsForPurchase(tx, { shopperId, terms });
  const { planCode, sessionId } = input;
  const held = await holdWithFunder(tx, { line, terms, planCode, sessionId, score });
  const { warns, burden } = requireProtected(facts, { terms, line, offer: held.offer });
  const reserved = await reserve(tx, session, { ...held, methodId: method.id });
  return { ...reserved, ...(warns && { warning: burden }) };
}

/**
 * Writes to a session what was held for it. Where a funder has to accept it first, that is all for now; else the
 * confirmation goes on.
 */
export async function reserve(
  tx: Tx,
  session: CheckoutSession,
  held: Pick<Held, 'hold' | 'snapshot' | 'toAsk'> & { methodId: string },
): Promise<Confirmation> {
  const { hold, snapshot, toAsk, methodId } = held;
  const change = {
    confirmed_offer: JSON.stringify(snapshot) as never,
    hold_id: hold.id,
    payment_method_id: methodId,
    agreed_at: tx.now,
  };
  if (toAsk.length === 0) return goOn(tx, session, { snapshot, methodId, change });
  await startAsks(tx, { sessionId: session.id, holdId: hold.id, currency: hold.currency, shares: toAsk });
  await tryAgain(
    tx,
    toAsk.map(({ funderId }) => funderId),
  );
  const asking = await updateSession(tx, session, { ...change, funders_asked_at: tx.wallNow });
  return { session: asking, asksFunders: true };
}

type Held = Awaited<ReturnType<typeof holdWithFunder>>;

/** Every funder carries it: the session is confirmed, once its down payment is held where there is one. */
export async function goOn(
  tx: Tx,
  session: CheckoutSession,
  input: { snapshot: PlanSnapshot; methodId: string; change: Parameters<typeof updateSession>[2] },
): Promise<Confirmation> {
  const { snapshot, methodId, change } = input;
  if (snapshot.down_payment === 0) return { session: await markConfirmed(tx, session, change) };
  const downAttemptId = await startAttempt(tx, {
    purpose: 'down_hold',
    subjectId: session.id,
    amount: BigInt(snapshot.down_payment),
    currency: session.currency,
    paymentMethodId: methodId,
  });
  return {
    session: await updateSession(tx, session, { ...change, down_attempt_id: downAttemptId }),
    downAttemptId,
  };
}

/** The session is open again, as if nothing had been agreed; its hold is the caller's to release. */
export function reopen(tx: Tx, session: CheckoutSession): Promise<CheckoutSession> {
  return updateSession(tx, session, {
    confirmed_offer: null,
    hold_id: null,
    payment_method_id: null,
    down_attempt_id: null,
    funders_asked_at: null,
    agreed_at: null,
    agreed_texts: JSON.stringify([]) as never,
  });
}

/**
 * What the processor said of the down payment. Held: the session is confirmed, or, when it ended meanwhile, the
 * money is let go. Refused: the credit is released and the session is open again for another card.
 */
export async function finishDownHold(tx: Tx, attempt: Attempt, outcome: FinalOutcome): Promise<void> {
  const before = await findSession(tx, { sessionId: attempt.subjectId });
  await lockLine(tx, before.shopperId ?? '', before.currency);
  const session = await lockSession(tx, attempt.subjectId);
  const waiting =
    session.status === 'open' && session.downAttemptId === attempt.id && !isOver(session, tx.wallNow);
  if (outcome.status === 'succeeded') {
    if (waiting) {
      await markConfirmed(tx, session, {});
      return;
    }
    await startAttempt(tx, {
      purpose: 'down_release',
      subjectId: session.id,
      amount: attempt.amount,
      currency: attempt.currency,
      target: outcome.reference,
    });
  } else if (
    outcome.status === 'failed' &&
    session.downAttemptId === attempt.id &&
    session.holdId &&
    session.confirmedOffer
  ) {
    await releaseHold(tx, session.holdId, BigInt(session.confirmedOffer.financed), 'released');
    await withdrawAsks(tx, session.holdId);
    await reopen(tx, session);
  }
}

function repeatedConfirmation(
  tx: Tx,
  session: CheckoutSession,
  input: { shopperId: string; planCode: string },
): Confirmation | undefined {
  if (session.shopperId !== input.shopperId || session.confirmedOffer?.code !== input.planCode)
    return undefined;
  if (session.status === 'confirmed' && !isOver(session, tx.wallNow)) return { session };
  if (session.status === 'completed') return { session };
  if (session.status === 'open' && session.downAttemptId)
    return { session, downAttemptId: session.downAttemptId };
  if (session.status === 'open' && session.fundersAskedAt && !isOver(session, tx.wallNow))
    return { session, asksFunders: true };
  return undefined;
}

/** What the offers are made from today, provided that the latest assessment approved this plan. */
async function agreedTerms(
  tx: Tx,
  input: {
    session: CheckoutSession;
    merchant: Merchant;
    planCode: string;
    repaymentDay?: number | undefined;
  },
): Promise<{ terms: SessionTerms; score: number }> {
  const { session, merchant, planCode, repaymentDay } = input;
  if (isBeingConfirmed(session)) {
    throw new GatewayError('state_conflict', { detail: 'Another plan of this checkout is being confirmed.' });
  }
  const assessment = await latestAssessment(tx, session.id);
  const terms = { session, merchant, annualRatePpm: assessment?.annualRatePpm ?? null, repaymentDay };
  const isOffered = sessionOffer(tx, terms, planCode) !== undefined;
  if (!isOffered || assessment?.outcome !== 'approved' || !assessment.offers.includes(planCode)) {
    throw new GatewayError('validation_failed', {
      detail: 'This plan was not offered.',
      errors: [{ pointer: '/plan_code', code: 'not_offered' }],
    });
  }
  return { terms, score: assessment.score };
}

async function markConfirmed(
  tx: Tx,
  session: CheckoutSession,
  change: Parameters<typeof updateSession>[2],
): Promise<CheckoutSession> {
  const confirmed = await updateSession(tx, session, {
    ...change,
    status: 'confirmed',
    confirmed_at: tx.wallNow,
    token_expires_at: tokenExpiry(tx),
  });
  await recordSessionEvent(tx, 'checkout_session.confirmed', confirmed);
  return confirmed;
}
