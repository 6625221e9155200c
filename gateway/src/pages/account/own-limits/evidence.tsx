import type { VNode } from 'preact';
import { dateIn } from '../../../lib/dates.ts';
import { formatDate } from '../../../notifications/format.ts';
import { evidenceTexts } from '../../../shoppers/consent-texts.ts';
import type { EvidenceState } from '../../../shoppers/evidence.ts';
import type { EvidenceAnswer } from '../../../shoppers/evidence-port.ts';
import { consentValue } from '../../checkout/consent-value.ts';
import { ConsentBox } from '../../parts/form.tsx';
import { OwnForm, type Part, QuietButton } from './part.tsx';

type Listed = Part['facts']['evidence'][number];

/** What outside parties may be asked: each with its text, what became of it, and the way to take it back. */
export function EvidenceSection(part: Part): VNode {
  const { facts, t } = part;
  return (
    <section class="card" aria-labelledby="evidence-heading">
      <h2 id="evidence-heading">{t.evidenceHeading}</h2>
      <p>{t.evidenceIntro}</p>
      {!facts.canAsk && <p class="hint">{t.nobody}</p>}
      {facts.evidence.map((listed) => (
        <Item {...part} listed={listed} />
      ))}
    </section>
  );
}

function Item({ listed, ...part }: Part & { listed: Listed }): VNode | null {
  const { input, facts, t } = part;
  const { item, isAllowed, state } = listed;
  const text = evidenceTexts(input.visit.locale).find(({ purpose }) => purpose === `evidence:${item}`);
  if (!text) return null;
  if (!isAllowed) {
    if (!facts.canAsk) return null;
    return (
      <OwnForm {...part} to={`evidence/${item}`}>
        <ConsentBox value={consentValue(text)} title={text.title} body={text.body} agree={t.agree} />
        <QuietButton>{t.ask}</QuietButton>
      </OwnForm>
    );
  }
  const canAsk = facts.canAsk && state?.answer === undefined;
  return (
    <div class="consent">
      <h3>{text.title}</h3>
      <p>{text.body}</p>
      <p>
        <strong>{stateWords(part, state)}</strong>
        {state?.answer && <span class="hint">{answerWords(part, state.answer)}</span>}
      </p>
      {canAsk && (
        <OwnForm {...part} to={`evidence/${item}`}>
          <QuietButton>{t.askAgain}</QuietButton>
        </OwnForm>
      )}
      <OwnForm {...part} to={`evidence/${item}/withdraw`}>
        <button class="link" type="submit" aria-label={`${t.withdraw}: ${text.title}`}>
          {t.withdraw}
        </button>
      </OwnForm>
    </div>
  );
}

function stateWords({ input, t }: Part, state: EvidenceState | undefined): string {
  if (!state) return t.states.allowed();
  const { locale, environment } = input.visit;
  const at = state.status === 'answered' && state.expiresAt ? state.expiresAt : state.askedAt;
  return t.states[state.status](formatDate(locale, dateIn(environment.timeZone, at)));
}

function answerWords({ input, t }: Part, answer: EvidenceAnswer): string {
  if (answer.item === 'bureau') return t.answers.bureau(answer.band);
  return answer.item === 'income'
    ? t.answers.income(input.money(answer.amount, answer.currency))
    : t.answers.phone_tenure(String(answer.months));
}
