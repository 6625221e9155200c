import { mainReasons } from '../../../pay-score/explain/main-reasons.ts';
import { bestSteps } from '../../../pay-score/explain/next-steps.ts';
import type { PayScore } from '../../../pay-score/score-now.ts';
import { ScoreSection } from '../../parts/score.tsx';
import type { Page } from '../../send-page.tsx';
import { textsOf } from '../../texts/language.ts';
import { AccountFrame, type AccountInput } from '../view.tsx';

/** So many ways to a better score are named. */
const stepsShown = 3;

/** Where a shopper stands in one currency. Amounts are minor units. */
export type Standing = {
  currency: string;
  score: PayScore;
  limit: bigint;
  used: bigint;
  held: bigint;
  /** What a friend vouches for beyond the limit, and what of it is set aside for friends. */
  guaranteed: bigint;
  pledged: bigint;
  available: bigint;
  suspended: boolean;
};

/** The score with its reasons and the limit, once for each currency that the shopper bought in. */
export function scoreView(input: AccountInput, standings: Standing[]): Page {
  const { t, visit } = input;
  const { limit: limitLabel } = textsOf[visit.locale].score;
  return {
    title: t.score.title,
    body: (
      <AccountFrame input={input} tab="score" title={t.score.title} intro={introOf(input, standings)}>
        {standings.map(({ currency, score, limit, used, held, available, suspended }) => (
          <>
            {suspended && <p class="notice">{t.score.suspended}</p>}
            <ScoreSection
              locale={visit.locale}
              score={score}
              reasons={mainReasons(score)}
              steps={bestSteps(score.inputs, stepsShown)}
              currency={currency}
              amounts={[
                { label: limitLabel, amount: limit },
                { label: t.score.used, amount: used },
                { label: t.score.held, amount: held },
                { label: t.score.available, amount: available },
              ]}
            />
          </>
        ))}
        {standings.length > 0 && (
          <p>
            <a href={`${visit.place.path}/limits`}>{textsOf[visit.locale].limits.link}</a>
          </p>
        )}
      </AccountFrame>
    ),
  };
}

function introOf({ t }: AccountInput, standings: Standing[]): string {
  return standings.length === 0 ? t.score.none : t.score.hint;
}
