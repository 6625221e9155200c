import type { VNode } from 'preact';
import { formatMoney } from '../../notifications/format.ts';
import type { Assessment } from '../../pay-score/assessments.ts';
import type { Score } from '../../pay-score/score.ts';
import type { Locale } from '../../shoppers/profile.ts';
import { textsOf } from '../texts/language.ts';

const lowest = 300;
const highest = 850;

/** The score of a decision, each reason with its points, and what may be owed. */
export function ScoreCard({ locale, assessment }: { locale: Locale; assessment: Assessment }): VNode {
  const t = textsOf[locale].score;
  const { limit, available, currency } = assessment;
  const amounts = [
    { label: t.limit, amount: limit },
    { label: t.available, amount: available },
  ];
  return <ScoreSection locale={locale} score={assessment} currency={currency} amounts={amounts} />;
}

/** A score, each reason with its points, and the amounts that follow. `currency` tells several scores apart. */
export function ScoreSection(props: {
  locale: Locale;
  score: Score;
  currency: string;
  amounts: readonly { label: string; amount: bigint }[];
}): VNode {
  const { locale, currency, amounts } = props;
  const { score, reasons } = props.score;
  const t = textsOf[locale].score;
  const headingId = `score-${currency}`;
  return (
    <section class="card score" aria-labelledby={headingId}>
      <h2 id={headingId}>{t.heading}</h2>
      <p>{t.intro(String(score))}</p>
      <ScoreScale score={score} title={t.scale(String(score))} />
      <table class="reasons">
        <thead>
          <tr>
            <th scope="col">{t.reason}</th>
            <th scope="col" class="number">
              {t.points}
            </th>
          </tr>
        </thead>
        <tbody>
          {reasons.map(({ code, value, points }) => (
            <tr>
              <th scope="row">{t.reasons[code](value)}</th>
              <td class={points < 0 ? 'number minus' : 'number'}>{signed(points)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr class="total">
            <th scope="row">{t.sum}</th>
            <td class="number">{score}</td>
          </tr>
          {amounts.map(({ label, amount }) => (
            <tr>
              <th scope="row">{label}</th>
              <td class="number">{formatMoney(locale, { amount, currency })}</td>
            </tr>
          ))}
        </tfoot>
      </table>
    </section>
  );
}

/** With a true minus sign, which a hyphen only resembles. */
function signed(points: number): string {
  if (points === 0) return '0';
  return points < 0 ? `−${-points}` : `+${points}`;
}

function ScoreScale({ score, title }: { score: number; title: string }): VNode {
  const x = 8 + ((score - lowest) / (highest - lowest)) * 304;
  return (
    <svg class="scale" viewBox="0 0 320 44" role="img" aria-label={title}>
      <rect class="track" x="8" y="10" width="304" height="8" rx="4" />
      <rect class="reached" x="8" y="10" width={Math.max(0, x - 8)} height="8" rx="4" />
      <circle class="mark" cx={x} cy="14" r="9" />
      <text class="end" x="8" y="40">
        {lowest}
      </text>
      <text class="end last" x="312" y="40">
        {highest}
      </text>
    </svg>
  );
}
