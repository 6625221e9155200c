import type { VNode } from 'preact';
import { type Dispute, type DisputeWords, mostWords } from '../../../disputes/disputes.ts';
import type { EvidenceFile } from '../../../disputes/evidence/files.ts';
import { evidenceTypes } from '../../../disputes/evidence/types.ts';
import { disputeActions, disputeReasons } from '../../../disputes/state.ts';
import { type CalendarDate, dateIn } from '../../../lib/dates.ts';
import { formatDate } from '../../../notifications/format.ts';
import { formTokenField } from '../../forms.ts';
import { PostForm } from '../../parts/form.tsx';
import { MessageText } from '../../parts/message-text.tsx';
import type { Page } from '../../send-page.tsx';
import { textsOf } from '../../texts/language.ts';
import { plainAmount } from '../draws/asked.ts';
import { AccountFrame, type AccountInput, hasProblem } from '../view.tsx';
import type { DisputeFacts } from './facts.ts';
import { lineOf } from './section.tsx';

export type DisputePage = {
  facts: DisputeFacts;
  /** Of the latest dispute, when there is one. */
  words: DisputeWords | undefined;
  files: readonly EvidenceFile[];
  formKey: string;
  /** By when the shop would answer a dispute of today. */
  dueOn: CalendarDate;
  now: Date;
};

type Props = { input: AccountInput; about: DisputePage };
type OfDispute = Props & { dispute: Dispute };

/** A dispute with what both sides wrote and gave, and the form that opens one where none is open. */
export function disputeView(input: AccountInput, about: DisputePage): Page {
  const { facts } = about;
  const t = textsOf[input.visit.locale].disputes;
  const title = facts.isOpen || !facts.mayDispute ? t.oneTitle : t.title;
  return {
    title,
    hasProblem: hasProblem(input),
    body: (
      <AccountFrame
        input={input}
        title={title}
        intro={facts.isOpen ? lineOf(input, facts) : t.intro(facts.shop)}
      >
        {facts.latest && about.words && (
          <Told input={input} about={about} dispute={facts.latest} words={about.words} />
        )}
        {!facts.isOpen && facts.mayDispute && <OpenForm input={input} about={about} />}
        <p class="asides">
          <a href={`${input.visit.place.path}/plans/${facts.planId}`}>{t.back}</a>
        </p>
      </AccountFrame>
    ),
  };
}

function Told(props: OfDispute & { words: DisputeWords }): VNode {
  const { input, about, dispute, words } = props;
  const t = textsOf[input.visit.locale].disputes;
  return (
    <section class="card" aria-labelledby="told-heading">
      <h2 id="told-heading">{t.yourWords}</h2>
      <p>{words.words}</p>
      <Standing input={input} about={about} dispute={dispute} />
      {words.answer !== null && (
        <>
          <h3>{t.shopWords}</h3>
          <p>{words.answer}</p>
        </>
      )}
      {words.note !== null && (
        <>
          <h3>{t.decision}</h3>
          <p>{words.note}</p>
        </>
      )}
      <Files input={input} about={about} dispute={dispute} />
      <Steps input={input} about={about} dispute={dispute} />
    </section>
  );
}

