/** Installments of one month of purchases that are not paid, in minor units; `month` is when each falls due. */
export type Installment = { month: number; principal: number; interest: number; plan: number };

const monthsOfYear = 12;
const millionth = 1_000_000;

/** How many installments a shopper takes: as many as it takes to pay the part of a bill that they pay in a month. */
export function installmentsFor(paidRatio: number): number {
  return [1, 3, 6].find((count) => count * paidRatio >= 1) ?? monthsOfYear;
}

/** Equal parts of an amount in the months after `month`, with interest on what is left; a single one bears none. */
export function spread(
  amount: number,
  count: number,
  input: { month: number; plan: number; annualRatePpm: number },
): Installment[] {
  const part = Math.floor(amount / count);
  return Array.from({ length: count }, (_, index) => {
    const left = amount - part * index;
    const interest = count === 1 ? 0 : Math.round((left * input.annualRatePpm) / millionth / monthsOfYear);
    return {
      month: input.month + 1 + index,
      principal: index === count - 1 ? left : part,
      interest,
      plan: input.plan,
    };
  });
}

export function amountOf({ principal, interest }: Installment): number {
  return principal + interest;
}

export function sumOf(installments: readonly Installment[]): number {
  return installments.reduce((total, installment) => total + amountOf(installment), 0);
}
