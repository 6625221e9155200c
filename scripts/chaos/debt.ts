import type { Order, Plan, Refund } from '@morrow/sdk-js/server';

/** What is known of one order's debt; `taken` is what its shopper's card was charged and did not get back. */
export type KnownDebt = {
  order: Pick<Order, 'id' | 'captured_amount' | 'refunded_amount'>;
  refunds: readonly Pick<Refund, 'debt_amount' | 'money_back_amount'>[];
  plan: Pick<Plan, 'id'> & {
    installments: readonly Pick<Plan['installments'][number], 'amount' | 'paid_amount'>[];
  };
  taken: number;
};

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

/**
 * Where the debt of an order without interest and fees does not follow from what was shipped, refunded and charged. A
 * refund cancels what is owed first, and only the rest of it is money back: what was paid stays paid on the plan, so the
 * card has paid what the plan says less what refunds sent back.
 */
export function debtFaults({ order, refunds, plan, taken }: KnownDebt): string[] {
  const owed = sum(plan.installments.map(({ amount }) => amount));
  const repaid = sum(plan.installments.map(({ paid_amount }) => paid_amount));
  const off = sum(refunds.map(({ debt_amount }) => debt_amount));
  const back = sum(refunds.map(({ money_back_amount }) => money_back_amount));
  const faults: string[] = [];
  if (order.captured_amount > 0 && owed !== order.captured_amount - off)
    faults.push(`${plan.id}: owes ${owed} by an order of ${order.captured_amount} less ${off}`);
  if (off + back !== order.refunded_amount)
    faults.push(`${order.id}: refunded ${order.refunded_amount} by refunds of ${off} and ${back}`);
  if (repaid - back !== taken)
    faults.push(`${plan.id}: repaid ${repaid}, got back ${back}, and the processor took ${taken}`);
  if (repaid > owed) faults.push(`${plan.id}: repaid ${repaid} of ${owed}`);
  return faults;
}

/** What was due by `today`, a date of the plan's calendar, and is not paid. */
export function uncollected(plan: Plan, today: string): string[] {
  const unpaid = plan.installments.filter((one) => one.due_date <= today && one.paid_amount < one.amount);
  return unpaid.length > 0 ? [`${plan.id}: due and not collected: ${JSON.stringify(unpaid)}`] : [];
}
