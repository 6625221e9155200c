import type { ComponentChildren, VNode } from 'preact';
import { dateIn } from '../../../lib/dates.ts';
import type { Tx } from '../../../lib/tx.ts';
import { formatMoney } from '../../../notifications/format.ts';
import { type Choice, listChoices } from '../../../reconciliation/by-hand.ts';
import { type ExceptionAbout, findException } from '../../../reconciliation/exceptions.ts';
import type { OutsideRecord } from '../../../reconciliation/records.ts';
import { formatInstant, formatMediumDate } from '../../format.ts';
import { PostForm, TextField } from '../../parts/form.tsx';
import type { Page } from '../../send-page.tsx';
import { ConsoleFrame, hasProblem } from '../frame.tsx';
import type { ConsoleInput } from '../input.ts';
import { MessageText } from '../../parts/message-text.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { Facts } from '../../parts/facts.tsx';
import { consolePath } from '../paths.ts';

const longestNote = 2000;

type Fact = readonly [name: string, value: ComponentChildren];

/** One exception with what it could be, and what an operator can do about it. */
export async function showException(tx: Tx, input: ConsoleInput): Promise<Page> {
  const t = input.t.reconciliation;
  const about = await findException(tx, String(input.req.params.exceptionId));
  const { exception, record } = about;
  const isOver = exception.status === 'resolved';
  const choices = record && !isOver ? await listChoices(tx, record) : [];
  const path = `${consolePath(input.visit.environment.id, 'reconciliation')}/exceptions/${exception.id}`;
  return {
    title: t.one,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <ConsoleFrame input={input} section="reconciliation" title={t.one}>
        <section class="card">
          <h2>{t.reasons[exception.reason]}</h2>
          <Facts facts={factsOf(input, about)} />
          {exception.note !== null && <p>{exception.note}</p>}
        </section>
        {record && !isOver && <Choices input={input} record={record} choices={choices} path={path} />}
        {!isOver && <Park input={input} path={path} />}
      </ConsoleFrame>
    ),
  };
}

function factsOf(input: ConsoleInput, { exception, record, attempt }: ExceptionAbout): Fact[] {
  const { locale, environment } = input.visit;
  const t = input.t.reconciliation;
  const time = (instant: Date) => formatInstant(locale, instant, environment.timeZone);
  const own: Fact[] = [
    [t.status, t.statuses[exception.status]],
    [t.since, time(exception.openedAt)],
    ...(exception.closedBy === null ? [] : [[t.by, <code>{exception.closedBy}</code>] as const]),
  ];
  if (attempt)
    own.push(
      [t.attempt, <code>{`${attempt.purpose} ${attempt.subjectId}`}</code>],
      [t.amount, formatMoney(locale, attempt)],
      [t.references, <code>{attempt.reference}</code>],
    );
  if (record) own.push(...recordFacts(input, record));
  return own;
}

function recordFacts(input: ConsoleInput, record: OutsideRecord): Fact[] {
  const { locale, environment } = input.visit;
  const t = input.t.reconciliation;
  const { amount, fee, currency, references, counterparty, description, place } = record;
  return [
    [t.what, t.kinds[record.kind]],
    [t.source, t.sources[record.source]],
    [t.amount, formatMoney(locale, { amount, currency })],
    ...(fee === 0n ? [] : [[t.fee, formatMoney(locale, { amount: fee, currency })] as const]),
    // A bank tells the date only.
    [
      t.happened,
      record.kind === 'line'
        ? formatMediumDate(locale, dateIn('UTC', record.happenedAt))
        : formatInstant(locale, record.happenedAt, environment.timeZone),
    ],
    [t.account, <code>{record.account}</code>],
    [t.references, <code>{[record.sourceId, ...references].join(' ')}</code>],
    ...(counterparty === null ? [] : [[t.counterparty, counterparty] as const]),
    ...(description === null ? [] : [[t.text, description] as const]),
    ...(place === null ? [] : [[t.place, place] as const]),
  ];
}

function Choices(props: {
  input: ConsoleInput;
  record: OutsideRecord;
  choices: readonly Choice[];
  path: string;
}): VNode {
  const { input, record, choices, path } = props;
  const { locale } = input.visit;
  const t = input.t.reconciliation;
  return (
    <section class="card" aria-labelledby="candidates-heading">
      <h2 id="candidates-heading">{t.candidates}</h2>
      {choices.length === 0 && <p>{t.noCandidates}</p>}
      {choices.length > 0 && (
        <DataTable
          caption={t.candidates}
          columns={[
            { label: t.target },
            { label: t.what },
            { label: t.how },
            { label: t.amount, number: true },
            { label: t.fits },
          ]}
          rows={choices.map((choice) => [
            <code>{choice.target.id}</code>,
            t.targets[choice.target.kind],
            t.hows[choice.how],
            formatMoney(locale, choice),
            choice.refused === undefined ? (
              <PostForm action={`${path}/match`} token={input.token}>
                <input type="hidden" name="target" value={choice.target.id} />
                <button class="link" type="submit" aria-label={`${t.match} ${choice.target.id}`}>
                  {t.match}
                </button>
              </PostForm>
            ) : (
              t.refusals[choice.refused]
            ),
          ])}
        />
      )}
      {record.kind === 'line' && (
        <PostForm action={`${path}/match`} token={input.token} class="step">
          <h3>{t.matchTo}</h3>
          <TextField
            name="target"
            label={t.target}
            hint={t.targetHint}
            notice={undefined}
            autocomplete="off"
            maxlength={80}
          />
          <button class="button quiet" type="submit">
            {t.match}
          </button>
        </PostForm>
      )}
    </section>
  );
}

function Park({ input, path }: { input: ConsoleInput; path: string }): VNode {
  const t = input.t.reconciliation;
  return (
    <section class="card" aria-labelledby="park-heading">
      <h2 id="park-heading">{t.park}</h2>
      <p class="hint">{t.parkHint}</p>
      <PostForm action={`${path}/park`} token={input.token} class="step">
        <MessageText name="note" label={t.note} hint={t.noteHint} rows={4} maxlength={longestNote} />
        <button class="button quiet" type="submit">
          {t.parkSend}
        </button>
      </PostForm>
    </section>
  );
}
