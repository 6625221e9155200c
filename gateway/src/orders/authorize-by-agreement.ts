import { decideByAgreement } from '../agreements/decide.ts';
import { type AgreementFacts, lookAtAgreement } from '../agreements/look.ts';
import { newId } from '../lib/ids.ts';
import type { EarlyTx, Tx } from '../lib/tx.ts';
import type { DeclineCode } from '../pay-score/assessments.ts';
import { openOrder } from './open-order.ts';
import { type OrderState, recordOrderEvent } from './orders.ts';
import { lockAndLook, type ReferenceUse, requireUnused } from './references.ts';

/** What a merchant learns of a decline: enough to act on, nothing about the shopper's life with other merchants. */
export type MerchantDecline = 'shopper_not_eligible' | 'amount_not_available' | 'no_funder';

const merchantCodes: Record<DeclineCode, MerchantDecline> = {
  identity_required: 'shopper_not_eligible',
  underage: 'shopper_not_eligible',
  locked_by_shopper: 'shopper_not_eligible',
  above_own_ceiling: 'amount_not_available',
  too_many_orders: 'shopper_not_eligible',
  cooling_off: 'shopper_not_eligible',
  unaffordable: 'amount_not_available',
  suspicious: 'shopper_not_eligible',
  challenge_required: 'shopper_not_eligible',
  history_contradicts: 'shopper_not_eligible',
  overdue: 'shopper_not_eligible',
  score_too_low: 'shopper_not_eligible',
  line_suspended: 'shopper_not_eligible',
  amount_above_available: 'amount_not_available',
  amount_too_small: 'amount_not_available',
  amount_above_programme: 'amount_not_available',
  no_funder: 'no_funder',
};

export type AuthorizedByAgreement =
  { outcome: 'authorized'; order: OrderState } | { outcome: 'declined'; merchantCode: MerchantDecline };

export type AgreedOrderInput = {
  agreementId: string;
  merchantId: string;
  merchantReference: string;
  amount: bigint;
  currency: string;
};

/** What an agreement and a reference stand for, before it is judged. */
export type AgreedOrderFacts = { agreed: AgreementFacts; use: ReferenceUse };

/**
 * Locks the reference, before the shopper's line as where a reversal of it does it, and looks at the agreement, in one
 * round trip. Throws `not_found`.
 */
export async function lookAtAgreedOrder(
  tx: EarlyTx,
  input: Pick<AgreedOrderInput, 'agreementId' | 'merchantId' | 'merchantReference'>,
): Promise<AgreedOrderFacts> {
  const [use, agreed] = await Promise.all([lockAndLook(tx, input), lookAtAgreement(tx, input)]);
  return { agreed, use };
}

/**
 * Makes an order that an agreement covers: decided, held and authorized in this one transaction, without asking the
 * shopper, who is told of it. A decline is a value to be kept. Errors: those of `decideByAgreement`,
 * `merchant_reference_in_use`, `merchant_reference_reversed`.
 */
export async function authorizeByAgreement(
  tx: Tx,
  input: AgreedOrderInput,
  looked?: AgreedOrderFacts,
): Promise<AuthorizedByAgreement> {
  const { agreed, use } = looked ?? (await lookAtAgreedOrder(tx, input));
  const decision = await decideByAgreement(tx, input, agreed);
  if (decision.outcome === 'declined') {
    const { declineCode } = decision.assessment;
    return { outcome: 'declined', merchantCode: merchantCodes[declineCode ?? 'no_funder'] };
  }
  requireUnused(input, use);
  const { agreement, shopperId, paymentMethodId, hold, snapshot } = decision;
  const order = await openOrder(tx, {
    orderId: newId('ord'),
    origin: { agreementId: agreement.id },
    merchantId: agreement.merchantId,
    shopperId,
    paymentMethodId,
    merchantReference: input.merchantReference,
    hold,
    snapshot,
    agreed: decision.agreed,
  });
  await recordOrderEvent(tx, 'order.authorized', order);
  return { outcome: 'authorized', order };
}
