import { claimSession } from '../../gateway/src/checkout/claim.ts';
import { confirm } from '../../gateway/src/checkout/confirm.ts';
import { decide } from '../../gateway/src/checkout/decide.ts';
import { openSession } from '../../gateway/src/checkout/sessions.ts';
import { tokenOf } from '../../gateway/src/checkout/token.ts';
import { type CalendarDate, dateIn } from '../../gateway/src/lib/dates.ts';
import type { Id } from '../../gateway/src/lib/ids.ts';
import type { Tx } from '../../gateway/src/lib/tx.ts';
import { authorize } from '../../gateway/src/orders/authorize.ts';
import { capture } from '../../gateway/src/orders/capture.ts';
import { easeTerms } from '../../gateway/src/orders/hardship.ts';
import { findOrder, refundableOf } from '../../gateway/src/orders/orders.ts';
import { refund } from '../../gateway/src/orders/refund.ts';
import { voidOrder } from '../../gateway/src/orders/void.ts';
import { addPaymentMethod } from '../../gateway/src/processor/payment-methods.ts';
import { payNow } from '../../gateway/src/repayments/pay.ts';
import { payoffOf } from '../../gateway/src/repayments/payoff.ts';
import { findPlan } from '../../gateway/src/repayments/plans.ts';
import { saveIdentity } from '../../gateway/src/shoppers/identity.ts';
import { parseNationalId } from '../../gateway/src/shoppers/national-id.ts';
import { findOrCreateShopper } from '../../gateway/src/shoppers/profile.ts';
import type { Act, Fate } from './fates.ts';
import type { World } from './world.ts';
import { currency, timeZone } from './world.ts';

/** A plan of the simulation, the `number`-th, with its order. */
export type Opened = {
  number: number;
  openedOn: CalendarDate;
  fate: Fate;
  orderId: string;
  planId: string;
  shopperId: Id<'shp'>;
};

export const methodOf = (number: number): string => `pm_${number}`;

/** Somebody new buys by the whole walk of a checkout, and the shop ships. */
export async function openPlan(world: World, input: { number: number; fate: Fate }): Promise<Opened> {
  return world.inTx(async (tx) => {
    const { number, fate } = input;
    const shopperId = await makeShopper(tx, input);
    const { orderId, planId, merchantId } = await order(tx, world, { ...input, shopperId });
    const amount = fate.firstPercent === 100 ? fate.amount : (fate.amount * BigInt(fate.firstPercent)) / 100n;
    await capture(tx, { orderId, merchantId, reference: 'first', amount });
    return { number, openedOn: dateIn(timeZone, tx.now), fate, orderId, planId, shopperId };
  });
}

async function makeShopper(tx: Tx, { number, fate }: { number: number; fate: Fate }): Promise<Id<'shp'>> {
  const phone = `+86139${String(number).padStart(8, '0')}`;
  const { shopperId } = await findOrCreateShopper(tx, { phone, locale: 'en' });
  if (fate.category === 'education') {
    const nationalId = parseNationalId(nationalIdOf(number));
    const identity = { name: 'A Person', nationalId, provider: 'decade', reference: String(number) };
    await saveIdentity(tx, { shopperId, identity });
  }
  return shopperId;
}

/** GB 11643: a place, a birth date, a number of the day, and a check digit (ISO 7064, MOD 11-2). */
function nationalIdOf(number: number): string {
  const day = String(1 + (Math.floor(number / 1000) % 28)).padStart(2, '0');
  const digits = `110101199001${day}${String(number % 1000).padStart(3, '0')}`;
  const sum = digits
    .split('')
    .reduce((total, digit, index) => total + Number(digit) * (2 ** (17 - index) % 11), 0);
  return digits + '10X98765432'[sum % 11];
}

async function order(
  tx: Tx,
  world: World,
  input: { number: number; fate: Fate; shopperId: Id<'shp'> },
): Promise<{ orderId: string; planId: string; merchantId: string }> {
  const { number, fate, shopperId } = input;
  const { id: merchantId } = world.merchants[fate.category];
  const merchantReference = `order-${number}`;
  const { amount, repaymentDay } = fate;
  const saved = {
    kind: 'card' as const,
    customer: `cus_${number}`,
    method: methodOf(number),
    brand: 'visa',
    last4: '4242',
  };
  const { id: paymentMethodId } = await addPaymentMethod(tx, { shopperId, saved });
  const { session } = await openSession(tx, {
    merchantId,
    merchantReference,
    amount,
    currency,
    lines: [{ name: 'Goods', quantity: 1, unit_amount: Number(amount), amount: Number(amount) }],
    returnUrl: 'https://shop.example/return',
    channel: fate.channel,
    repaymentDay,
  });
  await claimSession(tx, { sessionId: session.id, shopperId });
  await decide(tx, { sessionId: session.id, shopperId });
  const agreed = { sessionId: session.id, shopperId, planCode: fate.code, paymentMethodId };
  const { session: confirmed } = await confirm(tx, agreed);
  const opened = await authorize(tx, {
    merchantId,
    checkoutToken: tokenOf(tx, confirmed),
    merchantReference,
    amount,
    currency,
  });
  return { orderId: opened.id, planId: opened.planId, merchantId };
}

/** Does what the plan's fate has in store, as far as there is still something to do it to. */
export function act(world: World, opened: Opened, what: Act): Promise<void> {
  const { orderId, planId, shopperId } = opened;
  const { id: merchantId } = world.merchants[opened.fate.category];
  return world.inTx(async (tx) => {
    const found = await findOrder(tx, { orderId });
    switch (what.kind) {
      case 'second_parcel':
        await capture(tx, {
          orderId,
          merchantId,
          reference: 'second',
          amount: found.authorized - found.captured,
        });
        return;
      case 'void_rest':
        await voidOrder(tx, { orderId, merchantId });
        return;
      case 'refund': {
        const amount = (refundableOf(found) * BigInt(what.percent)) / 100n;
        if (amount > 0n) await refund(tx, { orderId, merchantId, reference: `return-${what.day}`, amount });
        return;
      }
      case 'hardship':
        await easeTerms(tx, { planId, ask: { reason: 'income', periods: 4 }, by: 'operator' });
        return;
      case 'catch_up':
        await payNow(tx, { planId, shopperId });
        return;
      case 'pay_off':
      case 'pay_ahead': {
        const { total } = await payoffOf(tx, await findPlan(tx, { planId }));
        const amount = what.kind === 'pay_off' ? total : (total * BigInt(what.percent)) / 100n;
        if (amount > 0n) await payNow(tx, { planId, shopperId, amount });
      }
    }
  });
}
