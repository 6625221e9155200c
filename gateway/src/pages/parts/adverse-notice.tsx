import type { VNode } from 'preact';
import { marketOf } from '../../plans/markets.ts';
import type { Locale } from '../../shoppers/profile.ts';
import { textsOf } from '../texts/language.ts';

/**
 * The notice that goes with the reasons of a refusal in the United States (12 CFR 1002.9(b)(1)); the reasons and the score
 * stand above it, at once and not within 30 days.
 */
export function AdverseNotice({ locale, country }: { locale: Locale; country: string }): VNode | null {
  if (marketOf(country) !== 'US') return null;
  const t = textsOf[locale].decisions;
  return (
    <section class="card" aria-labelledby="notice-heading">
      <h2 id="notice-heading">{t.adverseHeading}</h2>
      <p>{t.adverse}</p>
    </section>
  );
}
