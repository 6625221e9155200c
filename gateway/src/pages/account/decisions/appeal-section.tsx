import type { VNode } from 'preact';
import { mostWords } from '../../../appeals/ask.ts';
import { formatDate } from '../../../notifications/format.ts';
import type { Assessment } from '../../../pay-score/assessments.ts';
import { PostForm } from '../../parts/form.tsx';
import { MessageText } from '../../parts/message-text.tsx';
import { NextSteps } from '../../parts/next-steps.tsx';
import { textsOf } from '../../texts/language.ts';
import type { AccountInput } from '../view.tsx';
import type { DecisionFacts, ShownAppeal } from './facts.ts';
import { whyOf } from './words.ts';

type Props = { input: AccountInput; facts: DecisionFacts };

/** Appeals against a decision: what was decided again, what a person is asked and answers, and the forms for it. */
export function AppealSection({ input, facts }: Props): VNode {
  const t = textsOf[input.visit.locale].decisions;
  const [latest] = facts.appeals;
  const status = latest?.appeal.status;
  const isOfToday = status === 'rescored' && latest?.again?.on === facts.today;
  return (
    <section class="card" aria-labelledby="appeal-heading">
      <h2 id="appeal-heading">{t.appealHeading}</h2>
      {facts.appeals.toReversed().map((shown) => (
        <OneAppeal input={input} facts={facts} shown={shown} isLatest={shown === latest} />
      ))}
      {status !== 'open' && !isOfToday && <Begin input={input} facts={facts} />}
    </section>
  );
}

function Begin({ input, facts }: Props): VNode {
  const { locale, place } = input.visit;
  const t = textsOf[locale].decisions;
  if (facts.appealsLeft === 0) return <p>{t.noneLeft}</p>;
  return (
    <>
      <p class="hint" id="begin-hint">
        {t.appealHint(String(facts.appealsLeft))}
      </p>
      <PostForm action={`${place.path}/decisions/${facts.assessment.id}/appeal`} token={input.token}>
        <button class="button quiet" type="submit" aria-describedby="begin-hint">
          {t.appealButton}
        </button>
      </PostForm>
    </>
  );
}

function OneAppeal({
  input,
  facts,
  shown,
  isLatest,
}: Props & { shown: ShownAppeal; isLatest: boolean }): VNode {
  const { locale, place } = input.visit;
  const t = textsOf[locale].decisions;
  const { appeal, askedOn, words, answer } = shown;
  return (
    <>
      <Again input={input} facts={facts} shown={shown} />
      {isLatest && appeal.status === 'rescored' && shown.again?.assessment.outcome === 'declined' && (
        <AskForm input={input} facts={facts} shown={shown} />
      )}
      {appeal.status !== 'rescored' && <h3>{t.statuses[appeal.status]}</h3>}
      {appeal.status === 'open' && askedOn !== undefined && <p>{t.openText(formatDate(locale, askedOn))}</p>}
      {answer !== null && (
        <figure class="quoted">
          <figcaption>{t.answer}</figcaption>
          <blockquote>{answer}</blockquote>
        </figure>
      )}
      <Granted input={input} facts={facts} shown={shown} />
      {words !== null && (
        <details>
          <summary>{t.yourWords}</summary>
          <blockquote>{words}</blockquote>
        </details>
      )}
      {appeal.status === 'open' && (
        <PostForm
          action={`${place.path}/decisions/${facts.assessment.id}/appeals/${appeal.id}/withdraw`}
          token={input.token}
        >
          <button class="link" type="submit">
            {t.withdraw}
          </button>
        </PostForm>
      )}
    </>
  );
}

function Again({ input, facts, shown }: Props & { shown: ShownAppeal }): VNode | null {
  const { locale, place } = input.visit;
  const t = textsOf[locale].decisions;
  const { again } = shown;
  if (!again) return null;
  const { assessment, on } = again;
  const date = formatDate(locale, on);
  if (assessment.outcome === 'approved') return <p class="notice good">{t.againApproved(date)}</p>;
  const { why, next } = whyOf(locale, { ...assessment, drawId: facts.assessment.drawId }, facts.overdue);
  return (
    <>
      <h3>{t.againHeading}</h3>
      <p>
        {t.againDeclined(date)} {why}
      </p>
      {!isAsBefore(facts, assessment) && (
        <NextSteps
          locale={locale}
          assessment={facts.assessment}
          facts={again.advice}
          always={next}
          account={place.path}
        />
      )}
    </>
  );
}

/** Whether what would help is what stands above already. */
function isAsBefore({ assessment: first }: DecisionFacts, again: Assessment): boolean {
  const said = ({ declineCode, guards }: Assessment): string => JSON.stringify([declineCode, guards.advice]);
  return said(first) === said(again);
}

function AskForm({ input, facts, shown }: Props & { shown: ShownAppeal }): VNode {
  const { visit, token, notice } = input;
  const { locale, place, memory } = visit;
  const t = textsOf[locale].decisions;
  return (
    <PostForm
      action={`${place.path}/decisions/${facts.assessment.id}/appeals/${shown.appeal.id}/ask`}
      token={token}
      class="choice"
    >
      <h3>{t.askHeading}</h3>
      <p>{t.askIntro}</p>
      <MessageText
        name="words"
        label={t.askLabel}
        hint={t.askHint}
        rows={5}
        maxlength={mostWords}
        value={memory.typed?.words ?? ''}
        notice={notice}
      />
      <button class="button" type="submit">
        {t.askButton}
      </button>
    </PostForm>
  );
}

function Granted({ input, shown }: Props & { shown: ShownAppeal }): VNode | null {
  const { locale } = input.visit;
  const t = textsOf[locale].decisions;
  const { grant } = shown;
  if (!grant) return null;
  if (grant.state !== 'open') return <p>{grant.state === 'used' ? t.grantUsed : t.grantOver}</p>;
  return (
    <p class="notice good">
      {t.granted(input.money(grant.amount, grant.currency), formatDate(locale, grant.until))}
    </p>
  );
}
