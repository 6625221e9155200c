import type { VNode } from 'preact';
import { formatDate } from '../../../notifications/format.ts';
import { hardshipReasons } from '../../../repayments/hardships.ts';
import { PostForm } from '../../parts/form.tsx';
import { textsOf } from '../../texts/language.ts';
import type { AccountInput } from '../view.tsx';
import type { DateRange, LateFacts } from './facts.ts';
import { pauseChoices } from './pause-choices.ts';

type Props = { input: AccountInput; facts: NonNullable<LateFacts> };

/**
 * What somebody can do who is late with a plan, or will be: promise a date, move a first missed payment, ask for easier
 * terms. Nothing where nothing can be done.
 */
export function LateHelp({ input, facts }: { input: AccountInput; facts: LateFacts }): VNode | null {
  if (!facts || (facts.due === 0n && !facts.promise && !facts.hardship)) return null;
  const t = textsOf[input.visit.locale].late;
  const late = facts.due > 0n;
  return (
    <section class="card" aria-labelledby="late-heading">
      <h2 id="late-heading">{late ? t.lateHeading : t.heading}</h2>
      <p>{late ? t.lateIntro(input.money(facts.due, facts.currency)) : t.intro}</p>
      <Promised input={input} facts={facts} />
      <Move input={input} facts={facts} />
      <Hardship input={input} facts={facts} />
    </section>
  );
}

function Promised({ input, facts }: Props): VNode | null {
  const { visit } = input;
  const t = textsOf[visit.locale].late;
  const { promise } = facts;
  if (!promise) return null;
  if (promise === 'broken') return <p class="hint">{t.promisesBroken}</p>;
  if ('on' in promise) return <p class="notice good">{t.promised(formatDate(visit.locale, promise.on))}</p>;
  return (
    <details>
      <summary>{t.promise}</summary>
      <p>{t.promiseIntro}</p>
      <DateForm
        input={input}
        facts={facts}
        action="promise"
        label={t.promiseDate}
        range={promise}
        button={t.promiseButton}
      />
    </details>
  );
}

function Move({ input, facts }: Props): VNode | null {
  const t = textsOf[input.visit.locale].late;
  const { move } = facts;
  if (!move) return null;
  return (
    <details>
      <summary>{t.move}</summary>
      <p>{t.moveIntro(input.money(move.amount, facts.currency))}</p>
      <DateForm
        input={input}
        facts={facts}
        action="move"
        label={t.moveDate}
        range={move}
        button={t.moveButton}
      />
    </details>
  );
}

function DateForm(
  props: Props & { action: 'promise' | 'move'; label: string; range: DateRange; button: string },
): VNode {
  const { input, facts, action, label, range, button } = props;
  const { locale, place } = input.visit;
  const t = textsOf[locale].late;
  return (
    <PostForm action={`${place.path}/plans/${facts.planId}/${action}`} token={input.token} class="choice">
      <div class="field">
        <label for={`${action}-date`}>{label}</label>
        <p class="hint" id={`${action}-hint`}>
          {t.dateHint(formatDate(locale, range.first), formatDate(locale, range.last))}
        </p>
        <input
          type="date"
          id={`${action}-date`}
          name="date"
          min={range.first}
          max={range.last}
          required
          aria-describedby={`${action}-hint`}
        />
      </div>
      <button class="button quiet" type="submit">
        {button}
      </button>
    </PostForm>
  );
}

function Hardship({ input, facts }: Props): VNode | null {
  const { locale } = input.visit;
  const t = textsOf[locale].late;
  const { hardship } = facts;
  if (!hardship) return null;
  if (hardship.kind === 'open') return <HardshipForm input={input} facts={facts} open={hardship} />;
  const { status, pausedUntil, periods } = hardship.hardship;
  if (status === 'asked') return <p class="notice good">{t.hardshipAsked}</p>;
  return (
    <p class="notice good">
      {t.hardshipGranted} {pausedUntil !== null && `${t.pausedUntil(formatDate(locale, pausedUntil))} `}
      {periods !== null && t.spread(String(periods))}
    </p>
  );
}

type OpenHardship = Extract<NonNullable<LateFacts>['hardship'], { kind: 'open' }>;

function HardshipForm({ input, facts, open }: Props & { open: OpenHardship }): VNode {
  const { place, locale } = input.visit;
  const t = textsOf[locale].late;
  return (
    <details>
      <summary>{t.hardship}</summary>
      <p>{open.isGranted ? t.hardshipIntro : t.hardshipByOperator}</p>
      <PostForm action={`${place.path}/plans/${facts.planId}/hardship`} token={input.token} class="choice">
        <Choice name="reason" label={t.reason} hint={t.reasonHint}>
          {hardshipReasons.map((reason) => (
            <option value={reason}>{t.reasons[reason]}</option>
          ))}
        </Choice>
        <Choice name="pause" label={t.pause} hint={t.pauseHint}>
          <option value="">{t.noPause}</option>
          {pauseChoices.map((days) => (
            <option value={String(days)}>{t.pauseDays(String(days))}</option>
          ))}
        </Choice>
        {open.periods.length > 0 && (
          <Choice name="periods" label={t.periods} hint={t.periodsHint}>
            <option value="">{t.samePeriods}</option>
            {open.periods.map((count) => (
              <option value={String(count)}>{t.periodsOf(String(count))}</option>
            ))}
          </Choice>
        )}
        <button class="button quiet" type="submit">
          {t.hardshipButton}
        </button>
      </PostForm>
    </details>
  );
}

function Choice(props: {
  name: string;
  label: string;
  hint: string;
  children: (VNode | VNode[])[] | VNode[];
}): VNode {
  const { name, label, hint, children } = props;
  return (
    <div class="field">
      <label for={`hardship-${name}`}>{label}</label>
      <p class="hint" id={`hardship-${name}-hint`}>
        {hint}
      </p>
      <select id={`hardship-${name}`} name={name} aria-describedby={`hardship-${name}-hint`}>
        {children}
      </select>
    </div>
  );
}
