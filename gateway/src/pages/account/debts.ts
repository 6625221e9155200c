import type { CalendarDate } from '../../lib/dates.ts';
import type { Tx } from '../../lib/tx.ts';
import { findMerchant } from '../../merchants/merchants.ts';
import { listPaymentMethods, type PaymentMethod } from '../../processor/payment-methods.ts';
import { owedOf, type ScheduledInstallment } from '../../plans/schedule.ts';
import { type InstallmentStatus, statusOf } from '../../plans/status.ts';
import { type Installment, listInstallments, listInstallmentsOf } from '../../repayments/installments.ts';
import { dueOf } from '../../repayments/pay.ts';
import { agingDate, debitsUnderWay } from '../../repayments/pending-debits.ts';
import { claimOn, claimsOn } from '../../repayments/guarantors/claims.ts';
import { isWrittenOff, recoverableOf } from '../../repayments/recover.ts';
import { findPlan, listPlansOf, type Plan, todayOf } from '../../repayments/plans.ts';

/** A plan as its shopper looks at it today. Amounts are minor units of the plan's currency. */
export type Debt = {
  plan: Plan;
  /** Undefined for a cash draw. */
  shop: string | undefined;
  /** The card or bank account that the plan is collected from, which a cash draw went to. */
  card: PaymentMethod | undefined;
  installments: DatedInstallment[];
  /** With what a friend has paid for them and is to get back. */
  owed: bigint;
  /** What is due or overdue, with the same; of a plan that was charged off, all that is owed. */
  due: bigint;
  /** The first installment that is not due yet and not paid. */
  next: DatedInstallment | undefined;
};

/**
 * An installment with its state today, also when the sweep of the day has not written it down yet; while a bank has not
 * answered, with that of the date on which it was asked.
 */
export type DatedInstallment = ScheduledInstallment & { status: InstallmentStatus; left: bigint };

/** All plans of the shopper, the newest first. */
export async function readDebts(tx: Tx, shopperId: string): Promise<Debt[]> {
  const plans = await listPlansOf(tx, shopperId);
  const installments = await listInstallmentsOf(
    tx,
    plans.map(({ id }) => id),
  );
  const cards = await listPaymentMethods(tx, shopperId);
  const debits = await debitsUnderWay(
    tx,
    plans.map(({ id }) => id),
  );
  const claims = await claimsOn(
    tx,
    plans.map(({ id }) => id),
  );
  const shops = new Map<string | null, string | undefined>([[null, undefined]]);
  for (const { merchantId } of plans) {
    if (!shops.has(merchantId)) shops.set(merchantId, await shopOf(tx, merchantId));
  }
  return plans.map((plan) =>
    debtOf({
      plan,
      shop: shops.get(plan.merchantId),
      cards,
      installments: installments.get(plan.id) ?? [],
      claim: claims.get(plan.id) ?? 0n,
      today: debits.get(plan.id) ?? todayOf(tx, plan),
    }),
  );
}

/** One plan of the shopper; `not_found` when it is somebody else's. */
export async function readDebt(tx: Tx, input: { planId: string; shopperId: string }): Promise<Debt> {
  const plan = await findPlan(tx, input);
  const shop = await shopOf(tx, plan.merchantId);
  const cards = await listPaymentMethods(tx, plan.shopperId);
  return debtOf({
    plan,
    shop,
    cards,
    installments: await listInstallments(tx, plan.id),
    claim: await claimOn(tx, plan.id),
    today: await agingDate(tx, plan, todayOf(tx, plan)),
  });
}

async function shopOf(tx: Tx, merchantId: string | null): Promise<string | undefined> {
  return merchantId === null ? undefined : (await findMerchant(tx, merchantId)).name;
}

function debtOf(input: {
  plan: Plan;
  shop: string | undefined;
  cards: PaymentMethod[];
  installments: Installment[];
  claim: bigint;
  /** As of when installments are due or overdue. */
  today: CalendarDate;
}): Debt {
  const { plan, shop, cards, claim, today } = input;
  const installments = input.installments.map((item) => dated(item, today));
  return {
    plan,
    shop,
    card: cards.find(({ id }) => id === plan.paymentMethodId),
    installments,
    owed: (isWrittenOff(plan) ? recoverableOf(plan) : owedOf(installments)) + claim,
    due: (isWrittenOff(plan) ? recoverableOf(plan) : dueOf(installments, today)) + claim,
    next: installments.find(({ status }) => status === 'scheduled'),
  };
}

function dated(item: Installment, today: CalendarDate): DatedInstallment {
  const { id: _id, ...scheduled } = item;
  return { ...scheduled, status: statusOf(item, today), left: item.amount - item.paidAmount };
}
