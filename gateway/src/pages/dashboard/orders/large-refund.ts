import type { Currency } from '../../../lib/money.ts';

/** From so many minor units on, a refund needs that the member's passkey was asked for a short while ago. */
const largeFrom: Record<Currency, bigint> = {
  CNY: 100_000n,
  EUR: 15_000n,
  GBP: 12_000n,
  USD: 15_000n,
  JPY: 20_000n,
  KWD: 45_000n,
};

/** Whether a refund is large enough to ask again who makes it; every refund of a currency without a limit is. */
export function isLargeRefund({ amount, currency }: { amount: bigint; currency: Currency }): boolean {
  return amount >= (largeFrom[currency] ?? 0n);
}
