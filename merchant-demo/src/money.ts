import { currency } from './products.ts';

const formatter = new Intl.NumberFormat('en', {
  style: 'currency',
  currency,
  currencyDisplay: 'narrowSymbol',
});

/** ¥39.00 for 3900. Amounts stay integers of minor units; only what people read has a decimal point. */
export function formatPrice(amount: number): string {
  return formatter.format(amount / 100);
}

/** 3900 for "39", "39.0" or "39.00"; undefined for anything that is not a positive amount. Never through a float. */
export function parsePrice(text: string): number | undefined {
  const [, whole, fraction = ''] = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(text.trim()) ?? [];
  if (whole === undefined) return undefined;
  const amount = Number(whole + fraction.padEnd(2, '0'));
  return amount > 0 ? amount : undefined;
}
