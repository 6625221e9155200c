import type { Request, Response } from 'express';
import { formatMoney } from '../../notifications/format.ts';
import {
  type PrintedLine,
  readPrintedLines,
  readStatement,
  type Statement,
} from '../../settlement/statement.ts';
import type { Locale } from '../../shoppers/profile.ts';
import { DataTable } from '../parts/data-table.tsx';
import { Facts } from '../parts/facts.tsx';
import type { PagesContext } from '../context.ts';
import { formatInstant, formatMediumDate } from '../format.ts';
import { type Page, sendPage } from '../send-page.tsx';
import { chooseLocale } from '../texts/choose-locale.ts';
import { textsOf } from '../texts/language.ts';
import { inStatement, openStatement } from './open.ts';

/** A page that is printed lists so many lines at most; the file for spreadsheets has all. */
const linesPrinted = 1000;

/** Shows a settlement to be read and printed, to whoever has the link that its merchant was given. */
export async function showStatement(context: PagesContext, req: Request, res: Response): Promise<void> {
  const place = openStatement(context, req);
  const locale = chooseLocale(req, res);
  const { statement, lines } = await inStatement(context, place, async (tx) => ({
    statement: await readStatement(tx, place.settlementId),
    lines: await readPrintedLines(tx, { settlementId: place.settlementId, after: 0, limit: linesPrinted }),
  }));
  const sandbox = place.environmentId !== 'live';
  sendPage(req, res, pageOf(locale, { statement, lines, path: req.path }), {
    locale,
    self: req.path,
    sandbox,
  });
}

type Shown = { statement: Statement; lines: readonly PrintedLine[]; path: string };

function pageOf(locale: Locale, { statement, lines, path }: Shown): Page {
  const t = textsOf[locale].statement;
  const { settlement, merchant, sums } = statement;
  const { currency, businessDate, linesCount, net, closedAt, early } = settlement;
  const money = (amount: bigint) => formatMoney(locale, { amount, currency });
  const total = money(net ?? 0n);
  const title = t.title(formatMediumDate(locale, businessDate));
  return {
    title,
    wide: true,
    body: (
      <div class="step">
        <h1>{title}</h1>
        <section class="card">
          <Facts
            facts={[
              [t.merchant, merchant.name],
              [t.id, <code>{settlement.id}</code>],
              [t.closed, closedAt ? formatInstant(locale, closedAt, merchant.timeZone) : ''],
              [t.timeZone, merchant.timeZone],
              [t.net, total],
            ]}
          />
          {early && <p>{t.early}</p>}
        </section>
        <section class="card">
          <DataTable
            caption={t.sums}
            columns={[{ label: t.kind }, { label: t.count, number: true }, { label: t.amount, number: true }]}
            rows={[
              ...sums.map(({ kind, count, amount }) => [t.kinds[kind], String(count), money(amount)]),
              [t.total, String(linesCount), total],
            ]}
          />
        </section>
        <Payouts locale={locale} statement={statement} />
        <section class="card">
          <DataTable
            caption={t.lines}
            columns={[
              { label: t.number, number: true },
              { label: t.date },
              { label: t.kind },
              { label: t.order },
              { label: t.amount, number: true },
            ]}
            rows={lines.map((line) => [
              String(line.number),
              formatMediumDate(locale, line.businessDate),
              t.kinds[line.kind],
              line.orderReference ?? <code>{line.sourceId}</code>,
              money(line.amount),
            ])}
          />
          {linesCount !== null && linesCount > lines.length && (
            <p>{t.more(String(lines.length), String(linesCount))}</p>
          )}
          <p>
            <a href={`${path}/lines.csv`}>{t.file}</a>
          </p>
        </section>
      </div>
    ),
  };
}

function Payouts({ locale, statement }: { locale: Locale; statement: Statement }) {
  const t = textsOf[locale].statement;
  const { settlement, payouts, merchant } = statement;
  if (payouts.length === 0) {
    return (
      <section class="card">
        <p>{settlement.net === 0n ? t.nothing : t.noPayout}</p>
      </section>
    );
  }
  return (
    <section class="card">
      <DataTable
        caption={t.payouts}
        columns={[
          { label: t.payout },
          { label: t.state },
          { label: t.paidAt },
          { label: t.amount, number: true },
        ]}
        rows={payouts.map(({ id, status, paidAt, amount, currency }) => [
          <code>{id}</code>,
          t.payoutStates[status],
          paidAt ? formatInstant(locale, paidAt, merchant.timeZone) : '–',
          formatMoney(locale, { amount, currency }),
        ])}
      />
    </section>
  );
}
