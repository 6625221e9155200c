import type { ComponentChildren, VNode } from 'preact';
import { type CalendarRow, findRun, type ScenarioRun } from '../../../jobs/scenarios/runs.ts';
import type { Tx } from '../../../lib/tx.ts';
import { formatMoney } from '../../../notifications/format.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Facts } from '../../parts/facts.tsx';
import { formatInstant, formatMediumDate } from '../../format.ts';
import type { Page } from '../../send-page.tsx';
import { idIn } from '../developers/steps.ts';
import { DashboardFrame, hasProblem } from '../frame.tsx';
import { type DashboardInput, may } from '../input.ts';
import { dashboardPath } from '../paths.ts';

/** How a scenario ran: its calendar before and after, what was done, and whether it came as expected. */
export async function showRun(tx: Tx, input: DashboardInput): Promise<Page> {
  const { visit } = input;
  const t = input.t.sandbox;
  const runId = idIn('scn', input.req.params.runId);
  const run = await findRun(tx, { runId, merchantId: visit.member.merchantId });
  const { report } = run;
  return {
    title: `${t.oneRun}: ${run.document.name}`,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <DashboardFrame input={input} section="sandbox" title={`${t.oneRun}: ${run.document.name}`}>
        <section class="card">
          <p lang="en">{run.document.description}</p>
          <Facts
            facts={[
              [t.status, t.statuses[run.status]],
              [t.started, formatInstant(visit.locale, run.createdAt, visit.environment.timeZone)],
              ...(run.state.orderId === undefined
                ? []
                : ([[t.order, orderLink(input, run.state.orderId)]] as const)),
              ...(report ? ([[t.books, report.books.balanced ? t.balanced : t.unbalanced]] as const) : []),
              ...(report?.failure
                ? ([[t.failure, <span lang="en">{report.failure.detail}</span>]] as const)
                : []),
            ]}
          />
          {run.status === 'running' && <p role="status">{t.goesOn}</p>}
        </section>
        <Calendar input={input} run={run} title={t.before} rows={run.state.calendarBefore} />
        {report && <Calendar input={input} run={run} title={t.after} rows={report.calendar_after} />}
        {run.state.steps.length > 0 && <StepList input={input} run={run} />}
        {report && report.expectations.length > 0 && (
          <section class="card">
            <DataTable
              caption={t.expectations}
              columns={[{ label: t.about }, { label: t.expected }, { label: t.actual }, { label: t.met }]}
              rows={report.expectations.map(({ name, expected, actual, met }) => [
                name,
                expected,
                actual,
                met ? t.yes : t.no,
              ])}
            />
          </section>
        )}
      </DashboardFrame>
    ),
  };
}

function orderLink(input: DashboardInput, orderId: string): ComponentChildren {
  const name = <code>{orderId}</code>;
  return may(input, 'orders') ? <a href={dashboardPath('orders', orderId)}>{name}</a> : name;
}

function Calendar(props: {
  input: DashboardInput;
  run: ScenarioRun;
  title: string;
  rows: readonly CalendarRow[];
}): VNode {
  const { input, run, title, rows } = props;
  const t = input.t.sandbox;
  const { locale } = input.visit;
  const { currency } = run.state;
  const money = (amount: number) => formatMoney(locale, { amount: BigInt(amount), currency });
  return (
    <section class="card">
      {rows.length === 0 && (
        <>
          <h2>{title}</h2>
          <p>{t.noCalendar}</p>
        </>
      )}
      {rows.length > 0 && (
        <DataTable
          caption={title}
          columns={[
            { label: '#', number: true },
            { label: t.due },
            { label: t.amount, number: true },
            { label: t.paid, number: true },
            { label: t.state },
          ]}
          rows={rows.map((row) => [
            String(row.number),
            formatMediumDate(locale, row.due_date),
            money(row.amount),
            money(row.paid_amount),
            <code>{row.status}</code>,
          ])}
        />
      )}
    </section>
  );
}

function StepList({ input, run }: { input: DashboardInput; run: ScenarioRun }): VNode {
  const t = input.t.sandbox;
  return (
    <section class="card">
      <DataTable
        caption={t.steps}
        columns={[{ label: '#', number: true }, { label: t.date }, { label: t.what }, { label: t.events }]}
        rows={run.state.steps.map(({ number, on, detail, events }) => [
          String(number),
          formatMediumDate(input.visit.locale, on),
          <span lang="en">{detail}</span>,
          events.map(({ type }) => type).join(', '),
        ])}
      />
    </section>
  );
}
