import type { VNode } from 'preact';
import { ScoreCard } from '../../parts/score.tsx';
import type { Page } from '../../send-page.tsx';
import type { FundedOffer, ShownDecision } from '../decision.ts';
import { PlanPicture, planName } from '../../parts/plan-picture.tsx';
import { StepFrame, type ViewInput } from '../view.tsx';

/** The plans to choose from, each with every date and amount, and the score behind them. */
export function offersView(input: ViewInput, { offers, assessment }: ShownDecision): Page {
  const { visit, notice } = input;
  const t = input.t.offers;
  return {
    title: t.title,
    hasProblem: notice !== undefined,
    wide: true,
    body: (
      <StepFrame input={input} title={t.title} intro={t.intro}>
        {offers.map((offer) => (
          <Offer input={input} offer={offer} />
        ))}
        <ScoreCard locale={visit.locale} assessment={assessment} />
      </StepFrame>
    ),
  };
}

function Offer({ input, offer }: { input: ViewInput; offer: FundedOffer }): VNode {
  const { visit, t } = input;
  const name = planName(visit.locale, offer.draft);
  return (
    <section class="card offer" aria-labelledby={`offer-${offer.code}`}>
      <h2 id={`offer-${offer.code}`}>{name}</h2>
      <p class="hint">{t.plans.summaries[offer.code]}</p>
      <PlanPicture locale={visit.locale} snapshot={offer.draft} />
      <a class="button" href={`${visit.path}/agreement?plan=${offer.code}`}>
        {t.offers.choose(name)}
      </a>
    </section>
  );
}
