import { findAgreement } from '../../../agreements/agreements.ts';
import { appealsLeft, shownSince } from '../../../appeals/appeal.ts';
import { type Appeal, appealsAgainst, readWords } from '../../../appeals/appeals.ts';
import { findSession } from '../../../checkout/sessions.ts';
import { type CalendarDate, dateIn } from '../../../lib/dates.ts';
import { isId } from '../../../lib/ids.ts';
import { sum } from '../../../lib/money.ts';
import type { Tx } from '../../../lib/tx.ts';
import { findMerchant, type Merchant } from '../../../merchants/merchants.ts';
import {
  type Assessment,
  findAssessment,
  latestAssessment,
  listAssessmentsOf,
} from '../../../pay-score/assessments.ts';
import { listOverdue } from '../../../repayments/overdue.ts';
import { findGrant } from '../../../standing/grants.ts';
import { type AdviceFacts, readAdvice } from '../../advice-facts.ts';

/** A decision with the shop that it was about, which a cash draw has none of, and its date in the environment's calendar. */
export type ShownDecision = { assessment: Assessment; shop: Merchant | undefined; on: CalendarDate };

/** An appeal as its shopper sees it. */
export type ShownAppeal = {
  appeal: Appeal;
  /** What was decided again, and when. */
  again: { assessment: Assessment; on: CalendarDate; advice: AdviceFacts | undefined } | undefined;
  askedOn: CalendarDate | undefined;
  words: string | null;
  answer: string | null;
  grant:
    { amount: bigint; currency: string; until: CalendarDate; state: 'open' | 'used' | 'over' } | undefined;
};

export type DecisionFacts = ShownDecision & {
  advice: AdviceFacts | undefined;
  /** What is overdue now, in minor units. */
  overdue: bigint;
  /** The newest first. */
  appeals: ShownAppeal[];
  /** How often the shopper may appeal before the month is over. */
  appealsLeft: number;
  /** In the environment's calendar. */
  today: CalendarDate;
};

/** So many decisions are shown at once. */
export const decisionsShown = 20;

/** The decisions before `before`, the newest first, and whether there are older ones. */
export async function readDecisions(
  tx: Tx,
  { shopperId, before }: { shopperId: string; before: unknown },
): Promise<{ shown: ShownDecision[]; hasOlder: boolean }> {
  const found = await listAssessmentsOf(tx, {
    shopperId,
    since: shownSince(tx),
    before: isId('asm', before) ? before : undefined,
    limit: decisionsShown + 1,
  });
  const shown: ShownDecision[] = [];
  for (const assessment of found.slice(0, decisionsShown)) shown.push(await withShop(tx, assessment));
  return { shown, hasOlder: found.length > decisionsShown };
}

async function withShop(tx: Tx, assessment: Assessment): Promise<ShownDecision> {
  const { checkoutSessionId, agreementId, createdAt } = assessment;
  const merchantId =
    checkoutSessionId !== null
      ? (await findSession(tx, { sessionId: checkoutSessionId })).merchantId
      : agreementId === null
        ? undefined
        : (await findAgreement(tx, { agreementId })).merchantId;
  return {
    assessment,
    shop: merchantId === undefined ? undefined : await findMerchant(tx, merchantId),
    on: dateIn(tx.environment.timeZone, createdAt),
  };
}

/** One decision with all that its page shows; `not_found` when it is somebody else's. */
export async function readDecision(
  tx: Tx,
  input: { assessmentId: string; shopperId: string },
): Promise<DecisionFacts> {
  const assessment = await findAssessment(tx, input);
  const { shopperId, currency } = assessment;
  const appeals: ShownAppeal[] = [];
  for (const appeal of await appealsAgainst(tx, input)) appeals.push(await shownAppeal(tx, appeal));
  return {
    ...(await withShop(tx, assessment)),
    advice: await readAdvice(tx, assessment),
    overdue: sum((await listOverdue(tx, { shopperId, currency })).map(({ amount }) => amount)),
    appeals,
    appealsLeft: await appealsLeft(tx, shopperId),
    today: dateIn(tx.environment.timeZone, tx.now),
  };
}

async function shownAppeal(tx: Tx, appeal: Appeal): Promise<ShownAppeal> {
  const { timeZone } = tx.environment;
  const again = await latestAssessment(tx, appeal.id);
  const grant = await findGrant(tx, appeal.id);
  return {
    appeal,
    again: again && {
      assessment: again,
      on: dateIn(timeZone, again.createdAt),
      advice: await readAdvice(tx, again),
    },
    askedOn: appeal.askedAt ? dateIn(timeZone, appeal.askedAt) : undefined,
    ...(await readWords(tx, appeal.id)),
    grant: grant && {
      amount: grant.amount,
      currency: grant.currency,
      until: dateIn(timeZone, grant.expiresAt),
      state: grant.used ? 'used' : grant.expiresAt > tx.now ? 'open' : 'over',
    },
  };
}
