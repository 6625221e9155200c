import { type CalendarDate, dateIn } from '../../lib/dates.ts';
import type { Tx } from '../../lib/tx.ts';
import { findMerchant, type Merchant } from '../../merchants/merchants.ts';
import { owedOf, type ScheduledInstallment } from '../../plans/schedule.ts';
import { type InstallmentStatus, statusOf } from '../../plans/status.ts';
import { type Installment, listInstallments, listInstallmentsOf } from '../../repayments/installments.ts';
import { dueOf } from '../../repayments/pay.ts';
import { findPlan, listPlansOf, type Plan } from '../../repayments/plans.ts';

/** A plan as its shopper looks at it today. Amounts are minor units of the plan's currency. */
export type Debt = {
  plan: Plan;
  shop: string;
  installments: DatedInstallment[];
  owed: bigint;
  /** What is due or overdue. */
  due: bigint;
  /** The first installment that is not due yet and not paid. */
  next: DatedInstallment | undefined;
};

/** An installment with its state today, also when the sweep of the day has not written it down yet. */
export type DatedInstallment = ScheduledInstallment & { status: InstallmentStatus; left: bigint };

/** All plans of the shopper, the newest first. */
export async function readDebts(tx: Tx, shopperId: string): Promise<Debt[]> {
  const plans = await listPlansOf(tx, shopperId);
  const installments = await listInstallmentsOf(
    tx,
    plans.map(({ id }) => id),
  );
  const merchants = new Map<string, Merchant>();
  for (const { merchantId } of plans) {
    if (!merchants.has(merchantId)) merchants.set(merchantId, await findMerchant(tx, merchantId));
  }
  return plans.flatMap((plan) => {
    const merchant = merchants.get(plan.merchantId);
    return merchant ? [debtOf(tx, { plan, merchant, installments: installments.get(plan.id) ?? [] })] : [];
  });
}

/** One plan of the shopper; `not_found` when it is somebody else's. */
export async function readDebt(tx: Tx, input: { planId: string; shopperId: string }): Promise<Debt> {
  const plan = await findPlan(tx, input);
  const merchant = await findMerchant(tx, plan.merchantId);
  return debtOf(tx, { plan, merchant, installments: await listInstallments(tx, plan.id) });
}

function debtOf(tx: Tx, input: { plan: Plan; merchant: Merchant; installments: Installment[] }): Debt {
  const { plan, merchant } = input;
  const today = dateIn(merchant.timeZone, tx.now);
  const installments = input.installments.map((item) => dated(item, today));
  return {
    plan,
    shop: merchant.name,
    installments,
    owed: owedOf(installments),
    due: dueOf(installments, today),
    next: installments.find(({ status }) => status === 'scheduled'),
  };
}

function dated(item: Installment, today: CalendarDate): DatedInstallment {
  const { number, dueDate, amount, paidAmount } = item;
  const left = amount - paidAmount;
  return { number, dueDate, amount, paidAmount, status: statusOf(item, today), left };
}
