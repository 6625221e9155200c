import { readRouting } from '../credit/candidates.ts';
import { availableOf, type CreditLine, lockLine } from '../credit/lines.ts';
import { recordFunding } from '../credit/record-funding.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { findMerchant } from '../merchants/merchants.ts';
import {
  type Assessment,
  type DeclineCode,
  findAssessment,
  latestAssessment,
  storeAssessment,
} from '../pay-score/assessments.ts';
import type { Visit } from '../fraud/signals.ts';
import type { TermsPolicy } from '../pay-score/policy.ts';
import type { PayScore } from '../pay-score/score-now.ts';
import type { Protection } from '../protection/protect.ts';
import { recordProtection } from '../protection/record.ts';
import { grantRecord, judgeWithGrant, useGrant } from '../standing/grants.ts';
import {
  isAnsweredBy,
  recallDecline,
  type RecentDecline,
  rememberDecline,
} from '../standing/recent-declines.ts';
import type { Advice } from './advice/advise.ts';
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
  /** Why each plan is offered where it is, or what makes it too much; also when declined, but not by an earlier decision. */
  protection: Pick<Protection<FundedOffer>, 'fitting' | 'unfit'> & Partial<Protection<FundedOffer>>;
};

/**
 * Decides whether this shopper may pay this session later: score, limit and rate, and the offers that fit and that some
 * funder carries. A decline is a value with its code, not an error. The assessment is stored either way;
 * for ten minutes a decline answers whoever asks again (`recallDecline`), and nothing is stored. `repaymentDay` is
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
  const { currency, merchantId, amount } = await findSession(tx, { sessionId: input.sessionId });
  const asker = { shopperId, merchantId, currency, amount, subjectId: input.sessionId };
  const { line: locked, recent } = await lockAndRecall(tx, asker);
  const opened = await lockSession(tx, input.sessionId);
  requireOpen(tx, opened, shopperId);
  const ask = { ...opened, available: availableOf(locked), byAgreement: false };
  if (recent && isAnsweredBy(recent, ask)) return answerAgain(tx, opened, { recent, line: locked });
  const session =
    opened.answeredBy === null ? opened : await updateSession(tx, opened, { answered_by: null });
  const standing = await reviewStanding(tx, { shopperId, currency, locked });

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
  const isSame = stored !== undefined && sameDecision(stored, decided);
  const advice =
    isSame || !declineCode ? undefined : await adviseOnPurchase(tx, { ...purchase, excused }, declineCode);
  const assessment = isSame
    ? stored
    : await assess(tx, {
        session,
        shopperId,
        score,
        line,
        annualRatePpm,
        declineCode,
        offers,
        advice,
        guards: {
          fraud: screening.record,
          protection: recordProtection(tx, facts, protection),
          funding: recordFunding(routing, asked),
          ...(grant && { appeal: grantRecord(grant) }),
          ...(advice && { advice }),
        },
      });
  return { assessment, line, offers: declineCode ? [] : offers, protection };
}

/**
 * Locks the shopper's line and looks for a decline that may answer, in one round trip. For who has no line yet one is opened
 * first: without it, nobody who asks at the same moment is waited for.
 */
async function lockAndRecall(
  tx: Tx,
  asker: Parameters<typeof recallDecline>[1],
): Promise<{ line: CreditLine; recent: RecentDecline | undefined }> {
  const [line, recent] = await Promise.all([
    lockLine(tx, asker.shopperId, asker.currency),
    recallDecline(tx, asker),
  ]);
  if (line) return { line, recent };
  const opened = await reviewStanding(tx, asker);
  return { line: opened.line, recent: await recallDecline(tx, asker) };
}

/** The decision of a few minutes ago is this one's, too: nothing is scored, nobody is asked, and nothing new is told. */
async function answerAgain(
  tx: Tx,
  session: CheckoutSession,
  { recent, line }: { recent: RecentDecline; line: CreditLine },
): Promise<Decision> {
  const assessment = await findAssessment(tx, { assessmentId: recent.assessmentId });
  const shown = await latestAssessment(tx, session.id);
  if (shown?.id !== assessment.id) await updateSession(tx, session, { answered_by: assessment.id });
  return { assessment, line, offers: [], protection: { fitting: [], unfit: [] } };
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
    advice: Advice | undefined;
    guards: Record<string, unknown>;
  },
): Promise<Assessment> {
  const { session, line, declineCode, advice } = input;
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
  const assessment = await storeAssessment(tx, {
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
  if (advice) rememberDecline(tx, { assessment, merchantId: session.merchantId, advised: advice });
  return assessment;
}
