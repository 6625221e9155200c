import type { VNode } from 'preact';
import type { Tx } from '../../../lib/tx.ts';
import { markets } from '../../../plans/market-rules.ts';
import { planCodes } from '../../../plans/offers.ts';
import { type BookFilter, businessDateOf } from '../../../portfolio/book.ts';
import { type BookChoices, readBookChoices } from '../../../portfolio/choices.ts';
import { vintageMeasures } from '../../../portfolio/vintages.ts';
import type { ConsoleInput } from '../input.ts';
import { isDate } from '../../parts/read-date.ts';
import { queryOf } from '../../query.ts';

/** What of the book is asked for, and what it could be asked for. */
export type Asked = {
  filter: BookFilter;
  choices: BookChoices;
  /** As they stand in the address, to be kept by the links of the page. */
  query: Record<string, string>;
  isMalformed: boolean;
};

/** Reads the filters from the address; `undefined` where there are no plans at all. What is not known is not filtered by. */
export async function readAsked(tx: Tx, { req }: Pick<ConsoleInput, 'req'>): Promise<Asked | undefined> {
  const choices = await readBookChoices(tx);
  const [first] = choices.currencies;
  if (first === undefined) return undefined;
  const today = businessDateOf(tx);
  const date = queryOf(req, 'date');
  const isKnown = isDate(date) && date <= today;
  const one = (name: string, of: readonly string[]) => of.find((value) => value === queryOf(req, name));
  const currency = one('currency', choices.currencies) ?? first;
  const product = one('product', planCodes);
  const market = one('market', markets);
  const funderId = one(
    'funder',
    choices.funders.map(({ id }) => id),
  );
  return {
    filter: { currency, on: isKnown ? date : today, product, market, funderId },
    choices,
    query: {
      currency,
      date: isKnown ? date : '',
      product: product ?? '',
      market: market ?? '',
      funder: funderId ?? '',
    },
    isMalformed: date !== '' && !isKnown,
  };
}

/** The filters as a form; looking changes nothing, so they are sent with the address. */
export function FilterForm(props: {
  input: ConsoleInput;
  asked: Asked;
  action: string;
  measure?: string;
}): VNode {
  const { input, asked, action, measure } = props;
  const { choices, query, isMalformed } = asked;
  const t = input.t.portfolio;
  const named = (values: readonly string[]) => values.map((value) => ({ value, label: value }));
  return (
    <details class="card" open={isMalformed}>
      <summary>{t.filter}</summary>
      {isMalformed && (
        <p class="notice" role="alert" id="notice">
          <a href="#date">{t.malformed}</a>
        </p>
      )}
      <form method="get" action={action} class="step">
        <Choice name="currency" label={t.currency} chosen={query.currency} of={named(choices.currencies)} />
        <Choice name="product" label={t.product} all={t.all} chosen={query.product} of={named(planCodes)} />
        <Choice
          name="funder"
          label={t.funder}
          all={t.all}
          chosen={query.funder}
          of={choices.funders.map(({ id, name }) => ({ value: id, label: name }))}
        />
        <Choice name="market" label={t.market} all={t.all} chosen={query.market} of={named(markets)} />
        {measure !== undefined && (
          <Choice
            name="measure"
            label={t.measure}
            chosen={measure}
            of={vintageMeasures.map((value) => ({ value, label: t.measures[value] }))}
          />
        )}
        <div class="field">
          <label for="date">{t.date}</label>
          <p class="hint" id="date-hint">
            {t.dateHint}
          </p>
          <input
            type="date"
            id="date"
            name="date"
            value={query.date}
            aria-describedby={isMalformed ? 'date-hint notice' : 'date-hint'}
            aria-invalid={isMalformed ? 'true' : undefined}
          />
        </div>
        <button class="button" type="submit">
          {t.show}
        </button>
      </form>
    </details>
  );
}

function Choice(props: {
  name: string;
  label: string;
  all?: string;
  chosen: string | undefined;
  of: readonly { value: string; label: string }[];
}): VNode {
  const { name, label, all, chosen, of } = props;
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <select id={name} name={name}>
        {all !== undefined && <option value="">{all}</option>}
        {of.map(({ value, label: text }) => (
          <option value={value} selected={value === chosen}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}
