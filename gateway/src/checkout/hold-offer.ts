import { type Funder, listFunderRooms } from '../credit/funders.ts';
import { type Hold, placeHold } from '../credit/holds.ts';
import type { CreditLine } from '../credit/lines.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import type { Merchant } from '../merchants/merchants.ts';
import type { PlanOffer } from '../plans/offers.ts';
import type { PlanSnapshot } from '../plans/snapshot.ts';
import { draftPlan } from './draft-plan.ts';
import { offerOfFunder, type SessionTerms } from './session-offers.ts';

type HeldOffer = { hold: Hold; snapshot: PlanSnapshot };

/**
 * Holds what an offer finances on a locked line with a funder, and freezes the plan as it is agreed to today. Throws
 * `limit_exceeded` and `funder_unavailable` as `placeHold` does.
 */
export async function holdOffer(
  tx: Tx,
  input: { line: CreditLine; funder: Funder; merchant: Merchant; offer: PlanOffer },
): Promise<HeldOffer> {
  const { line, funder, offer } = input;
  const hold = await placeHold(tx, { line, funder, amount: offer.financed });
  return { hold, snapshot: draftPlan(tx, input) };
}

/**
 * Holds the plan that the shopper chose with the first funder that can carry it, at that funder's rate. One whose last
 * room goes to somebody faster at this moment is passed over for the next. Throws `limit_exceeded`, and
 * `funder_unavailable` when nobody is left.
 */
export async function holdWithFunder(
  tx: Tx,
  input: { line: CreditLine; terms: SessionTerms; planCode: string },
): Promise<HeldOffer & { offer: PlanOffer }> {
  const { line, terms, planCode } = input;
  for (const { funder, most } of await listFunderRooms(tx, line.currency)) {
    const offer = offerOfFunder(tx, terms, { code: planCode, funder });
    if (!offer || most < offer.financed) continue;
    try {
      return { offer, ...(await holdOffer(tx, { line, funder, merchant: terms.merchant, offer })) };
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code !== 'funder_unavailable') throw error;
    }
  }
  throw new GatewayError('funder_unavailable', {
    detail: 'No funder can carry this amount now.',
    retryAfterSeconds: 60,
  });
}
