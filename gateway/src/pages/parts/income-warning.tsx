import type { VNode } from 'preact';
import type { Vault } from '../../lib/vault.ts';
import { formatDate, formatMoney } from '../../notifications/format.ts';
import type { Burden } from '../../protection/affordability.ts';
import type { Locale } from '../../shoppers/profile.ts';
import { textsOf } from '../texts/language.ts';

/** The field of a form that says which warning was on the page. */
export const warnedField = 'warned';

/** What is bound by a purchase, or by a cash draw, in `currency`. */
export type Warning = { burden: Burden; currency: string; isDraw: boolean };

/** The warning in one language: how much of the income is bound with this, and until when. */
function warningWords(locale: Locale, { burden, currency, isDraw }: Warning): string {
  const { warning, warningDraw } = textsOf[locale].protection;
  const money = (amount: bigint): string => formatMoney(locale, { amount, currency });
  const { inWindow, income, until } = burden;
  return (isDraw ? warningDraw : warning)(money(inWindow), money(income ?? 0n), formatDate(locale, until));
}

/** A warning as it is shown; the stamp proves that these words were on a page of ours, and gives no figure away. */
export type ShownWarning = { words: string; stamp: string };

export function shownWarning(vault: Vault, locale: Locale, warning: Warning): ShownWarning {
  const words = warningWords(locale, warning);
  return { words, stamp: vault.stamp('income_warning', words) };
}

/** The warning before the button that agrees, inside its form, which sends back that it was there. */
export function IncomeWarning({ locale, shown }: { locale: Locale; shown: ShownWarning }): VNode {
  return (
    <section class="notice" aria-labelledby="warning-heading">
      <h2 id="warning-heading">{textsOf[locale].protection.warningHeading}</h2>
      <p>{shown.words}</p>
      <input type="hidden" name={warnedField} value={shown.stamp} />
    </section>
  );
}
