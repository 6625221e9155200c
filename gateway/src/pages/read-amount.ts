import { type Currency, digitsOf } from '../lib/money.ts';

const grouped = /^(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]*))?$/;
/** Some keypads have a comma and no point. Groups have three digits, so that two behind the only comma are decimals. */
const commaDecimals = /^([0-9]+),([0-9]{2})$/;
/** More digits than any debt has are not an amount. */
const mostDigits = 15;

/**
 * The minor units of what a person typed as an amount of `currency`: with or without its sign, thousands in groups or
 * not, in ASCII digits or the wide ones of a Chinese keyboard. Undefined where it could mean two things or has more
 * decimals than the currency: nothing is rounded.
 */
export function readAmount(text: string, currency: Currency): bigint | undefined {
  const bare = withoutSign(text.normalize('NFKC').replaceAll(/\s/g, ''), currency).replace(
    commaDecimals,
    '$1.$2',
  );
  const [matched, decimals = ''] = grouped.exec(bare) ?? [];
  const digits = digitsOf(currency);
  if (matched === undefined || decimals.length > digits || bare.endsWith('.')) return undefined;
  const whole = bare.split('.', 1)[0]?.replaceAll(',', '') ?? '';
  const minor = whole + decimals.padEnd(digits, '0');
  return minor.length > mostDigits ? undefined : BigInt(minor);
}

/** People write the sign before the number, and 元 behind it. */
function withoutSign(text: string, currency: Currency): string {
  const signs = [...signsOf(currency)].map((sign) => sign.normalize('NFKC'));
  const before = signs.find((sign) => text.toUpperCase().startsWith(sign.toUpperCase()));
  const bare = before === undefined ? text : text.slice(before.length);
  return currency === 'CNY' ? bare.replace(/元$/, '') : bare;
}

function signsOf(currency: Currency): Set<string> {
  const signs = new Set([currency]);
  for (const locale of ['en', 'zh-CN'])
    for (const currencyDisplay of ['symbol', 'narrowSymbol'] as const) {
      const format = new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay });
      signs.add(format.formatToParts(0).find(({ type }) => type === 'currency')?.value ?? currency);
    }
  return signs;
}
