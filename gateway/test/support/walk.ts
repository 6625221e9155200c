import { claimSession } from '../../src/checkout/claim.ts';
import { confirm, finishDownHold } from '../../src/checkout/confirm.ts';
import { decide, type Decision } from '../../src/checkout/decide.ts';
import type { CheckoutSessionJson } from '../../src/api/resources/checkout-session.ts';
import type { OrderJson } from '../../src/api/resources/order.ts';
import { findLine } from '../../src/credit/lines.ts';
import { newId } from '../../src/lib/ids.ts';
import type { PlanCode } from '../../src/plans/offers.ts';
import { carryOut } from '../../src/processor/carry-out.ts';
import { addPaymentMethod } from '../../src/processor/payment-methods.ts';
import type { TestMethodName } from '../../src/processor/test-methods.ts';
import { type Installment, listInstallments } from '../../src/repayments/installments.ts';
import { findOrCreateShopper } from '../../src/shoppers/profile.ts';
import type { Shop } from './shop.ts';

export type Buyer = { shopperId: string; paymentMethodId: string };

let phonesGiven = 0;

/** A shopper whom nobody knows yet, with one saved test method. */
export async function newBuyer(shop: Shop, method: TestMethodName = 'ok'): Promise<Buyer> {
  phonesGiven += 1;
  const phone = `+86139${String(phonesGiven).padStart(8, '0')}`;
  const { shopperId } = await shop.inTx((tx) => findOrCreateShopper(tx, { phone, locale: 'en' }));
  return { shopperId, paymentMethodId: await addMethod(shop, shopperId, method) };
}

export async function addMethod(shop: Shop, shopperId: string, name: TestMethodName): Promise<string> {
  const saved = await shop.world.context
    .processorFor('sandbox')
    .saveTestMethod({ idempotencyKey: newId('req'), environmentId: shop.environmentId, name });
  return (await shop.inTx((tx) => addPaymentMethod(tx, { shopperId, saved }))).id;
}

export function newSessionBody(shop: Shop, amount: number, merchantReference: string = newId('req')) {
  return {
    merchant_reference: merchantReference,
    amount,
    currency: shop.currency,
    lines: [{ name: 'Tea', quantity: 1, unit_amount: amount, amount }],
    return_url: 'https://shop.example/return',
  };
}

export function openCheckout(shop: Shop, amount: number, reference?: string): Promise<CheckoutSessionJson> {
  return shop.post('/v1/checkout-sessions', newSessionBody(shop, amount, reference));
}

/** What the hosted page does when a shopper comes: the session becomes theirs and is decided. */
export function claimAndDecide(shop: Shop, sessionId: string, shopperId: string): Promise<Decision> {
  return shop.inTx(async (tx) => {
    await claimSession(tx, { sessionId, shopperId });
    return decide(tx, { sessionId, shopperId });
  });
}

/** What the hosted page does when the shopper agrees. Returns what became of the down payment, if there is one. */
export async function agree(
  shop: Shop,
  sessionId: string,
  buyer: Buyer,
  planCode: PlanCode,
): ReturnType<typeof carryOut> {
  const { downAttemptId } = await shop.inTx((tx) => confirm(tx, { sessionId, planCode, ...buyer }));
  if (downAttemptId === undefined) return 'done';
  const input = { environmentId: shop.environmentId, attemptId: downAttemptId };
  return carryOut(shop.world.context, input, finishDownHold);
}

export type Purchase = { amount: number; plan?: PlanCode; buyer?: Buyer; reference?: string };

/** A confirmed session, as its merchant reads it, with the token. */
export async function confirmedSession(
  shop: Shop,
  { amount, plan = 'pay_in_4', buyer, reference }: Purchase,
): Promise<CheckoutSessionJson & { checkout_token: string }> {
  const session = await openCheckout(shop, amount, reference);
  const by = buyer ?? (await newBuyer(shop));
  await claimAndDecide(shop, session.id, by.shopperId);
  await agree(shop, session.id, by, plan);
  const confirmed = await shop.get<CheckoutSessionJson>(`/v1/checkout-sessions/${session.id}`);
  if (confirmed.checkout_token === undefined) throw new Error(`the session is ${confirmed.status}`);
  return { ...confirmed, checkout_token: confirmed.checkout_token };
}

export function orderBody(session: CheckoutSessionJson & { checkout_token: string }) {
  const { checkout_token, merchant_reference, amount, currency } = session;
  return { checkout_token, merchant_reference, amount, currency };
}

/** An authorized order. */
export async function authorizedOrder(shop: Shop, purchase: Purchase): Promise<OrderJson> {
  return shop.post('/v1/orders', orderBody(await confirmedSession(shop, purchase)));
}

/** Captures a part of an order, and collects what is due by that. */
export async function ship(
  shop: Shop,
  orderId: string,
  amount: number,
  reference: string = newId('req'),
): Promise<void> {
  await shop.post(`/v1/orders/${orderId}/captures`, { reference, amount });
  await shop.world.runAttempts();
}

/** What is held and used of a shopper's line in the shop's currency. */
export async function lineOf(shop: Shop, shopperId: string): Promise<{ held: bigint; used: bigint }> {
  const line = await shop.inTx((tx) => findLine(tx, shopperId, shop.currency), 'read');
  if (!line) throw new Error(`shopper ${shopperId} has no line`);
  return { held: line.held, used: line.used };
}

export function installmentsOf(shop: Shop, planId: string): Promise<Installment[]> {
  return shop.inTx((tx) => listInstallments(tx, planId), 'read');
}

/** What the processor holds and has taken by the intents of one kind of attempt for this subject, and sent back of it. */
export async function takenFor(
  shop: Shop,
  subjectId: string,
): Promise<{ held: number; taken: number; sentBack: number }> {
  const attempts = shop.world
    .db('processor_attempts')
    .where({ environment_id: shop.environmentId, subject_id: subjectId })
    .whereIn('purpose', ['down_hold', 'repayment'])
    .select('id');
  const intents = await shop.world
    .db('mock_processor.objects')
    .where({ kind: 'payment_intent' })
    .whereIn(shop.world.db.raw("object->'metadata'->>'attempt_id'") as never, attempts)
    .select<{ object: { id: string; amount_capturable: number; amount_received: number } }[]>('object');
  const refunds = await shop.world
    .db('mock_processor.objects')
    .where({ kind: 'refund' })
    .select<{ object: { payment_intent: string; amount: number } }[]>('object');
  const ids = new Set(intents.map(({ object }) => object.id));
  const sum = (amounts: number[]): number => amounts.reduce((total, amount) => total + amount, 0);
  return {
    held: sum(intents.map(({ object }) => object.amount_capturable)),
    taken: sum(intents.map(({ object }) => object.amount_received)),
    sentBack: sum(
      refunds.filter(({ object }) => ids.has(object.payment_intent)).map(({ object }) => object.amount),
    ),
  };
}
