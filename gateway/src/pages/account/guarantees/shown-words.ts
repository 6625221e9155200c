import type { GuaranteeTerms } from '../../../credit/guarantees/terms.ts';
import { hashText } from '../../../shoppers/kept-texts.ts';
import { type Locale, locales } from '../../../shoppers/profile.ts';
import { guaranteePlainText } from './words.ts';

/** The words that a form says were shown, in whichever language; undefined when they are not those of these terms. */
export function shownWords(
  terms: GuaranteeTerms,
  declaration: string,
): { text: string; locale: Locale } | undefined {
  return locales
    .map((locale) => ({ locale, text: guaranteePlainText(locale, terms) }))
    .find(({ text }) => hashText(text) === declaration);
}
