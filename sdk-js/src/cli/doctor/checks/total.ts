/** The amount in minor units that a page names as its total; undefined when the pattern finds none. */
export function totalOf(html: string, pattern: string, currency: string): number | undefined {
  const [, text = ''] = new RegExp(pattern).exec(html) ?? [];
  return parseMoney(text, digitsOf(currency));
}

function digitsOf(currency: string): number {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.resolvedOptions().maximumFractionDigits ?? 2;
}

/** '¥1,639.00', '1.639,00 €' and '¥1,639' alike: a part behind the last mark that is as long as the currency's is a fraction. */
function parseMoney(text: string, digits: number): number | undefined {
  const [figure] = /\d[\d.,'\s]*/.exec(text) ?? [];
  if (figure === undefined) return undefined;
  const [, whole = '', fraction = ''] = (digits > 0 &&
    new RegExp(`^(.*)[.,](\\d{${digits}})\\s*$`).exec(figure)) || [figure, figure, ''];
  return Number(whole.replaceAll(/\D/g, '') + fraction.padEnd(digits, '0'));
}
