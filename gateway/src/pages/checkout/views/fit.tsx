import type { VNode } from 'preact';
import { formatMoney } from '../../../notifications/format.ts';
import type { Locale } from '../../../shoppers/profile.ts';
import { obstacleWords } from '../../parts/obstacle-words.ts';
import { planName } from '../../parts/plan-picture.tsx';
import { textsOf } from '../../texts/language.ts';
import type { DraftedOffer, UnfitDraft } from '../decision.ts';
import type { ViewInput } from '../view.tsx';

/** Why an offer stands where it does, in one line. */
export function reasonWords(locale: Locale, { draft, fit }: DraftedOffer): string {
  const { reasons } = textsOf[locale].protection;
  const isKnown = fit.burden.income !== null;
  if (fit.reason === 'costs_nothing') return reasons.costs_nothing;
  if (fit.reason === 'lowest_cost') return isKnown ? reasons.lowest_cost : reasons.lowest_cost_unknown;
  const { currency, finance_charge: charge } = draft;
  return (isKnown ? reasons.fits : reasons.fits_unknown)(
    formatMoney(locale, { amount: BigInt(charge), currency }),
  );
}

/** The plans that there would be and that are not offered, each with the reason. */
export function UnfitPlans({ input, unfit }: { input: ViewInput; unfit: UnfitDraft[] }): VNode | null {
  if (unfit.length === 0) return null;
  const { locale } = input.visit;
  const t = input.t.protection;
  return (
    <section class="card" aria-labelledby="unfit-heading">
      <h2 id="unfit-heading">{t.unfitHeading}</h2>
      <p class="hint">{t.unfitHint}</p>
      <ul class="plans">
        {unfit.map(({ draft, obstacle }) => (
          <li>
            <strong>{planName(locale, draft)}</strong>
            <span class="hint">{obstacleWords(locale, obstacle, draft.currency)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
