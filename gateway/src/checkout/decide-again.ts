import { readRouting } from '../credit/candidates.ts';
import { availableOf } from '../credit/lines.ts';
import { recordFunding } from '../credit/record-funding.ts';
import type { Tx } from '../lib/tx.ts';
import { findMerchant } from '../merchants/merchants.ts';
import type { DeclineCode, NewAssessment } from '../pay-score/assessments.ts';
import { recordProtection } from '../protection/record.ts';
import { reviewStanding } from '../standing/standing.ts';
import { adviseOnPurchase } from './advice/purchase.ts';
import { consider } from './consider.ts';
import { factsForPurchase } from './protect-purchase.ts';
import { purposeOf } from './session-offers.ts';
import { findSession } from './sessions.ts';

/**
 * Decides once more about a purchase of an earlier checkout, with today's facts and whatever became of the checkout: what a
 * new one would say. Nothing is stored but the line of who has none. `screened` is what stays of the earlier screening, of
 * which an appeal has no visit.
 */
export async function decidePurchaseAgain(
  tx: Tx,
  input: { sessionId: string; shopperId: string; screened: DeclineCode | null },
): Promise<Omit<NewAssessment, 'subject'>> {
  const { shopperId, screened } = input;
  const session = await findSession(tx, { sessionId: input.sessionId });
  const { amount, currency } = session;
  const standing = await reviewStanding(tx, { shopperId, currency });
  const { line, score } = standing;
  const merchant = await findMerchant(tx, session.merchantId);
  const terms = { session, merchant, annualRatePpm: line.annualRatePpm };
  const facts = await factsForPurchase(tx, { shopperId, terms });
  const routing = await readRouting(tx, purposeOf(terms, { key: session.id, shopperId, canAsk: true }));
  const purchase = { shopperId, standing, facts, terms, routing, screened };
  const { declineCode, offers, protection, asked } = consider(tx, purchase);
  return {
    shopperId,
    score,
    limit: line.limit,
    available: availableOf(line),
    amount,
    currency,
    declineCode,
    offers: offers.map(({ offer }) => offer.code),
    annualRatePpm: line.annualRatePpm,
    guards: {
      protection: recordProtection(tx, facts, protection),
      funding: recordFunding(routing, asked),
      ...(declineCode && { advice: await adviseOnPurchase(tx, purchase, declineCode) }),
    },
  };
}
