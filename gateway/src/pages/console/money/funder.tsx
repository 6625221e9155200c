import type { VNode } from 'preact';
import { GatewayError } from '../../../lib/errors.ts';
import { sum } from '../../../lib/money.ts';
import type { Tx } from '../../../lib/tx.ts';
import { formatDate, formatMoney } from '../../../notifications/format.ts';
import { type BookRow, readBook } from '../../../portfolio/book.ts';
import { type FunderStatement, readFunderStatement } from '../../../portfolio/funders/statement.ts';
import type { Page } from '../../send-page.tsx';
import { ConsoleFrame, hasProblem } from '../frame.tsx';
import type { ConsoleInput } from '../input.ts';
import { Figures } from '../parts/figures.tsx';
import { withQuery } from '../../query.ts';
import { type AskedPeriod, readPeriod } from './funder-period.ts';
import { partTable } from './tables.ts';
import { toldOf } from './told.tsx';

/** What one funder owned, bought, received, paid and lost in a period, and whether its plans come to what its account holds. */
export async function showFunder(tx: Tx, input: ConsoleInput): Promise<Page> {
  const t = input.t.money;
  const asked = await readPeriod(tx, input);
  if (!asked) throw new GatewayError('not_found');
  const { visit } = input;
  const { funder, currency, from, to } = asked;
  const statement = await readFunderStatement(tx, { funderId: funder.id, currency, from, to });
  const book = await readBook(tx, { currency, on: to, funderId: funder.id });
  const { path } = toldOf(input);
  const query = { funder: funder.id, currency, from, to };
  const date = (on: string) => formatDate(visit.locale, on);
  return {
    title: t.funderTitle(funder.name),
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <ConsoleFrame
        input={input}
        section="money"
        title={t.funderTitle(funder.name)}
        intro={t.funderIntro(date(from), date(to))}
      >
        <p>
          <a href={path}>{t.back}</a>
        </p>
        <Period input={input} asked={asked} />
        <section class="card" aria-labelledby="statement-heading">
          <h2 id="statement-heading">{t.funderStatement}</h2>
          {statement.parts.map((part) => (
            <Figures locale={visit.locale} table={partTable(toldOf(input), part, currency)} empty={t.empty} />
          ))}
          <p>
            <a href={withQuery(`${path}/export/funder-statement`, query)} download>
              {t.download}
            </a>
          </p>
        </section>
        <Owned input={input} asked={asked} statement={statement} book={book} />
      </ConsoleFrame>
    ),
  };
}

function Owned(props: {
  input: ConsoleInput;
  asked: AskedPeriod;
  statement: FunderStatement;
  book: readonly BookRow[];
}): VNode {
  const { input, asked, statement, book } = props;
  const t = input.t.money;
  const { locale } = input.visit;
  const { funder, currency, to } = asked;
  const stake = statement.parts.find(({ account }) => account === 'participation')?.closing ?? 0n;
  const owned = sum(book.map(({ principal }) => principal));
  const money = (amount: bigint) => formatMoney(locale, { amount, currency });
  const href = withQuery(`${toldOf(input).path}/export/funder-plans`, {
    funder: funder.id,
    currency,
    from: to,
    to,
  });
  return (
    <section class="card" aria-labelledby="owned-heading">
      <h2 id="owned-heading">{t.owned}</h2>
      {owned === stake ? (
        <p>{t.reconciles(String(book.length), money(owned), formatDate(locale, to))}</p>
      ) : (
        <p class="notice" role="alert">
          {t.differs(money(owned), money(stake))}
        </p>
      )}
      <p class="hint">{t.ownedHint}</p>
      <p>
        <a href={href} download>
          {t.ownedFile}
        </a>
      </p>
    </section>
  );
}

function Period({ input, asked }: { input: ConsoleInput; asked: AskedPeriod }): VNode {
  const t = input.t.money;
  const { funder, currencies, currency, from, to, malformed } = asked;
  const dates = [
    { name: 'from', label: t.from, value: from },
    { name: 'to', label: t.to, value: to },
  ] as const;
  return (
    <details class="card" open={malformed !== undefined}>
      <summary>{t.period}</summary>
      {malformed !== undefined && (
        <p class="notice" role="alert" id="notice">
          <a href={`#${malformed}`}>{t.malformed(malformed === 'from' ? t.from : t.to)}</a>
        </p>
      )}
      <form method="get" action={`${toldOf(input).path}/funders/${funder.id}`} class="step">
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
        {dates.map(({ name, label, value }) => (
          <div class="field">
            <label for={name}>{label}</label>
            <p class="hint" id={`${name}-hint`}>
              {t.dateHint}
            </p>
            <input
              type="date"
              id={name}
              name={name}
              value={value}
              aria-describedby={malformed === name ? `${name}-hint notice` : `${name}-hint`}
              aria-invalid={malformed === name ? 'true' : undefined}
            />
          </div>
        ))}
        <button class="button" type="submit">
          {t.show}
        </button>
      </form>
    </details>
  );
}
