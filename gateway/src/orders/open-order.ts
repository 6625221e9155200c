import type { Hold } from '../credit/holds.ts';
import { jointly } from '../ledger/jointly.ts';
import { post } from '../ledger/post.ts';
import { authorize as authorizePosting } from '../ledger/postings.ts';
import { addMs, dayMs } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import type { PlanSnapshot } from '../plans/snapshot.ts';
import { openPlan } from '../repayments/plans.ts';
import type { Agreed } from '../repayments/receipts.ts';
import { type Order, type OrderRow, toOrder } from './orders.ts';

/** An authorization waits this long for its captures, by the environment's clock. */
const authorizationLifeMs = 7 * dayMs;

export type NewOrder = {
  orderId: Id<'ord'>;
  /** What the shopper agreed in: a checkout, or an agreement. */
  origin: { checkoutSessionId: string } | { agreementId: string };
  merchantId: string;
  shopperId: string;
  paymentMethodId: string;
  merchantReference: string;
  /** What the order finances, held with whoever carries it. */
  hold: Hold;
  /** The plan as it was agreed; its amount is the order's. */
  snapshot: PlanSnapshot;
  agreed: Agreed;
};

/**
 * Makes the order of what was held: reserves the financed amount in the ledger and opens the plan. No money moves.
 * Throws `merchant_reference_in_use`.
 */
export async function openOrder(tx: Tx, input: NewOrder): Promise<Order> {
  const { orderId, origin, merchantId, shopperId, merchantReference, hold, snapshot } = input;
  const { currency } = snapshot;
  const planId = newId('pln');
  const coFunderIds = hold.shares.slice(1).map(({ funderId }) => funderId);
  const cause = { planId, merchantId, currency, subjectId: orderId };
  const [pendingTransferId] = await post(
    tx,
    jointly(hold.shares, ({ funderId, amount }) => authorizePosting({ ...cause, funderId, amount })),
  );
  const [row] = await tx
    .sql<OrderRow>('orders')
    .insert({
      environment_id: tx.environment.id,
      id: orderId,
      merchant_id: merchantId,
      shopper_id: shopperId,
      checkout_session_id: 'checkoutSessionId' in origin ? origin.checkoutSessionId : null,
      agreement_id: 'agreementId' in origin ? origin.agreementId : null,
      plan_id: planId,
      hold_id: hold.id,
      merchant_reference: merchantReference,
      currency,
      authorized_amount: BigInt(snapshot.amount),
      down_amount: BigInt(snapshot.down_payment),
      // With several there is one for each of them, which the ledger knows (`reservationsOf`).
      pending_transfer_id: coFunderIds.length === 0 ? (pendingTransferId ?? null) : null,
      status: 'authorized',
      created_at: tx.now,
      expires_at: addMs(tx.now, authorizationLifeMs),
    })
    .onConflict(['environment_id', 'merchant_id', 'merchant_reference'])
    .ignore()
    .returning('*');
  if (!row) {
    throw new GatewayError('merchant_reference_in_use', {
      detail: `There is already an order ${merchantReference}.`,
      errors: [{ pointer: '/merchant_reference', code: 'in_use' }],
    });
  }
  await openPlan(tx, {
    planId,
    orderId,
    shopperId,
    merchantId,
    merchantReference,
    funderId: hold.funderId,
    coFunderIds,
    holdId: hold.id,
    paymentMethodId: input.paymentMethodId,
    currency,
    snapshot,
    agreed: input.agreed,
  });
  return toOrder(row);
}
