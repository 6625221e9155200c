import type { VNode } from 'preact';
import { addDays, dateIn } from '../../lib/dates.ts';
import { isId } from '../../lib/ids.ts';
import type { Tx } from '../../lib/tx.ts';
import { formatDate, formatMoney } from '../../notifications/format.ts';
import { countDecisions, countReasons, type DayOfDecisions } from '../../pay-score/review/count-decisions.ts';
import { type ListedDecision, listDecisions } from '../../pay-score/review/list-decisions.ts';
import { formatInstant, formatMediumDate } from '../format.ts';
import type { Page } from '../send-page.tsx';
import { ConsoleFrame, hasProblem } from './frame.tsx';
import { audit, type ConsoleInput } from './input.ts';
import { DataTable } from '../parts/data-table.tsx';
import { DayBars } from '../parts/day-bars.tsx';
import { SearchForm } from '../parts/search-form.tsx';
import { consolePath } from './paths.ts';
import { queryOf, withQuery } from '../query.ts';

const daysShown = 30;
const decisionsShown = 50;
const outcomes = ['approved', 'declined'] as const;

/** Decisions of the last 30 dates by outcome, and the newest of them; those about one shopper where that is asked. */
export async function showDecisions(tx: Tx, input: ConsoleInput): Promise<Page | { to: string }> {
  const { visit, req } = input;
  const t = input.t.decisions;
  const path = consolePath(visit.environment.id, 'decisions');
  const found = queryOf(req, 'find');
  if (isId('asm', found)) return { to: `${path}/${found}` };
  const shopperId = isId('shp', found) ? found : undefined;
  if (shopperId) await audit(tx, visit, 'shopper_searched', { objectId: shopperId });
  const outcome = outcomes.find((name) => name === queryOf(req, 'outcome'));
  const before = queryOf(req, 'before');
  const decisions = await listDecisions(tx, {
    limit: decisionsShown,
    ...(isId('asm', before) && { before }),
    ...(shopperId && { shopperId }),
    ...(outcome && { outcome }),
  });
  const to = dateIn(tx.environment.timeZone, tx.now);
  const span = { from: addDays(to, 1 - daysShown), to };
  const said = found !== '' && !shopperId ? ('not_found' as const) : input.said;
  const shown = { ...input, said };
  const last = decisions.at(-1);
  const older = last && decisions.length === decisionsShown && { before: last.id };
  return {
    title: t.title,
    wide: true,
    hasProblem: hasProblem(shown),
    body: (
      <ConsoleFrame
        input={shown}
        section="decisions"
        title={t.title}
        intro={t.intro(formatDate(visit.locale, span.from), formatDate(visit.locale, span.to))}
      >
        {!shopperId && <Days input={input} days={await countDecisions(tx, span)} />}
        {!shopperId && <Reasons input={input} reasons={await countReasons(tx, span)} />}
        <SearchForm
          action={path}
          name="find"
          label={t.find}
          hint={t.findHint}
          button={t.search}
          value={found}
        />
        <section class="card" aria-labelledby="list-heading">
          <h2 id="list-heading">{shopperId ? t.listOf(shopperId) : t.list}</h2>
          <p class="asides">
            {[undefined, ...outcomes].map((name) => (
              <a
                href={withQuery(path, { find: shopperId, outcome: name })}
                aria-current={name === outcome ? 'true' : undefined}
              >
                {name ? t[name] : t.all}
              </a>
            ))}
          </p>
          <List input={input} decisions={decisions} />
          {older && (
            <p>
              <a href={withQuery(path, { find: shopperId, outcome, ...older })}>{t.older}</a>
            </p>
          )}
        </section>
      </ConsoleFrame>
    ),
  };
}

function Days({ input, days }: { input: ConsoleInput; days: DayOfDecisions[] }): VNode {
  const { locale } = input.visit;
  const t = input.t.decisions;
  const rows = days
    .filter(({ approved, declined }) => approved + declined > 0)
    .toReversed()
    .map(({ date, approved, declined }) => [
      formatMediumDate(locale, date),
      String(approved),
      String(declined),
    ]);
  return (
    <section class="card" aria-labelledby="days-heading">
      <h2 id="days-heading">{t.byDay}</h2>
      <DayBars locale={locale} days={days} title={t.byDay} approved={t.approved} declined={t.declined} />
      <details>
        <summary>{t.figures}</summary>
        <DataTable
          caption={t.byDay}
          columns={[
            { label: t.date },
            { label: t.approved, number: true },
            { label: t.declined, number: true },
          ]}
          rows={rows}
        />
      </details>
    </section>
  );
}

function Reasons(props: {
  input: ConsoleInput;
  reasons: { declineCode: string; count: number }[];
}): VNode | null {
  const { input, reasons } = props;
  const t = input.t.decisions;
  if (reasons.length === 0) return null;
  return (
    <section class="card">
      <DataTable
        caption={t.reasonsHeading}
        columns={[{ label: t.reason }, { label: t.count, number: true }]}
        rows={reasons.map(({ declineCode, count }) => [<code>{declineCode}</code>, String(count)])}
      />
    </section>
  );
}

function List({ input, decisions }: { input: ConsoleInput; decisions: ListedDecision[] }): VNode {
  const { visit } = input;
  const t = input.t.decisions;
  const path = consolePath(visit.environment.id, 'decisions');
  if (decisions.length === 0) return <p>{t.empty}</p>;
  return (
    <DataTable
      caption={t.list}
      columns={[
        { label: t.time },
        { label: t.about },
        { label: t.score, number: true },
        { label: t.amount, number: true },
        { label: t.outcome },
      ]}
      rows={decisions.map(({ id, createdAt, subject, score, amount, currency, declineCode }) => [
        <a href={`${path}/${id}`}>{formatInstant(visit.locale, createdAt, visit.environment.timeZone)}</a>,
        t.subjects[subject],
        String(score),
        formatMoney(visit.locale, { amount, currency }),
        declineCode === null ? (
          <span class="state paid">{t.approved}</span>
        ) : (
          <span class="state">{declineCode}</span>
        ),
      ])}
    />
  );
}
