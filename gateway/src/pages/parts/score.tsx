import type { VNode } from 'preact';
import { formatMoney } from '../../notifications/format.ts';
import type { Assessment } from '../../pay-score/assessments.ts';
import type { Fact } from '../../pay-score/explain/facts.ts';
import { familiesOf, type Family } from '../../pay-score/explain/families.ts';
import {
  type Explained,
  factFor,
  loweringReasons,
  type MainReason,
  mainReasons,
} from '../../pay-score/explain/main-reasons.ts';
import type { ScoreStep } from '../../pay-score/explain/next-steps.ts';
import type { Locale } from '../../shoppers/profile.ts';
import { textsOf } from '../texts/language.ts';

const lowest = 300;
const highest = 850;

/** The score of a decision with its main reasons, and what may be owed. Of one that was too low, those that made it so. */
export function ScoreCard(props: {
  locale: Locale;
  assessment: Assessment;
  /** Before the plans to choose from, the reasons are folded away. */
  short?: boolean;
}): VNode {
  const { locale, assessment, short } = props;
  const t = textsOf[locale].score;
  const { limit, available, currency } = assessment;
  const isTooLow = assessment.declineCode === 'score_too_low';
  return (
    <ScoreSection
      locale={locale}
      score={assessment}
      reasons={isTooLow ? loweringReasons(assessment) : mainReasons(assessment)}
      currency={currency}
      amounts={[
        { label: t.limit, amount: limit },
        { label: t.available, amount: available },
      ]}
      {...(short && { short })}
    />
  );
}

type SectionProps = {
  locale: Locale;
  score: Explained;
  /** The three that are told first. */
  reasons: readonly MainReason[];
  /** Tells several scores apart. */
  currency: string;
  amounts: readonly { label: string; amount: bigint }[];
  /** What would raise it; left out where next steps stand elsewhere. */
  steps?: readonly ScoreStep[];
  short?: boolean;
};

/** A score on its scale, its three main reasons in words, everything that counted in a table, and the amounts that follow. */
export function ScoreSection(props: SectionProps): VNode {
  const { locale, score, currency, steps, short } = props;
  const t = textsOf[locale].score;
  const headingId = `score-${currency}`;
  const said = String(score.score);
  return (
    <section class="card score" aria-labelledby={headingId}>
      <h2 id={headingId}>{t.heading}</h2>
      <p>{t.intro(said)}</p>
      <ScoreScale score={score.score} title={t.scale(said)} />
      {short ? (
        <details>
          <summary>{t.mainHeading}</summary>
          <MainReasons {...props} />
        </details>
      ) : (
        <>
          <h3>{t.mainHeading}</h3>
          <MainReasons {...props} />
        </>
      )}
      <Amounts {...props} />
      {steps && <Steps locale={locale} steps={steps} />}
      <details>
        <summary>{t.more}</summary>
        <p class="hint">{t.moreIntro}</p>
        <FamilyTable locale={locale} score={score} />
      </details>
    </section>
  );
}

function MainReasons({ locale, reasons }: SectionProps): VNode {
  const t = textsOf[locale].score;
  return (
    <ol class="main-reasons">
      {reasons.map(({ family, points, effect, fact }) => (
        <li>
          <strong>{t.families[family]}</strong>
          <span class={effect === 'lowers' ? 'number minus' : 'number'}>{signed(points)}</span>
          <span>{factText(locale, fact)}</span>
        </li>
      ))}
    </ol>
  );
}

function Amounts({ locale, currency, amounts }: SectionProps): VNode {
  return (
    <dl class="facts">
      {amounts.map(({ label, amount }) => (
        <div>
          <dt>{label}</dt>
          <dd>{formatMoney(locale, { amount, currency })}</dd>
        </div>
      ))}
    </dl>
  );
}

function Steps({ locale, steps }: { locale: Locale; steps: readonly ScoreStep[] }): VNode {
  const t = textsOf[locale].score;
  return (
    <>
      <h3>{t.stepsHeading}</h3>
      {steps.length === 0 ? (
        <p>{t.stepsNone}</p>
      ) : (
        <>
          <ul>
            {steps.map((step) => (
              <li>{t.stepTo(stepText(locale, step), String(step.score))}</li>
            ))}
          </ul>
          <p class="hint">{t.stepsHint}</p>
        </>
      )}
    </>
  );
}

/** Every family with its points and what they come from; the points add up to the score. */
function FamilyTable({ locale, score }: { locale: Locale; score: Explained }): VNode {
  const t = textsOf[locale].score;
  return (
    <table class="reasons">
      <thead>
        <tr>
          <th scope="col">{t.family}</th>
          <th scope="col" class="number">
            {t.points}
          </th>
        </tr>
      </thead>
      <tbody>
        {familiesOf(score.reasons).map(({ family, points }) => (
          <tr>
            <th scope="row">
              {t.families[family]}
              {family !== 'base' && <span class="hint">{familyText(locale, score, family)}</span>}
            </th>
            <td class={points < 0 ? 'number minus' : 'number'}>{signed(points)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr class="total">
          <th scope="row">{t.sum}</th>
          <td class="number">{score.score}</td>
        </tr>
      </tfoot>
    </table>
  );
}

function familyText(locale: Locale, score: Explained, family: Family): string {
  return factText(locale, factFor(score, family));
}

/** What somebody can do about a score, in words: one thing, or two and three of them together. */
export function stepText(locale: Locale, { behaviour }: Pick<ScoreStep, 'behaviour'>): string {
  const t = textsOf[locale].score;
  return behaviour
    .map((item) => {
      const { kind } = item;
      if (kind === 'use_less') return t.steps.use_less(String(item.percent));
      if (kind === 'pay_on_time') return t.steps.pay_on_time(String(item.payments));
      return kind === 'months_on_time' ? t.steps.months_on_time(String(item.months)) : t.steps.pay_late();
    })
    .map((text, index) => (index === 0 ? text : text.charAt(0).toLowerCase() + text.slice(1)))
    .join(t.and);
}

/** A fact in words. */
export function factText(locale: Locale, fact: Fact): string {
  const say = textsOf[locale].score.facts[fact.code];
  if (fact.code === 'bureau_and_phone') return say(fact.band, String(fact.months));
  if (fact.code === 'late_and_missed') return say(String(fact.days), String(fact.count));
  const of = 'of' in fact ? String(fact.of) : '';
  if ('count' in fact) return say(String(fact.count), of);
  if ('days' in fact) return say(String(fact.days), of);
  if ('percent' in fact) return say(String(fact.percent), of);
  if ('band' in fact) return say(fact.band, of);
  return 'months' in fact ? say(String(fact.months), of) : say(of, of);
}

/** With a true minus sign, which a hyphen only resembles. */
export function signed(points: number): string {
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
