import { chooseFunder, type Funder } from '../credit/funders.ts';
import { availableOf, type CreditLine, lockLine, openLine, setLimit } from '../credit/lines.ts';
import { GatewayError } from '../lib/errors.ts';
import { maxOf } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { findMerchant } from '../merchants/merchants.ts';
import {
  type Assessment,
  type DeclineCode,
  latestAssessment,
  storeAssessment,
} from '../pay-score/assessments.ts';
import { type Characteristics, readCharacteristics } from '../pay-score/characteristics.ts';
import {
  limitOf,
  lowestScore,
  policyVersion,
  refusedFromDaysPastDue,
  targetLimitOf,
} from '../pay-score/policy.ts';
import { type Score, scorecard, scoreOf } from '../pay-score/score.ts';
import type { PlanOffer } from '../plans/offers.ts';
import { sessionOffers } from './session-offers.ts';
import { type CheckoutSession, findSession, lockSession, updateSession } from './sessions.ts';
import { requireOpen } from './state.ts';

/** A session is assessed at most this often; a page that is loaded again shows the stored decision. */
const maxAssessments = 3;

export type Decision = {
  assessment: Assessment;
  line: CreditLine;
  /** Empty when declined; otherwise what the shopper may choose, with the funder that would carry it. */
  offers: PlanOffer[];
  funder: Funder | undefined;
};

/**
 * Decides whether this shopper may pay this session later: score, limit, funder, and the offers that fit. A decline is
 * a value with its code, not an error. The assessment is stored either way.
 */
export async function decide(tx: Tx, input: { sessionId: string; shopperId: string }): Promise<Decision> {
  const { currency } = await findSession(tx, { sessionId: input.sessionId });
  const line = await lockOrOpenLine(tx, input.shopperId, currency);
  const session = await lockSession(tx, input.sessionId);
  requireOpen(tx, session, input.shopperId);

  const facts = await readCharacteristics(tx, { shopperId: input.shopperId, currency });
  const score = scoreOf(facts);
  const limit = limitOf({ score: score.score, facts, targetLimit: line.targetLimit });
  const reviewed = limit === line.limit ? line : await setLimit(tx, line, limit);
  const { offers, funder } = await offersWithin(tx, session, availableOf(reviewed));
  const declineCode = declineOf({ facts, score, line: reviewed, funder, offers });

  const stored = await latestAssessment(tx, session.id);
  const assessment =
    stored && sameDecision(stored, { score: score.score, available: availableOf(reviewed), declineCode })
      ? stored
      : await assess(tx, {
          session,
          shopperId: input.shopperId,
          facts,
          score,
          line: reviewed,
          declineCode,
          offers,
        });
  return { assessment, line: reviewed, offers: declineCode ? [] : offers, funder };
}

async function lockOrOpenLine(tx: Tx, shopperId: string, currency: string): Promise<CreditLine> {
  const targetLimit = targetLimitOf(currency);
  return (
    (await lockLine(tx, shopperId, currency)) ??
    (await openLine(tx, { shopperId, currency, targetLimit, limit: 0n }))
  );
}

async function offersWithin(
  tx: Tx,
  session: CheckoutSession,
  available: bigint,
): Promise<{ offers: PlanOffer[]; funder: Funder | undefined }> {
  const merchant = await findMerchant(tx, session.merchantId);
  const offers = sessionOffers(tx, session, merchant).filter((offer) => offer.financed <= available);
  const needed = maxOf(0n, ...offers.map((offer) => offer.financed));
  const funder =
    needed > 0n ? await chooseFunder(tx, { currency: session.currency, amount: needed }) : undefined;
  return { offers, funder };
}

/** The first rule that refuses; each has a reason of its own that the shopper is told. */
function declineOf(input: {
  facts: Characteristics;
  score: Score;
  line: CreditLine;
  funder: Funder | undefined;
  offers: PlanOffer[];
}): DeclineCode | null {
  if (input.facts.daysPastDue >= refusedFromDaysPastDue) return 'overdue';
  if (input.line.status === 'suspended') return 'line_suspended';
  if (input.score.score < lowestScore) return 'score_too_low';
  if (input.offers.length === 0) return 'amount_above_available';
  if (!input.funder) return 'no_funder';
  return null;
}

function sameDecision(
  stored: Assessment,
  now: { score: number; available: bigint; declineCode: DeclineCode | null },
): boolean {
  return (
    stored.score === now.score &&
    stored.available === now.available &&
    stored.declineCode === now.declineCode &&
    stored.policyVersion === policyVersion &&
    stored.model === scorecard
  );
}

async function assess(
  tx: Tx,
  input: {
    session: CheckoutSession;
    shopperId: string;
    facts: Characteristics;
    score: Score;
    line: CreditLine;
    declineCode: DeclineCode | null;
    offers: PlanOffer[];
  },
): Promise<Assessment> {
  const { session, line, declineCode } = input;
  if (session.assessmentsCount >= maxAssessments) {
    throw new GatewayError('rate_limited', {
      detail: 'This checkout has been assessed as often as it may be.',
      hint: 'Go back to the shop and start a new checkout.',
      retryAfterSeconds: 600,
    });
  }
  await updateSession(tx, session, { assessments_count: session.assessmentsCount + 1 });
  return storeAssessment(tx, {
    shopperId: input.shopperId,
    checkoutSessionId: session.id,
    model: scorecard,
    policyVersion,
    inputs: input.facts,
    score: input.score.score,
    reasons: input.score.reasons,
    limit: line.limit,
    available: availableOf(line),
    amount: session.amount,
    currency: session.currency,
    outcome: declineCode ? 'declined' : 'approved',
    declineCode,
    offers: declineCode ? [] : input.offers.map((offer) => offer.code),
  });
}
