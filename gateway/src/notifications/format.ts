import type { CalendarDate } from '../lib/dates.ts';
import { startOf } from '../lib/dates.ts';
import { dateTimeFormat, numberFormat } from '../lib/formatters.ts';
import { digitsOf } from '../lib/money.ts';

/** What a plan is for: an order at a shop, or a cash draw where there is none. */
export type Purchase = { merchant: string | null };

export type Money = { amount: bigint; currency: string };

/**
 * Money as people of this language write it: `¥25.00`, `KWD 1.250`. Exact for every amount. A shop sells in one currency,
 * so its own sign says enough.
 */
export function formatMoney(locale: string, { amount, currency }: Money): string {
  const digits = digitsOf(currency);
  const padded = String(amount < 0n ? -amount : amount).padStart(digits + 1, '0');
  const whole = padded.slice(0, padded.length - digits);
  const decimal = `${amount < 0n ? '-' : ''}${whole}.${padded.slice(padded.length - digits) || '0'}`;
  return numberFormat(locale, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(decimal as `${number}`);
}

/** A rate in percent: `7.2 %`, in Chinese `7.2%`; at most four decimals. */
export function formatPercent(locale: string, percent: number): string {
  const number = numberFormat(locale, { maximumFractionDigits: 4 }).format(percent);
  return locale.startsWith('zh') ? `${number}%` : `${number} %`;
}

/** A calendar date in words: `3 March 2026` or its like, `2026年3月3日`. */
export function formatDate(locale: string, date: CalendarDate): string {
  return dateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(startOf(date, 'UTC'));
}

/** What is paid for, within a sentence: `your order at Tea House`, `your cash draw`; “Tea House”订单. */
export function formatPurchase(locale: string, { merchant }: Purchase): string {
  if (locale.startsWith('zh')) return merchant === null ? '借款' : `“${merchant}”订单`;
  return merchant === null ? 'your cash draw' : `your order at ${merchant}`;
}
