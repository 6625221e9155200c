import { findSession, openSession, type SessionLine } from '../../src/checkout/sessions.ts';
import { tokenOf } from '../../src/checkout/token.ts';
import { advanceClock, daysInOneRequest } from '../../src/jobs/advance-clock.ts';
import { carryOutOpen } from '../../src/jobs/run-attempts.ts';
import { addMs, dayMs } from '../../src/lib/dates.ts';
import { newId } from '../../src/lib/ids.ts';
import { createMerchant, type Merchant } from '../../src/merchants/merchants.ts';
import { authorize } from '../../src/orders/authorize.ts';
import { capture } from '../../src/orders/capture.ts';
import type { ChoiceName } from '../../src/pages/account/choices.ts';
import { accountPath } from '../../src/pages/account/paths.ts';
import { formOf, type Reader } from './page-reader.ts';
import type { PagesWorld, Shop } from './pages-world.ts';
import { agreeTo, reachOffers } from './pages-walk.ts';

export type Bought = { planId: string; orderId: string; merchantId: string; checkout: string };

type Purchase = {
  /** The test person `good-<number>`, when nobody is signed in yet. */
  number: number;
  plan?: string;
  method?: string;
  /** Minor units. */
  amount?: number;
  merchant?: Merchant;
  /** The shop's own name of the order. */
  reference?: string;
};

/** Buys something through the hosted pages, up to an order that has not shipped. */
export async function order(reader: Reader, shop: Shop, input: Purchase): Promise<Bought> {
  const { number, plan = 'pay_in_4', method = 'test:ok', amount = 10_000 } = input;
  const merchantId = (input.merchant ?? shop.merchant).id;
  const merchantReference = input.reference ?? newId('req');
  const lines: SessionLine[] = [{ name: 'Tea', quantity: 1, unit_amount: amount, amount }];
  const { session, secret } = await shop.inTx((tx) =>
    openSession(tx, {
      merchantId,
      merchantReference,
      amount: BigInt(amount),
      currency: 'CNY',
      lines,
      returnUrl: 'http://localhost:4100/return',
    }),
  );
  const checkout = `/c/${secret}`;
  await reader.get(checkout);
  if (formOf(reader.page.html, '/claim')) await reader.submit('/claim');
  else await reachOffers(reader, shop, checkout, number);
  await agreeTo(reader, checkout, plan, method);
  const { id, planId } = await shop.inTx(async (tx) =>
    authorize(tx, {
      merchantId,
      checkoutToken: tokenOf(tx, await findSession(tx, { sessionId: session.id })),
      merchantReference,
      amount: BigInt(amount),
      currency: 'CNY',
    }),
  );
  return { planId, orderId: id, merchantId, checkout };
}

/** Ships an order whole, and collects what is due by that. */
export async function ship(world: PagesWorld, shop: Shop, bought: Bought, amount = 10_000): Promise<void> {
  const { orderId, merchantId } = bought;
  await shop.inTx((tx) =>
    capture(tx, { orderId, merchantId, reference: newId('req'), amount: BigInt(amount) }),
  );
  await runAttempts(world);
}

export async function buy(
  world: PagesWorld,
  reader: Reader,
  shop: Shop,
  input: Purchase,
): Promise<Bought & { account: string; page: string }> {
  const bought = await order(reader, shop, input);
  await ship(world, shop, bought, input.amount);
  const account = accountPath({ id: shop.environmentId });
  return { ...bought, account, page: `${account}/plans/${bought.planId}` };
}

export async function runAttempts(world: PagesWorld): Promise<void> {
  while ((await carryOutOpen(world.context)) > 0);
}

/** Moves the sandbox's clock to nine in the morning, in Shanghai, of this date, in as many requests as that takes. */
export async function advanceTo(world: PagesWorld, shop: Shop, date: string): Promise<void> {
  const destination = new Date(`${date}T01:00:00Z`);
  let from = await shop.inTx(async (tx) => tx.now, 'read');
  while (from < destination) {
    const furthest = addMs(from, daysInOneRequest * dayMs);
    const to = furthest < destination ? furthest : destination;
    const ask = { sandboxId: shop.environmentId, destination: { to }, request: newId('req') };
    // Asked again, a clock goes on whose request did not wait for it on a busy machine.
    while (!(await advanceClock(world.context, ask)).arrived);
    from = to;
  }
}

/** Where what is due, the next payment or everything is confirmed and paid. */
export function paymentOf(page: string, choice: ChoiceName = 'next'): string {
  return `${page}/payment?pay=${choice}`;
}

/** Looks at what a payment would do, and sends the form that makes it. */
export async function pay(
  reader: Reader,
  page: string,
  choice?: ChoiceName,
  values?: Record<string, string>,
): Promise<void> {
  await reader.get(paymentOf(page, choice));
  await reader.submit('/pay', values);
}

/** A second shop in the same sandbox. */
export function addMerchant(shop: Shop, name: string): Promise<Merchant> {
  const { category, country, timeZone, currency, allowedOrigins, feeBasisPoints, feeFixed, firstPart } =
    shop.merchant;
  return shop.inTx((tx) =>
    createMerchant(tx, {
      name,
      category,
      country,
      timeZone,
      currency,
      allowedOrigins,
      feeBasisPoints,
      feeFixed,
      firstPart,
      payoutAccount: 'acct_test_second',
    }),
  );
}

/** What the processor has taken for the repayments of a plan, each as minor units. */
export async function takenFor(world: PagesWorld, shop: Shop, planId: string): Promise<number[]> {
  const { db } = world.context;
  const repayments = db('repayments')
    .where({ environment_id: shop.environmentId, plan_id: planId })
    .select('id');
  const attempts = db('processor_attempts')
    .whereIn('subject_id', repayments as never)
    .select('id');
  const intents = await db('mock_processor.objects')
    .where({ kind: 'payment_intent' })
    .whereIn(db.raw("object->'metadata'->>'attempt_id'") as never, attempts)
    .select<{ object: { amount_received: number } }[]>('object');
  return intents.map(({ object }) => object.amount_received).filter((amount) => amount > 0);
}
