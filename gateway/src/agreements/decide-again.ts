import { factsForPurchase } from '../checkout/protect-purchase.ts';
import { availableOf } from '../credit/lines.ts';
import { recordFunding } from '../credit/record-funding.ts';
import type { Tx } from '../lib/tx.ts';
import { findMerchant } from '../merchants/merchants.ts';
import type { DeclineCode, NewAssessment } from '../pay-score/assessments.ts';
import { recordProtection } from '../protection/record.ts';
import { reviewStanding } from '../standing/standing.ts';
import { agreedTerms } from './agreed-offer.ts';
import { findAgreement } from './agreements.ts';
import { adviseOnOrder, judgeOrder, readOrderFunding } from './judge.ts';

/**
 * Decides once more about an order that an agreement did not get through, with today's facts: what the next one would be
 * told. Nothing is stored. `screened` is what stays of the earlier screening.
 */
export async function decideOrderAgain(
  tx: Tx,
  input: { agreementId: string; shopperId: string; amount: bigint; screened: DeclineCode | null },
): Promise<Omit<NewAssessment, 'subject'>> {
  const { shopperId, amount, screened } = input;
  const agreement = await findAgreement(tx, { agreementId: input.agreementId });
  const { currency } = agreement;
  const standing = await reviewStanding(tx, { shopperId, currency });
  const { line, score } = standing;
  const merchant = await findMerchant(tx, agreement.merchantId);
  const terms = agreedTerms({ ...agreement, merchant, amount });
  const facts = await factsForPurchase(tx, { shopperId, terms });
  const funders = await readOrderFunding(tx, { agreementId: agreement.id, shopperId, terms });
  const order = { shopperId, terms, standing, facts, ...funders, screened };
  const { declineCode, protection, asked } = judgeOrder(tx, order);
  return {
    shopperId,
    score,
    limit: line.limit,
    available: availableOf(line),
    amount,
    currency,
    declineCode,
    offers: ['pay_after'],
    annualRatePpm: null,
    guards: {
      protection: recordProtection(tx, facts, protection),
      funding: recordFunding(funders.routing, asked),
      ...(declineCode && { advice: await adviseOnOrder(tx, order, declineCode) }),
    },
  };
}
