import type { VNode } from 'preact';
import type { Tx } from '../../../lib/tx.ts';
import { formatMoney } from '../../../notifications/format.ts';
import { readBook } from '../../../portfolio/book.ts';
import { type MonthOfBusiness, readNewBusiness } from '../../../portfolio/new-business.ts';
import { outstandingOf } from '../../../portfolio/outstanding.ts';
import { type OverdueBucket, overdueByBucket } from '../../../portfolio/overdue.ts';
import type { Page } from '../../send-page.tsx';
import type { ConsoleInput } from '../input.ts';
import { AmountBars } from '../../parts/amount-bars.tsx';
import { Facts } from '../../parts/facts.tsx';
import { type Asked, readAsked } from './filter.tsx';
import { emptyPage, PortfolioFigures, portfolioPage, toldOf } from './frame.tsx';
import {
  businessTable,
  dimensions,
  monthsShown,
  nameMonth,
  outstandingTable,
  overdueTable,
} from './tables.ts';

/** What is outstanding, how late it is, and what was bought. */
export async function showPortfolio(tx: Tx, input: ConsoleInput): Promise<Page> {
  const asked = await readAsked(tx, input);
  if (!asked) return emptyPage(input);
  const { visit } = input;
  const t = input.t.portfolio;
  const book = await readBook(tx, asked.filter);
  const buckets = await overdueByBucket(tx, asked.filter, book);
  const business = await readNewBusiness(tx, asked.filter, monthsShown);
  const all = outstandingOf('', book);
  const money = (amount: bigint) => formatMoney(visit.locale, { amount, currency: asked.filter.currency });
  return portfolioPage({
    input,
    asked,
    view: 'overview',
    children: (
      <>
        <section class="card" aria-labelledby="outstanding-heading">
          <h2 id="outstanding-heading">{t.outstanding}</h2>
          <Facts
            facts={[
              [t.total, money(all.total)],
              [t.principal, money(all.principal)],
              [t.interest, money(all.interest)],
              [t.fees, money(all.fee)],
              [t.plans, String(all.plans)],
            ]}
          />
          {dimensions.map((dimension) => (
            <PortfolioFigures
              input={input}
              asked={asked}
              table={outstandingTable(toldOf(input, asked), book, dimension)}
              file={`outstanding-by-${dimension}`}
            />
          ))}
        </section>
        <Overdue input={input} asked={asked} buckets={buckets} />
        <Business input={input} asked={asked} months={business} />
      </>
    ),
  });
}

function Overdue(props: { input: ConsoleInput; asked: Asked; buckets: readonly OverdueBucket[] }): VNode {
  const { input, asked, buckets } = props;
  const t = input.t.portfolio;
  return (
    <section class="card" aria-labelledby="overdue-heading">
      <h2 id="overdue-heading">{t.overdue}</h2>
      <p class="hint">{t.overdueHint}</p>
      <AmountBars
        title={t.overdue}
        bars={buckets
          .filter(({ bucket }) => bucket !== 'current')
          .map(({ bucket, principal, overdue }) => ({
            label: t.shortBuckets[bucket],
            first: principal,
            second: overdue,
          }))}
        first={t.principal}
        second={t.overdueAmount}
      />
      <PortfolioFigures
        input={input}
        asked={asked}
        table={overdueTable(toldOf(input, asked), buckets)}
        file="overdue"
      />
    </section>
  );
}

function Business(props: { input: ConsoleInput; asked: Asked; months: readonly MonthOfBusiness[] }): VNode {
  const { input, asked, months } = props;
  const t = input.t.portfolio;
  const told = toldOf(input, asked);
  return (
    <section class="card" aria-labelledby="business-heading">
      <h2 id="business-heading">{t.business}</h2>
      <p class="hint">{t.businessHint}</p>
      <AmountBars
        title={t.business}
        bars={months.map(({ month, principal }) => ({
          label: nameMonth(told, month).label,
          first: principal,
        }))}
        first={t.principal}
      />
      <PortfolioFigures input={input} asked={asked} table={businessTable(told, months)} file="new-business" />
    </section>
  );
}
