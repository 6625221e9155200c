import { listFunderRooms } from '../credit/funders.ts';
import { availableOf, type CreditLine } from '../credit/lines.ts';
import { addOffset, type CalendarDate, dateIn } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { findMerchant } from '../merchants/merchants.ts';
import {
  type Assessment,
  type DeclineCode,
  latestAssessment,
  storeAssessment,
} from '../pay-score/assessments.ts';
import { annualRateOf, policyVersion } from '../pay-score/policy.ts';
import type { PayScore } from '../pay-score/score-now.ts';
import type { PlanOffer } from '../plans/offers.ts';
import { programmeOf, smallestMonthly } from '../plans/programmes.ts';
import { findIdentity, fullAgeYears } from '../shoppers/identity.ts';
import { type FundedOffer, fundedOffers, sessionOffers, type SessionTerms } from './session-offers.ts';
import { type CheckoutSession, findSession, lockSession, updateSession } from './sessions.ts';
import { declineOf, latenessOf, reviewStanding, type Standing } from '../standing/standing.ts';
import { requireOpen } from './state.ts';

/** A session is assessed at most this often; a page that is loaded again shows the stored decision. */
const maxAssessments = 3;

export type Decision = {
  assessment: Assessment;
  line: CreditLine;
  /** Empty when declined; otherwise what the shopper may choose, each with the funder that would carry it. */
  offers: FundedOffer[];
};

/**
 * Decides whether this shopper may pay this session later: score, limit and rate, and the offers that fit and that some
 * funder carries. A decline is a value with its code, not an error. The assessment is stored either way. `repaymentDay` is
 * the day of the month that the shopper chose for plans by the month.
 */
export async function decide(
  tx: Tx,
  input: { sessionId: string; shopperId: string; repaymentDay?: number | undefined },
): Promise<Decision> {
  const { shopperId, repaymentDay } = input;
  const { currency } = await findSession(tx, { sessionId: input.sessionId });
  const standing = await reviewStanding(tx, { shopperId, currency });
  const session = await lockSession(tx, input.sessionId);
  requireOpen(tx, session, shopperId);

  const { score, line } = standing;
  const annualRatePpm = annualRateOf(score.score);
  const merchant = await findMerchant(tx, session.merchantId);
  const terms: SessionTerms = { session, merchant, annualRatePpm, repaymentDay };
  const choice = await choiceOf(tx, terms, availableOf(line));
  const declineCode = await reasonAgainst(tx, { standing, shopperId, terms, choice });

  const stored = await latestAssessment(tx, session.id);
  const assessment =
    stored && sameDecision(stored, { score, available: availableOf(line), declineCode })
      ? stored
      : await assess(tx, {
          session,
          shopperId,
          score,
          line,
          annualRatePpm,
          declineCode,
          offers: choice.offers,
        });
  return { assessment, line, offers: declineCode ? [] : choice.offers };
}

/** The plans that there are for this purchase, those of them that the line has room for, and of these the funded ones. */
type Choice = { plans: PlanOffer[]; within: PlanOffer[]; offers: FundedOffer[] };

async function choiceOf(tx: Tx, terms: SessionTerms, available: bigint): Promise<Choice> {
  const plans = sessionOffers(tx, terms);
  const within = plans.filter((plan) => plan.financed <= available);
  const rooms = within.length > 0 ? await listFunderRooms(tx, terms.session.currency) : [];
  return { plans, within, offers: fundedOffers(tx, terms, { offers: within, rooms }) };
}

/** The first rule that refuses, if one does; each has a reason of its own that the shopper is told. */
async function reasonAgainst(
  tx: Tx,
  input: { standing: Standing; shopperId: string; terms: SessionTerms; choice: Choice },
): Promise<DeclineCode | null> {
  const { standing, shopperId, terms, choice } = input;
  const { session, merchant } = terms;
  const late = latenessOf(standing);
  if (!late && choice.plans.length === 0) {
    return session.amount < smallestMonthly(session.currency) ? 'amount_too_small' : 'amount_above_programme';
  }
  const refused = declineOf({ ...standing, offers: choice.within, funder: choice.offers[0]?.funder });
  if (refused) return refused;
  const { needsAdult } = programmeOf(merchant, session.channel);
  return needsAdult && !(await isAdult(tx, { shopperId, on: dateIn(merchant.timeZone, tx.now) }))
    ? 'identity_required'
    : null;
}

/** Whether the shopper's verified birth date says that they are of age; nobody is whose identity is not known. */
async function isAdult(tx: Tx, input: { shopperId: string; on: CalendarDate }): Promise<boolean> {
  const identity = await findIdentity(tx, input.shopperId as Id<'shp'>);
  return identity !== undefined && addOffset(identity.birthDate, { months: 12 * fullAgeYears }) <= input.on;
}

function sameDecision(
  stored: Assessment,
  now: { score: PayScore; available: bigint; declineCode: DeclineCode | null },
): boolean {
  return (
    stored.score === now.score.score &&
    stored.available === now.available &&
    stored.declineCode === now.declineCode &&
    stored.policyVersion === policyVersion &&
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
    subject: { checkoutSessionId: session.id },
    score: input.score,
    limit: line.limit,
    available: availableOf(line),
    amount: session.amount,
    currency: session.currency,
    declineCode,
    offers: input.offers.map(({ offer }) => offer.code),
    annualRatePpm: input.annualRatePpm,
  });
}
