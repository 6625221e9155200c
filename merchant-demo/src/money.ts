import { currency } from './products.ts';

/** ¥39.00 for 3900. Amounts stay integers of minor units; only what people read has a decimal point. */
export function formatPrice(amount: number, locale: string): string {
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
  }).format(amount / 100);
}

/** 39.00 for 3900, as `parsePrice` reads it. */
export function plainPrice(amount: number): string {
  return `${Math.trunc(amount / 100)}.${String(amount % 100).padStart(2, '0')}`;
}

/** 3900 for "39", "39.0" or "39.00"; undefined for anything that is not a positive amount. Never through a float. */
export function parsePrice(text: string): number | undefined {
  const [, whole, fraction = ''] = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(text.trim()) ?? [];
  if (whole === undefined) return undefined;
  const amount = Number(whole + fraction.padEnd(2, '0'));
  return amount > 0 ? amount : undefined;
}
