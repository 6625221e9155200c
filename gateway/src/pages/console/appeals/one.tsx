import type { VNode } from 'preact';
import { type Appeal, findAppeal, readWords } from '../../../appeals/appeals.ts';
import { canGrant, grantDays, mostGrantDays } from '../../../appeals/decide.ts';
import type { Tx } from '../../../lib/tx.ts';
import { formatMoney } from '../../../notifications/format.ts';
import { type Assessment, findAssessment, latestAssessment } from '../../../pay-score/assessments.ts';
import { PostForm } from '../../parts/form.tsx';
import type { Page } from '../../send-page.tsx';
import { ConsoleFrame, hasProblem } from '../frame.tsx';
import { audit, type ConsoleInput, may } from '../input.ts';
import { MessageText } from '../../parts/message-text.tsx';
import { Facts } from '../../parts/facts.tsx';
import { consolePath } from '../paths.ts';

const longestNote = 2000;

/** One appeal with what the shopper wrote. That somebody read it is kept. */
export async function showAppeal(tx: Tx, input: ConsoleInput): Promise<Page> {
  const { visit, req } = input;
  const t = input.t.appeals;
  const appeal = await findAppeal(tx, { appealId: String(req.params.appealId) });
  await audit(tx, visit, 'appeal_viewed', {
    objectId: appeal.id,
    details: { shopper: appeal.shopperId },
  });
  const { words, answer } = await readWords(tx, appeal.id);
  const first = await findAssessment(tx, appeal);
  const again = await latestAssessment(tx, appeal.id);
  const grantable = appeal.status === 'open' && (await canGrant(tx, appeal));
  return {
    title: t.one,
    hasProblem: hasProblem(input),
    body: (
      <ConsoleFrame input={input} section="appeals" title={t.one}>
        <section class="card" aria-labelledby="words-heading">
          <h2 id="words-heading">{t.words}</h2>
          <p dir="auto">{words ?? t.noWords}</p>
          <Facts
            facts={[
              [t.status, t.statuses[appeal.status]],
              [t.shopper, <code>{appeal.shopperId}</code>],
              ...(appeal.decidedBy === null ? [] : [[t.by, <code>{appeal.decidedBy}</code>] as const]),
            ]}
          />
          {answer !== null && (
            <>
              <h3>{t.answer}</h3>
              <p>{answer}</p>
            </>
          )}
        </section>
        <Decision input={input} title={t.first} assessment={first} />
        {again && <Decision input={input} title={t.again} assessment={again} />}
        {appeal.status === 'open' && <Answer input={input} appeal={appeal} grantable={grantable} />}
      </ConsoleFrame>
    ),
  };
}

function Decision(props: { input: ConsoleInput; title: string; assessment: Assessment }): VNode {
  const { input, title, assessment } = props;
  const { visit, t } = input;
  const { id, declineCode, amount, currency, score } = assessment;
  const name = <code>{id}</code>;
  const link = <a href={`${consolePath(visit.environment.id, 'decisions')}/${id}`}>{name}</a>;
  return (
    <section class="card">
      <h2>{title}</h2>
      <Facts
        facts={[
          [t.appeals.decision, may(input, 'decisions') ? link : name],
          [t.decisions.outcome, declineCode === null ? t.decisions.approved : <code>{declineCode}</code>],
          [t.decisions.score, String(score)],
          [t.decisions.amount, formatMoney(visit.locale, { amount, currency })],
        ]}
      />
    </section>
  );
}

function Answer(props: { input: ConsoleInput; appeal: Appeal; grantable: boolean }): VNode {
  const { input, appeal, grantable } = props;
  const t = input.t.appeals;
  if (!may(input, 'decide_appeals')) return <p class="hint">{t.readOnly}</p>;
  const outcomes = grantable ? (['upheld', 'granted'] as const) : (['upheld'] as const);
  return (
    <section class="step" aria-labelledby="answer-heading">
      <h2 id="answer-heading">{t.decide}</h2>
      <p class="hint">{grantable ? t.decideHint : t.noGrant}</p>
      <PostForm
        action={`${consolePath(input.visit.environment.id, 'appeals')}/${appeal.id}`}
        token={input.token}
        class="step"
      >
        <MessageText name="note" label={t.note} hint={t.noteHint} rows={5} maxlength={longestNote} />
        <fieldset class="card methods">
          <legend>{t.outcome}</legend>
          {outcomes.map((outcome) => (
            <label class="method">
              <input type="radio" name="outcome" value={outcome} required />
              <span>{outcome === 'upheld' ? t.uphold : t.grant}</span>
            </label>
          ))}
        </fieldset>
        {grantable && (
          <div class="field">
            <label for="days">{t.days}</label>
            <p class="hint" id="days-hint">
              {t.daysHint}
            </p>
            <input
              type="number"
              id="days"
              name="days"
              min={1}
              max={mostGrantDays}
              value={grantDays}
              aria-describedby="days-hint"
            />
          </div>
        )}
        <button class="button" type="submit">
          {t.send}
        </button>
      </PostForm>
    </section>
  );
}
