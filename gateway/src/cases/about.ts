import { findDispute } from '../disputes/disputes.ts';
import { GatewayError } from '../lib/errors.ts';
import { isId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { findOrder } from '../orders/orders.ts';
import { findPlan } from '../repayments/plans.ts';
import { findRepaymentPlan } from '../repayments/repayments.ts';
import { findShopper } from '../shoppers/profile.ts';
import type { CaseAboutKind, CaseParty } from './cases.ts';

/** What a case is about, and whose that is. `merchantId` and `orderId` are null where there is no purchase. */
export type CaseAbout = {
  kind: CaseAboutKind;
  id: string | null;
  shopperId: string;
  merchantId: string | null;
  orderId: string | null;
};

/**
 * Finds what a party names: the id of an order, plan, repayment or dispute, or for a general case that of the shopper.
 * Throws `not_found` for what there is not, and for what is somebody else's: a shopper names their own, a merchant its own
 * orders and disputes, an operator anything.
 */
export async function findAbout(tx: Tx, party: CaseParty, id: string): Promise<CaseAbout> {
  const about = await resolve(tx, id);
  if (about === undefined || !isTheirs(about, party)) {
    throw new GatewayError('not_found', {
      detail: 'There is nothing of this id that a case could be about.',
    });
  }
  return about;
}

function isTheirs(about: CaseAbout, party: CaseParty): boolean {
  if (party.side === 'operator') return true;
  if (party.side === 'shopper') return about.shopperId === party.shopperId;
  return about.merchantId === party.merchantId && ['order', 'dispute'].includes(about.kind);
}

async function resolve(tx: Tx, id: string): Promise<CaseAbout | undefined> {
  if (isId('ord', id)) return ofOrder(tx, 'order', id, id);
  if (isId('pln', id)) return ofPlan(tx, 'plan', id, id);
  if (isId('dsp', id)) return ofOrder(tx, 'dispute', id, (await findDispute(tx, { disputeId: id })).orderId);
  if (isId('rep', id)) {
    const planId = await findRepaymentPlan(tx, id);
    return planId === undefined ? undefined : ofPlan(tx, 'payment', id, planId);
  }
  if (!isId('shp', id)) return undefined;
  const { id: shopperId } = await findShopper(tx, id);
  return { kind: 'general', id: null, shopperId, merchantId: null, orderId: null };
}

async function ofOrder(tx: Tx, kind: CaseAboutKind, id: string, orderId: string): Promise<CaseAbout> {
  const { shopperId, merchantId } = await findOrder(tx, { orderId });
  return { kind, id, shopperId, merchantId, orderId };
}

async function ofPlan(tx: Tx, kind: CaseAboutKind, id: string, planId: string): Promise<CaseAbout> {
  const { shopperId, merchantId, orderId } = await findPlan(tx, { planId });
  // A cash draw is no shop's business.
  if (orderId === null || merchantId === null) {
    return { kind, id, shopperId, merchantId: null, orderId: null };
  }
  return { kind, id, shopperId, merchantId, orderId };
}
