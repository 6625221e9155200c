import type { CheckoutSession } from '../../checkout/sessions.ts';
import { decide } from '../../checkout/decide.ts';
import { draftPlan } from '../../checkout/draft-plan.ts';
import type { Funder } from '../../credit/funders.ts';
import type { Tx } from '../../lib/tx.ts';
import type { Merchant } from '../../merchants/merchants.ts';
import type { Assessment } from '../../pay-score/assessments.ts';
import type { PlanCode } from '../../plans/offers.ts';
import type { PlanSnapshot } from '../../plans/snapshot.ts';
import { listOverdue, type OverdueItem } from '../../repayments/overdue.ts';

/** An offer with the funder that would carry it now, as it would be agreed to today. */
export type DraftedOffer = { code: PlanCode; funder: Funder; draft: PlanSnapshot };

export type ShownDecision = { assessment: Assessment; offers: DraftedOffer[]; overdue: OverdueItem[] };

/**
 * Decides about the session, or looks up what was decided, with all that its pages show. `repaymentDay` is the day of the
 * month that the shopper chose for plans by the month.
 */
export async function decideForPage(
  tx: Tx,
  input: {
    session: CheckoutSession;
    merchant: Merchant;
    shopperId: string;
    repaymentDay: number | undefined;
  },
): Promise<ShownDecision> {
  const { session, merchant, shopperId, repaymentDay } = input;
  const { assessment, offers } = await decide(tx, { sessionId: session.id, shopperId, repaymentDay });
  return {
    assessment,
    offers: offers.map(({ offer, funder }) => ({
      code: offer.code,
      funder,
      draft: draftPlan(tx, { offer, merchant, funder }),
    })),
    overdue: await listOverdue(tx, { shopperId, currency: session.currency }),
  };
}
