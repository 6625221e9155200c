import type { VNode } from 'preact';
import { formatDate } from '../../../notifications/format.ts';
import { loweringReasons, mainReasons } from '../../../pay-score/explain/main-reasons.ts';
import { signed } from '../../parts/score.tsx';
import type { Page } from '../../send-page.tsx';
import { textsOf } from '../../texts/language.ts';
import { AccountFrame, type AccountInput, hasProblem } from '../view.tsx';
import type { ShownDecision } from './facts.ts';
import { subjectOf, whyOf } from './words.ts';

/** Every decision about the shopper with its outcome, its reason and what counted most. */
export function decisionsView(
  input: AccountInput,
  { shown, hasOlder }: { shown: ShownDecision[]; hasOlder: boolean },
): Page {
  const { visit } = input;
  const t = textsOf[visit.locale].decisions;
  const last = shown.at(-1);
  return {
    title: t.title,
    hasProblem: hasProblem(input),
    body: (
      <AccountFrame
        input={input}
        tab="decisions"
        title={t.title}
        intro={shown.length === 0 ? t.none : t.intro}
      >
        {shown.map((decision) => (
          <Decision input={input} decision={decision} />
        ))}
        {hasOlder && last && (
          <p class="centered">
            <a href={`${visit.place.path}/decisions?before=${last.assessment.id}`}>{t.older}</a>
          </p>
        )}
      </AccountFrame>
    ),
  };
}

function Decision({ input, decision }: { input: AccountInput; decision: ShownDecision }): VNode {
  const { assessment, on } = decision;
  const { locale, place } = input.visit;
  const { decisions: t, score } = textsOf[locale];
  const heading = `${assessment.id}-heading`;
  const isTooLow = assessment.declineCode === 'score_too_low';
  const reasons = isTooLow ? loweringReasons(assessment) : mainReasons(assessment);
  return (
    <article class="card" aria-labelledby={heading}>
      <p class="eyebrow">{t.outcomes[assessment.outcome]}</p>
      <h2 id={heading}>{subjectOf(locale, decision)}</h2>
      <p>{t.of(formatDate(locale, on), input.money(assessment.amount, assessment.currency))}</p>
      {assessment.declineCode !== null && assessment.declineCode !== 'overdue' && (
        <p>{whyOf(locale, assessment, 0n).why}</p>
      )}
      <ul class="short-reasons">
        {reasons.map(({ family, points, effect }) => (
          <li>
            {score.families[family]}{' '}
            <span class={effect === 'lowers' ? 'minus' : undefined}>{signed(points)}</span>
          </li>
        ))}
      </ul>
      <p>
        <a href={`${place.path}/decisions/${assessment.id}`} aria-describedby={heading}>
          {t.look}
        </a>
      </p>
    </article>
  );
}
