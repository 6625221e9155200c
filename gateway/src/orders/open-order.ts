import type { Hold } from '../credit/holds.ts';
import { jointly } from '../ledger/jointly.ts';
import { lastTransferSql, post } from '../ledger/post.ts';
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

const insertOrderSql = `insert into orders (environment_id, id, merchant_id, shopper_id, checkout_session_id, agreement_id,
    plan_id, hold_id, merchant_reference, currency, authorized_amount, down_amount, pending_transfer_id, created_at,
    expires_at, status)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
    case when $13::boolean then ${lastTransferSql} end, $14, $15, 'authorized')
  on conflict (environment_id, merchant_id, merchant_reference) do nothing
  returning *`;

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
  // Sent together: what fails undoes all of it.
  const posted = post(
    tx,
    jointly(hold.shares, ({ funderId, amount }) => authorizePosting({ ...cause, funderId, amount })),
  );
  const inserted = tx.query<OrderRow>(insertOrderSql, [
    tx.environment.id,
    orderId,
    merchantId,
    shopperId,
    'checkoutSessionId' in origin ? origin.checkoutSessionId : null,
    'agreementId' in origin ? origin.agreementId : null,
    planId,
    hold.id,
    merchantReference,
    currency,
    BigInt(snapshot.amount),
    BigInt(snapshot.down_payment),
    // With several there is one for each of them, which the ledger knows (`reservationsOf`).
    coFunderIds.length === 0,
    tx.now,
    addMs(tx.now, authorizationLifeMs),
  ]);
  const planned = openPlan(tx, {
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
  const [, [row]] = await Promise.all([posted, inserted, planned]);
  if (!row) {
    throw new GatewayError('merchant_reference_in_use', {
      detail: `There is already an order ${merchantReference}.`,
      errors: [{ pointer: '/merchant_reference', code: 'in_use' }],
    });
  }
  return toOrder(row);
}
