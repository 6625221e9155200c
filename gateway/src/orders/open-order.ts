import type { Hold } from '../credit/holds.ts';
import { jointly } from '../ledger/jointly.ts';
import { postLater, transferOfSql } from '../ledger/post.ts';
import { authorize as authorizePosting } from '../ledger/postings.ts';
import { addMs, dayMs } from '../lib/dates.ts';
import { type Id, newId } from '../lib/ids.ts';
import { insertInto } from '../lib/insert-sql.ts';
import type { Tx } from '../lib/tx.ts';
import type { PlanSnapshot } from '../plans/snapshot.ts';
import { openPlan } from '../repayments/plans.ts';
import type { Agreed } from '../repayments/receipts.ts';
import type { OrderState } from './orders.ts';

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

const insertOrder = insertInto(
  'orders',
  [
    'environment_id',
    'id',
    'merchant_id',
    'shopper_id',
    'checkout_session_id',
    'agreement_id',
    'plan_id',
    'hold_id',
    'merchant_reference',
    'currency',
    'authorized_amount',
    'down_amount',
    'pending_transfer_id',
    'created_at',
    'expires_at',
    'status',
  ],
  {
    expressions: {
      // Given is whether there is one.
      pending_transfer_id: `case when $pending_transfer_id::boolean then ${transferOfSql('$environment_id', '$id')} end`,
    },
  },
);

/**
 * Makes the order of what was held, of a reference that is locked and unused: reserves the financed amount in the ledger
 * and opens the plan. No money moves. All of it is sent and nothing waited for.
 */
export async function openOrder(tx: Tx, input: NewOrder): Promise<OrderState> {
  const { orderId, merchantId, shopperId, hold, snapshot } = input;
  const { currency } = snapshot;
  const planId = newId('pln');
  const coFunderIds = hold.shares.slice(1).map(({ funderId }) => funderId);
  const cause = { planId, merchantId, currency, subjectId: orderId };
  postLater(
    tx,
    jointly(hold.shares, ({ funderId, amount }) => authorizePosting({ ...cause, funderId, amount })),
  );
  const order = newOrder(tx, input, planId);
  const row = {
    environment_id: tx.environment.id,
    id: orderId,
    merchant_id: merchantId,
    shopper_id: shopperId,
    checkout_session_id: order.checkoutSessionId,
    agreement_id: order.agreementId,
    plan_id: planId,
    hold_id: hold.id,
    merchant_reference: order.merchantReference,
    currency,
    authorized_amount: order.authorized,
    down_amount: order.down,
    // With several there is one for each of them, which the ledger knows (`reservationsOf`).
    pending_transfer_id: coFunderIds.length === 0,
    created_at: order.createdAt,
    expires_at: order.expiresAt,
    status: order.status,
  };
  tx.later(insertOrder([row]));
  await openPlan(tx, {
    planId,
    orderId,
    shopperId,
    merchantId,
    merchantReference: order.merchantReference,
    funderId: hold.funderId,
    coFunderIds,
    holdId: hold.id,
    paymentMethodId: input.paymentMethodId,
    currency,
    snapshot,
    agreed: input.agreed,
  });
  return order;
}

function newOrder(tx: Tx, input: NewOrder, planId: string): OrderState {
  const { origin, hold, snapshot } = input;
  return {
    id: input.orderId,
    merchantId: input.merchantId,
    shopperId: input.shopperId,
    checkoutSessionId: 'checkoutSessionId' in origin ? origin.checkoutSessionId : null,
    agreementId: 'agreementId' in origin ? origin.agreementId : null,
    planId,
    holdId: hold.id,
    merchantReference: input.merchantReference,
    currency: snapshot.currency,
    authorized: BigInt(snapshot.amount),
    down: BigInt(snapshot.down_payment),
    captured: 0n,
    capturedDown: 0n,
    voided: 0n,
    refunded: 0n,
    expiryNotices: 0,
    status: 'authorized',
    version: 1,
    createdAt: tx.now,
    expiresAt: addMs(tx.now, authorizationLifeMs),
  };
}
