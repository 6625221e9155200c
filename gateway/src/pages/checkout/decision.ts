import type { CheckoutSession } from '../../checkout/sessions.ts';
import { decide } from '../../checkout/decide.ts';
import { draftPlan } from '../../checkout/draft-plan.ts';
import type { FundedOffer } from '../../checkout/session-offers.ts';
import type { Visit } from '../../fraud/signals.ts';
import type { Funder } from '../../credit/funders.ts';
import type { Tx } from '../../lib/tx.ts';
import type { Merchant } from '../../merchants/merchants.ts';
import type { Assessment } from '../../pay-score/assessments.ts';
import type { PlanCode } from '../../plans/offers.ts';
import type { PlanSnapshot } from '../../plans/snapshot.ts';
import type { FittingOffer, OfferObstacle } from '../../protection/protect.ts';
import { type AdviceFacts, readAdvice } from '../advice-facts.ts';
import { listOverdue, type OverdueItem } from '../../repayments/overdue.ts';

/** An offer with the funder that would carry it now, as it would be agreed to today. */
export type DraftedOffer = {
  code: PlanCode;
  funder: Funder;
  draft: PlanSnapshot;
  /** Why it stands where it does, and what it comes to with all that falls due. */
  fit: Pick<FittingOffer<unknown>, 'reason' | 'burden' | 'warns'>;
};

/** A plan that is not offered, as it would be, with what makes it too much. */
export type UnfitDraft = { draft: PlanSnapshot; obstacle: OfferObstacle };

export type ShownDecision = {
  assessment: Assessment;
  offers: DraftedOffer[];
  unfit: UnfitDraft[];
  overdue: OverdueItem[];
  /** What would make a decline an approval. */
  advice: AdviceFacts | undefined;
};

/**
 * Decides about the session, or looks up what was decided, with all that its pages show. `repaymentDay` is the day of the
 * month that the shopper chose for plans by the month, `visit` from where they look.
 */
export async function decideForPage(
  tx: Tx,
  input: {
    session: CheckoutSession;
    merchant: Merchant;
    shopperId: string;
    repaymentDay: number | undefined;
    visit: Visit;
  },
): Promise<ShownDecision> {
  const { session, merchant, shopperId, repaymentDay, visit } = input;
  const decided = await decide(tx, {
    sessionId: session.id,
    shopperId,
    repaymentDay,
    visit,
  });
  const { assessment, protection } = decided;
  const fitting = assessment.outcome === 'approved' ? protection.fitting : [];
  const draft = ({ offer, funding }: FundedOffer) => draftPlan(tx, { offer, merchant, funding });
  return {
    assessment,
    offers: fitting.map(({ way, ...fit }) => ({
      code: way.offer.code,
      funder: way.funder,
      draft: draft(way),
      fit,
    })),
    unfit: protection.unfit.map(({ way, obstacle }) => ({ draft: draft(way), obstacle })),
    overdue: await listOverdue(tx, { shopperId, currency: session.currency }),
    advice: await readAdvice(tx, assessment),
  };
}
