import type { VNode } from 'preact';
import type { LedgerAlarm } from '../../../ledger/alarms.ts';
import { PostForm } from '../../parts/form.tsx';
import type { ConsoleInput } from '../input.ts';
import { MessageText } from '../../parts/message-text.tsx';
import { withQuery } from '../../query.ts';
import { alarmTable } from './tables.ts';
import { MoneyFigures, toldOf } from './told.tsx';

/** What a check found to be wrong with the books, and a form for each that nobody has seen to. */
export function Alarms(props: {
  input: ConsoleInput;
  alarms: readonly LedgerAlarm[];
  showsAll: boolean;
}): VNode {
  const { input, alarms, showsAll } = props;
  const t = input.t.money;
  const { path } = toldOf(input);
  return (
    <section class="card" aria-labelledby="alarms-heading">
      <h2 id="alarms-heading">{t.alarms}</h2>
      <p class="hint">{t.alarmsHint}</p>
      <p class="asides">
        <a href={path} aria-current={showsAll ? undefined : 'true'}>
          {t.shownAlarms.open}
        </a>
        <a href={withQuery(path, { alarms: 'all' })} aria-current={showsAll ? 'true' : undefined}>
          {t.shownAlarms.all}
        </a>
      </p>
      {alarms.length === 0 && <p>{t.noAlarms}</p>}
      {alarms.length > 0 && (
        <MoneyFigures
          input={input}
          table={alarmTable(toldOf(input), alarms)}
          file={showsAll ? 'alarms' : 'open-alarms'}
        />
      )}
      {alarms
        .filter(({ resolvedAt }) => resolvedAt === null)
        .map((alarm) => (
          <Resolve input={input} alarm={alarm} />
        ))}
    </section>
  );
}

function Resolve({ input, alarm }: { input: ConsoleInput; alarm: LedgerAlarm }): VNode {
  const t = input.t.money;
  const id = `note-${alarm.id}`;
  return (
    <details>
      <summary>{t.resolve(alarm.subject)}</summary>
      <PostForm action={`${toldOf(input).path}/alarms/${alarm.id}/resolve`} token={input.token} class="step">
        <MessageText name="note" label={t.note} hint={t.noteHint} rows={3} maxlength={longestNote} id={id} />
        <button class="button quiet" type="submit">
          {t.send}
        </button>
      </PostForm>
    </details>
  );
}

/** So many characters does the note of an alarm hold. */
export const longestNote = 1000;
