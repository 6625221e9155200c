import type { VNode } from 'preact';
import { addOffset, dateIn } from '../../lib/dates.ts';
import type { Tx } from '../../lib/tx.ts';
import { policyOf } from '../../pay-score/policy-in-force.ts';
import type { OtherPolicy } from '../../pay-score/what-if/decided.ts';
import { limitBounds, parseSteps, rateBounds } from '../../pay-score/what-if/parse-steps.ts';
import { decidedCurrencies, mostDecided, readDecided } from '../../pay-score/what-if/read-decided.ts';
import type { Page } from '../send-page.tsx';
import { ConsoleFrame } from './frame.tsx';
import type { ConsoleInput } from './input.ts';
import { isDate } from '../parts/read-date.ts';
import { consolePath } from './paths.ts';
import { queryOf } from '../query.ts';
import { WhatIfResult } from './views/what-if-result.tsx';

/** What was asked for, as it was written, and what it means; `malformed` is the field that means nothing. */
type Asked = {
  written: Record<Field, string>;
  /** That of the policy in force. */
  cutNow: number;
  policy: OtherPolicy;
  since: string;
  malformed: Field | undefined;
};

const fields = ['cut', 'limits', 'rates', 'since', 'currency'] as const;
type Field = (typeof fields)[number];

/** Past decisions by another policy: a form whose answer is the same page, so that it can be kept and sent on. */
export async function showWhatIf(tx: Tx, input: ConsoleInput): Promise<Page> {
  const t = input.t.whatIf;
  const today = dateIn(tx.environment.timeZone, tx.now);
  const { lowestScore } = await policyOf(tx);
  const asked = askedOf(input, { earliest: addOffset(today, { months: -12 }), cutNow: lowestScore });
  const currencies = await decidedCurrencies(tx, { since: asked.since });
  const currency = currencies.find((name) => name === asked.written.currency) ?? currencies[0];
  const decisions = currency ? await readDecided(tx, { currency, since: asked.since }) : [];
  const problem = asked.malformed && t.malformed(labelOf(input, asked.malformed));
  return {
    title: t.title,
    wide: true,
    hasProblem: problem !== undefined,
    body: (
      <ConsoleFrame input={input} section="what_if" title={t.title} intro={t.intro}>
        {problem !== undefined && (
          <p class="notice" role="alert" id="notice">
            <a href={`#${asked.malformed}`}>{problem}</a>
          </p>
        )}
        <AskForm input={input} asked={asked} currencies={currencies} currency={currency} />
        {decisions.length === 0 && <p>{t.empty}</p>}
        {decisions.length >= mostDecided && <p class="hint">{t.truncated(String(mostDecided))}</p>}
        {currency && decisions.length > 0 && problem === undefined && (
          <WhatIfResult input={input} decisions={decisions} policy={asked.policy} currency={currency} />
        )}
      </ConsoleFrame>
    ),
  };
}

function askedOf({ req }: ConsoleInput, { earliest, cutNow }: { earliest: string; cutNow: number }): Asked {
  const written = Object.fromEntries(fields.map((name) => [name, queryOf(req, name)])) as Asked['written'];
  const cut = written.cut === '' ? cutNow : Number(written.cut);
  const limitPercent = written.limits === '' ? undefined : parseSteps(written.limits, limitBounds);
  const annualRatePpm = written.rates === '' ? undefined : parseSteps(written.rates, rateBounds);
  const since = isDate(written.since) ? written.since : earliest;
  const isCut = Number.isInteger(cut) && cut >= 300 && cut <= 850;
  const malformed = [
    !isCut && ('cut' as const),
    written.limits !== '' && !limitPercent && ('limits' as const),
    written.rates !== '' && !annualRatePpm && ('rates' as const),
    written.since !== '' && !isDate(written.since) && ('since' as const),
  ].find((name) => name !== false);
  return {
    written: {
      ...written,
      since: written.since === '' ? since : written.since,
      cut: written.cut || String(cut),
    },
    cutNow,
    policy: { cut: isCut ? cut : cutNow, limitPercent, annualRatePpm },
    since,
    malformed,
  };
}

function labelOf({ t }: ConsoleInput, name: Field): string {
  return t.whatIf[name];
}

function AskForm(props: {
  input: ConsoleInput;
  asked: Asked;
  currencies: readonly string[];
  currency: string | undefined;
}): VNode {
  const { input, asked, currencies, currency } = props;
  const t = input.t.whatIf;
  return (
    <section class="card">
      <form method="get" action={consolePath(input.visit.environment.id, 'what_if')} class="step">
        {fields
          .filter((name) => name !== 'currency')
          .map((name) => (
            <Asking input={input} name={name} asked={asked} />
          ))}
        {currencies.length > 1 && (
          <div class="field">
            <label for="currency">{t.currency}</label>
            <select id="currency" name="currency">
              {currencies.map((name) => (
                <option value={name} selected={name === currency}>
                  {name}
                </option>
              ))}
            </select>
          </div>
        )}
        <button class="button" type="submit">
          {t.run}
        </button>
      </form>
    </section>
  );
}

function Asking({ input, name, asked }: { input: ConsoleInput; name: Field; asked: Asked }): VNode {
  const t = input.t.whatIf;
  const hints = {
    cut: t.cutHint(String(asked.cutNow)),
    limits: t.limitsHint,
    rates: t.ratesHint,
    since: t.sinceHint,
    currency: '',
  };
  const isWrong = asked.malformed === name;
  return (
    <div class="field">
      <label for={name}>{labelOf(input, name)}</label>
      <p class="hint" id={`${name}-hint`}>
        {hints[name]}
      </p>
      <input
        type="text"
        id={name}
        name={name}
        value={asked.written[name]}
        aria-describedby={isWrong ? `${name}-hint notice` : `${name}-hint`}
        aria-invalid={isWrong ? 'true' : undefined}
        autocomplete="off"
        spellcheck={false}
        maxlength={100}
      />
    </div>
  );
}
