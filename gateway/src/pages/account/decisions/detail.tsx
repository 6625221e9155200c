import type { VNode } from 'preact';
import { formatDate } from '../../../notifications/format.ts';
import { AdverseNotice } from '../../parts/adverse-notice.tsx';
import { Lead } from '../../parts/lead.tsx';
import { NextSteps } from '../../parts/next-steps.tsx';
import { ScoreCard } from '../../parts/score.tsx';
import type { Page } from '../../send-page.tsx';
import { textsOf } from '../../texts/language.ts';
import { AccountFrame, type AccountInput, hasProblem } from '../view.tsx';
import { AppealSection } from './appeal-section.tsx';
import type { DecisionFacts } from './facts.ts';
import { subjectOf, whyOf } from './words.ts';

/** One decision: why, what would help, the score behind it, and the way to a person. */
export function decisionView(input: AccountInput, facts: DecisionFacts): Page {
  const { locale, place } = input.visit;
  const t = textsOf[locale].decisions;
  const { assessment, shop, on, advice } = facts;
  const title = t.oneTitle(subjectOf(locale, facts));
  const isDeclined = assessment.declineCode !== null;
  return {
    title,
    hasProblem: hasProblem(input),
    body: (
      <AccountFrame
        input={input}
        title={title}
        intro={t.of(formatDate(locale, on), input.money(assessment.amount, assessment.currency))}
      >
        <Why input={input} facts={facts} advice={advice} />
        <ScoreCard locale={locale} assessment={assessment} />
        {isDeclined && <AppealSection input={input} facts={facts} />}
        {isDeclined && shop && <AdverseNotice locale={locale} country={shop.country} />}
        <p class="centered">
          <a href={`${place.path}/decisions`}>{t.back}</a>
        </p>
      </AccountFrame>
    ),
  };
}

function Why(props: { input: AccountInput; facts: DecisionFacts; advice: DecisionFacts['advice'] }): VNode {
  const { input, facts, advice } = props;
  const { locale, place } = input.visit;
  const { decisions: t, declined } = textsOf[locale];
  const { assessment, overdue } = facts;
  const { why, next } = whyOf(locale, assessment, overdue);
  return (
    <section class="card" aria-labelledby="why-heading">
      <p class="eyebrow">{t.outcomes[assessment.outcome]}</p>
      <h2 id="why-heading">{t.why}</h2>
      <p class="why">{why}</p>
      {assessment.declineCode !== null && (
        <>
          <h3>{declined.nextHeading}</h3>
          <NextSteps
            locale={locale}
            assessment={assessment}
            facts={advice}
            always={next}
            account={place.path}
          />
          <Lead locale={locale} code={assessment.declineCode} account={place.path} />
        </>
      )}
    </section>
  );
}
