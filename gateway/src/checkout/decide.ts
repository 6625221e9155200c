import { readRouting } from '../credit/candidates.ts';
import { availableOf, type CreditLine } from '../credit/lines.ts';
import { recordFunding } from '../credit/record-funding.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { findMerchant } from '../merchants/merchants.ts';
import {
  type Assessment,
  type DeclineCode,
  latestAssessment,
  storeAssessment,
} from '../pay-score/assessments.ts';
import type { Visit } from '../fraud/signals.ts';
import type { TermsPolicy } from '../pay-score/policy.ts';
import type { PayScore } from '../pay-score/score-now.ts';
import type { Protection } from '../protection/protect.ts';
import { recordProtection } from '../protection/record.ts';
import { grantRecord, judgeWithGrant, useGrant } from '../standing/grants.ts';
import { adviseOnPurchase } from './advice/purchase.ts';
import { consider } from './consider.ts';
import { factsForPurchase } from './protect-purchase.ts';
import { screenPurchase } from './screen-purchase.ts';
import { type FundedOffer, purposeOf, type SessionTerms } from './session-offers.ts';
import { type CheckoutSession, findSession, lockSession, updateSession } from './sessions.ts';
import { reviewStanding } from '../standing/standing.ts';
import { requireOpen } from './state.ts';

/** A session is assessed at most this often; a page that is loaded again shows the stored decision. */
const maxAssessments = 3;

export type Decision = {
  assessment: Assessment;
  line: CreditLine;
  /** Empty when declined; otherwise what the shopper may choose, each with the funder that would carry it. */
  offers: FundedOffer[];
  /** Why each plan is offered where it is, or what makes it too much; also when declined. */
  protection: Protection<FundedOffer>;
};

/**
 * Decides whether this shopper may pay this session later: score, limit and rate, and the offers that fit and that some
 * funder carries. A decline is a value with its code, not an error. The assessment is stored either way. `repaymentDay` is
 * the day of the month that the shopper chose for plans by the month, `visit` from where they look.
 */
export async function decide(
  tx: Tx,
  input: {
    sessionId: string;
    shopperId: string;
    repaymentDay?: number | undefined;
    visit?: Visit | undefined;
  },
): Promise<Decision> {
  const { shopperId, repaymentDay } = input;
  const { currency } = await findSession(tx, { sessionId: input.sessionId });
  const standing = await reviewStanding(tx, { shopperId, currency });
  const session = await lockSession(tx, input.sessionId);
  requireOpen(tx, session, shopperId);

  const { score, line, policy } = standing;
  const { annualRatePpm } = line;
  const merchant = await findMerchant(tx, session.merchantId);
  const terms: SessionTerms = { session, merchant, annualRatePpm, repaymentDay };
  const routing = await readRouting(tx, purposeOf(terms, { key: session.id, shopperId, canAsk: true }));
  const facts = await factsForPurchase(tx, { shopperId, terms });
  const screening = await screenPurchase(tx, { session, merchant, shopperId, line, visit: input.visit });
  const purchase = { shopperId, standing, facts, terms, routing, screened: screening.code };
  const { offers, protection, asked, declineCode, grant, excused } = await judgeWithGrant(
    tx,
    { shopperId, currency, amount: session.amount, subjectId: session.id },
    (passedOver) => consider(tx, { ...purchase, excused: passedOver }),
  );
  if (grant) await useGrant(tx, grant, session.id);

  const stored = await latestAssessment(tx, session.id);
  const decided = { score, policy, available: availableOf(line), annualRatePpm, declineCode, offers };
  const assessment =
    stored && sameDecision(stored, decided)
      ? stored
      : await assess(tx, {
          session,
          shopperId,
          score,
          line,
          annualRatePpm,
          declineCode,
          offers,
          guards: {
            fraud: screening.record,
            protection: recordProtection(tx, facts, protection),
            funding: recordFunding(routing, asked),
            ...(grant && { appeal: grantRecord(grant) }),
            ...(declineCode && { advice: await adviseOnPurchase(tx, { ...purchase, excused }, declineCode) }),
          },
        });
  return { assessment, line, offers: declineCode ? [] : offers, protection };
}

function sameDecision(
  stored: Assessment,
  now: {
    score: PayScore;
    policy: TermsPolicy;
    available: bigint;
    annualRatePpm: number;
    declineCode: DeclineCode | null;
    offers: FundedOffer[];
  },
): boolean {
  const offered = now.declineCode ? [] : now.offers.map(({ offer }) => offer.code);
  return (
    stored.offers.join() === offered.join() &&
    stored.score === now.score.score &&
    stored.available === now.available &&
    stored.annualRatePpm === now.annualRatePpm &&
    stored.declineCode === now.declineCode &&
    stored.policyVersion === now.policy.version &&
    stored.modelHash === now.score.modelHash
  );
}

async function assess(
  tx: Tx,
  input: {
    session: CheckoutSession;
    shopperId: string;
    score: PayScore;
    line: CreditLine;
    annualRatePpm: number;
    declineCode: DeclineCode | null;
    offers: FundedOffer[];
    guards: Record<string, unknown>;
  },
): Promise<Assessment> {
  const { session, line, declineCode } = input;
  // Who is asked for a code learns nothing, and may have to be asked again.
  const counts = declineCode !== 'challenge_required';
  if (counts && session.assessmentsCount >= maxAssessments) {
    throw new GatewayError('rate_limited', {
      detail: 'This checkout has been assessed as often as it may be.',
      hint: 'Go back to the shop and start a new checkout.',
      retryAfterSeconds: 600,
    });
  }
  if (counts) await updateSession(tx, session, { assessments_count: session.assessmentsCount + 1 });
  return storeAssessment(tx, {
    shopperId: input.shopperId,
    subject: { checkoutSessionId: session.id },
    score: input.score,
    limit: line.limit,
    available: availableOf(line),
    amount: session.amount,
    currency: session.currency,
    declineCode,
    offers: input.offers.map(({ offer }) => offer.code),
    annualRatePpm: input.annualRatePpm,
    guards: input.guards,
  });
}
