import type { CheckoutSession } from '../../checkout/sessions.ts';
import { decide } from '../../checkout/decide.ts';
import { termsVersion } from '../../checkout/confirm.ts';
import { chooseFunder, type Funder } from '../../credit/funders.ts';
import { dateIn } from '../../lib/dates.ts';
import type { Tx } from '../../lib/tx.ts';
import type { Merchant } from '../../merchants/merchants.ts';
import type { Assessment } from '../../pay-score/assessments.ts';
import type { PlanCode, PlanOffer } from '../../plans/offers.ts';
import { makeSnapshot, type PlanSnapshot } from '../../plans/snapshot.ts';
import { listOverdue, type OverdueItem } from '../../repayments/overdue.ts';

/** An offer with the funder that would carry it now, as it would be agreed to today. */
export type FundedOffer = { code: PlanCode; offer: PlanOffer; funder: Funder; draft: PlanSnapshot };

export type ShownDecision = { assessment: Assessment; offers: FundedOffer[]; overdue: OverdueItem[] };

/** Decides about the session, or looks up what was decided, with all that its pages show. */
export async function decideForPage(
  tx: Tx,
  input: { session: CheckoutSession; merchant: Merchant; shopperId: string },
): Promise<ShownDecision> {
  const { session, merchant, shopperId } = input;
  const { assessment, offers } = await decide(tx, { sessionId: session.id, shopperId });
  const funded: FundedOffer[] = [];
  for (const offer of offers) {
    const funder = await chooseFunder(tx, { currency: offer.currency, amount: offer.financed });
    if (funder)
      funded.push({ code: offer.code, offer, funder, draft: draftOf(tx, { offer, merchant, funder }) });
  }
  return {
    assessment,
    offers: funded,
    overdue: await listOverdue(tx, { shopperId, currency: session.currency }),
  };
}

function draftOf(tx: Tx, input: { offer: PlanOffer; merchant: Merchant; funder: Funder }): PlanSnapshot {
  return makeSnapshot({ ...input, termsVersion, agreedOn: dateIn(input.merchant.timeZone, tx.now) });
}