function Standing({ input, about, dispute }: OfDispute): VNode {
  const { locale } = input.visit;
  const t = textsOf[locale].disputes;
  const money = (amount: bigint): string => input.money(amount, dispute.currency);
  const due = formatDate(locale, dateIn(about.facts.timeZone, dispute.responseDueAt));
  const rows: [string, string][] = [
    [t.factStatus, t.statuses[dispute.status]],
    [t.factReason, t.reasons[dispute.reason]],
    [t.factAmount, money(dispute.amount)],
  ];
  if (dispute.status === 'open') rows.push([t.factDue, due]);
  if (dispute.refunded > 0n) rows.push([t.factRefunded, money(dispute.refunded)]);
  return (
    <>
      <dl class="facts">
        {rows.map(([name, value]) => (
          <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {dispute.endedBy !== null && <p>{t.ends[dispute.endedBy]}</p>}
    </>
  );
}

function Files({ input, about, dispute }: OfDispute): VNode | null {
  if (about.files.length === 0) return null;
  const t = textsOf[input.visit.locale].disputes;
  return (
    <>
      <h3>{t.files}</h3>
      <ul>
        {about.files.map((file) => (
          <li>
            <a href={`${addressOf({ input, about, dispute })}/files/${file.id}`} download>
              {file.name}
            </a>{' '}
            <span class="hint">{t.givenBy[file.givenBy]}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Steps({ input, about, dispute }: OfDispute): VNode {
  const { visit, token } = input;
  const t = textsOf[visit.locale].disputes;
  const at = addressOf({ input, about, dispute });
  const actions = disputeActions(dispute, 'shopper', about.now);
  return (
    <>
      {actions.includes('add_evidence') && (
        <UploadForm action={`${at}/files`} token={token}>
          <FileField input={input} required />
          <button class="button quiet" type="submit">
            {t.addFile}
          </button>
        </UploadForm>
      )}
      {actions.includes('withdraw') && (
        <>
          <PostForm action={`${at}/withdraw`} token={token}>
            <button class="button quiet" type="submit" aria-describedby="withdraw-hint">
              {t.withdraw}
            </button>
          </PostForm>
          <p class="hint" id="withdraw-hint">
            {t.withdrawHint}
          </p>
        </>
      )}
    </>
  );
}

function addressOf({ input, about, dispute }: OfDispute): string {
  return `${input.visit.place.path}/plans/${about.facts.planId}/disputes/${dispute.id}`;
}

function OpenForm({ input, about }: Props): VNode {
  const { visit, token } = input;
  const t = textsOf[visit.locale].disputes;
  const { facts } = about;
  const most = input.money(facts.refundable, facts.currency);
  return (
    <UploadForm action={`${visit.place.path}/plans/${facts.planId}/disputes`} token={token}>
      <input type="hidden" name="form_key" value={about.formKey} />
      <div class="field">
        <label for="reason">{t.reasonLabel}</label>
        <select id="reason" name="reason" required>
          <option value="" />
          {disputeReasons.map((reason) => (
            <option value={reason}>{t.reasons[reason]}</option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for="sum">{t.amountLabel}</label>
        <p class="hint" id="sum-hint">
          {t.amountHint(most)}
        </p>
        <input
          type="text"
          id="sum"
          name="sum"
          inputmode="decimal"
          autocomplete="off"
          maxlength={24}
          required
          value={plainAmount(facts.refundable, facts.currency)}
          aria-describedby="sum-hint"
        />
      </div>
      <MessageText name="words" label={t.wordsLabel} hint={t.wordsHint} rows={6} maxlength={mostWords} />
      <FileField input={input} />
      <p id="send-note">{t.sendNote(formatDate(visit.locale, about.dueOn))}</p>
      <button class="button" type="submit" aria-describedby="send-note">
        {t.send}
      </button>
    </UploadForm>
  );
}

function FileField({ input, required = false }: { input: AccountInput; required?: boolean }): VNode {
  const t = textsOf[input.visit.locale].disputes;
  return (
    <div class="field">
      <label for="file">{t.fileLabel}</label>
      <p class="hint" id="file-hint">
        {t.fileHint}
      </p>
      <input
        type="file"
        id="file"
        name="file"
        accept={evidenceTypes.join(',')}
        required={required}
        aria-describedby="file-hint"
      />
    </div>
  );
}

/** A form that carries a file, with the token that proves it is ours. */
function UploadForm(props: { action: string; token: string; children: VNode | VNode[] }): VNode {
  return (
    <form method="post" action={props.action} enctype="multipart/form-data" class="step">
      <input type="hidden" name={formTokenField} value={props.token} />
      {props.children}
    </form>
  );
}
