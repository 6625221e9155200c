import type { VNode } from 'preact';
import type { Tx } from '../../../lib/tx.ts';
import { formatMoney } from '../../../notifications/format.ts';
import { findSettlement, type Settlement } from '../../../settlement/settlements.ts';
import { statementLink } from '../../../settlement/statement-link.ts';
import {
  type PrintedLine,
  readPrintedLines,
  readStatement,
  type Statement,
} from '../../../settlement/statement.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Facts } from '../../parts/facts.tsx';
import { formatInstant, formatMediumDate } from '../../format.ts';
import { queryOf, withQuery } from '../../query.ts';
import type { Page } from '../../send-page.tsx';
import { textsOf } from '../../texts/language.ts';
import { DashboardFrame, hasProblem } from '../frame.tsx';
import { type DashboardInput, may } from '../input.ts';
import { dashboardPath } from '../paths.ts';

const linesShown = 100;

/** What a page about a closed settlement is made from. */
type Shown = { statement: Statement; lines: readonly PrintedLine[]; paper: string };

/** One settlement: in sums, its payouts, its papers, and its lines, each with its explanation. */
export async function showSettlement(tx: Tx, input: DashboardInput): Promise<Page> {
  const { visit, req } = input;
  const settlement = await findSettlement(tx, {
    settlementId: String(req.params.settlementId),
    merchantId: visit.merchant.id,
  });
  const t = input.t.settlements;
  const title = t.one(formatMediumDate(visit.locale, settlement.businessDate));
  const shown = settlement.status === 'closed' ? await read(tx, input, settlement) : undefined;
  return {
    title,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <DashboardFrame input={input} section="settlements" title={title}>
        <p class="asides">
          <a href={dashboardPath('settlements')}>{t.back}</a>
        </p>
        <Head input={input} settlement={settlement} paper={shown?.paper} />
        {shown && <Sums input={input} statement={shown.statement} />}
        {shown && <Payouts input={input} statement={shown.statement} />}
        {shown && <Lines input={input} shown={shown} />}
      </DashboardFrame>
    ),
  };
}

async function read(tx: Tx, { req }: DashboardInput, { id }: Settlement): Promise<Shown> {
  const after = queryOf(req, 'after');
  return {
    statement: await readStatement(tx, id),
    lines: await readPrintedLines(tx, {
      settlementId: id,
      after: /^\d{1,9}$/.test(after) ? Number(after) : 0,
      limit: linesShown,
    }),
    paper: statementLink(tx, id).path,
  };
}

function moneyOf({ visit }: DashboardInput, { currency }: Settlement): (amount: bigint) => string {
  return (amount) => formatMoney(visit.locale, { amount, currency });
}

function Head(props: { input: DashboardInput; settlement: Settlement; paper: string | undefined }): VNode {
  const { input, settlement, paper } = props;
  const { locale, merchant } = input.visit;
  const t = input.t.settlements;
  const { id, status, net, closedAt, early } = settlement;
  return (
    <section class="card">
      {net !== null && <strong class="sum">{moneyOf(input, settlement)(net)}</strong>}
      <Facts
        facts={[
          [t.id, <code>{id}</code>],
          [t.state, t.states[status]],
          ...(closedAt ? ([[t.closed, formatInstant(locale, closedAt, merchant.timeZone)]] as const) : []),
        ]}
      />
      {early && <p>{t.early}</p>}
      {paper === undefined ? (
        <p>{t.stillOpen}</p>
      ) : (
        <>
          <p class="asides">
            <a href={paper}>{t.statement}</a>
            <a href={`${paper}/lines.csv`} download>
              {t.file}
            </a>
          </p>
          <p class="hint">{t.papersHint}</p>
        </>
      )}
    </section>
  );
}

function Sums({ input, statement }: { input: DashboardInput; statement: Statement }): VNode {
  const t = input.t.settlements;
  const { kinds } = textsOf[input.visit.locale].statement;
  const { settlement, sums } = statement;
  const money = moneyOf(input, settlement);
  return (
    <section class="card">
      <DataTable
        caption={t.sums}
        columns={[{ label: t.kind }, { label: t.count, number: true }, { label: t.amount, number: true }]}
        rows={[
          ...sums.map(({ kind, count, amount }) => [kinds[kind], String(count), money(amount)]),
          [t.total, String(settlement.linesCount), money(settlement.net ?? 0n)],
        ]}
      />
    </section>
  );
}

function Payouts({ input, statement }: { input: DashboardInput; statement: Statement }): VNode {
  const t = input.t.settlements;
  const { payoutStates } = textsOf[input.visit.locale].statement;
  const { settlement, payouts } = statement;
  return (
    <section class="card">
      {payouts.length === 0 && <p>{settlement.net === 0n ? t.nothing : t.noPayout}</p>}
      {payouts.length > 0 && (
        <DataTable
          caption={t.payouts}
          columns={[{ label: t.payout }, { label: t.state }, { label: t.amount, number: true }]}
          rows={payouts.map(({ id, status, amount }) => [
            may(input, 'payouts') ? (
              <a href={dashboardPath('payouts', id)}>
                <code>{id}</code>
              </a>
            ) : (
              <code>{id}</code>
            ),
            payoutStates[status],
            moneyOf(input, settlement)(amount),
          ])}
        />
      )}
    </section>
  );
}

function Lines({ input, shown }: { input: DashboardInput; shown: Shown }): VNode {
  const { locale } = input.visit;
  const t = input.t.settlements;
  const { kinds } = textsOf[locale].statement;
  const { lines, statement } = shown;
  const { settlement } = statement;
  const path = dashboardPath('settlements', settlement.id);
  const last = lines.length === linesShown ? lines.at(-1) : undefined;
  return (
    <section class="card">
      <DataTable
        caption={t.linesOf}
        columns={[
          { label: t.number, number: true },
          { label: t.kind },
          { label: t.date },
          { label: t.order },
          { label: t.amount, number: true },
          { label: t.explain },
        ]}
        rows={lines.map((line) => [
          String(line.number),
          kinds[line.kind],
          formatMediumDate(locale, line.businessDate),
          <OrderOf input={input} line={line} />,
          moneyOf(input, settlement)(line.amount),
          <a href={`${path}/lines/${line.number}`} aria-label={t.explainLine(String(line.number))}>
            {t.explain}
          </a>,
        ])}
      />
      {last && (
        <p>
          <a href={withQuery(path, { after: String(last.number) })}>{t.nextLines}</a>
        </p>
      )}
    </section>
  );
}

/** The order that a line belongs to, by the merchant's own number of it. */
function OrderOf({ input, line }: { input: DashboardInput; line: PrintedLine }): VNode {
  const { orderId, orderReference } = line;
  if (orderId === null) return <>–</>;
  const name = orderReference ?? orderId;
  return may(input, 'orders') ? <a href={dashboardPath('orders', orderId)}>{name}</a> : <>{name}</>;
}
