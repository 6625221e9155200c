import { formatMoney } from '../notifications/format.ts';
import type { PlanOffer } from '../plans/offers.ts';
import { type Locale, locales } from '../shoppers/profile.ts';
import { partsOf } from './public-offers.ts';

type Words = {
  once(amount: string, days: number): string;
  equal(count: number, each: string): string;
  /** Rounding leaves a last part that differs. */
  unequal(count: number, each: string, last: string): string;
};

/** `once` after 0 days is as the goods ship. */
export const messageWords: Record<Locale, Words> = {
  en: {
    once: (amount, days) => `Pay ${amount} ${days === 1 ? 'a day' : `${days} days`} later, interest-free`,
    equal: (count, each) => `${count} payments of ${each}, interest-free`,
    unequal: (count, each, last) =>
      `${count} payments: ${count - 1} of ${each}, the last of ${last}, interest-free`,
  },
  'zh-CN': {
    once: (amount, days) => `${days} 天后付 ${amount}，免息`,
    equal: (count, each) => `分 ${count} 期，每期 ${each}，免息`,
    unequal: (count, each, last) => `分 ${count} 期，前 ${count - 1} 期每期 ${each}，末期 ${last}，免息`,
  },
};

/** What an offer comes to, in one line and to the minor unit. */
export function messageOf(locale: Locale, offer: PlanOffer): string {
  const words = messageWords[locale];
  const money = (amount: bigint): string => formatMoney(locale, { amount, currency: offer.currency });
  const parts = partsOf(offer);
  const [first = 0n] = parts;
  const last = parts.at(-1) ?? 0n;
  if (parts.length === 1) return words.once(money(first), offer.installments[0]?.offset.days ?? 0);
  return first === last
    ? words.equal(parts.length, money(first))
    : words.unequal(parts.length, money(first), money(last));
}

/** Ours for a language tag of a page (BCP 47): any Chinese is simplified Chinese, anything else English. */
export function closestLocale(tag: string): Locale {
  const [language = ''] = tag.toLowerCase().split('-');
  return locales.find((locale) => locale.toLowerCase().split('-')[0] === language) ?? 'en';
}
