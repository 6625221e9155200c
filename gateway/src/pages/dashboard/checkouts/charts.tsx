import type { VNode } from 'preact';
import { countCheckouts, type DayOfCheckouts, mostCounted } from '../../../checkout/count-by-day.ts';
import { addDays, dateIn } from '../../../lib/dates.ts';
import type { Tx } from '../../../lib/tx.ts';
import { formatPercent } from '../../../notifications/format.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { DayBars } from '../../parts/day-bars.tsx';
import { Facts } from '../../parts/facts.tsx';
import { formatMediumDate } from '../../format.ts';
import type { DashboardInput } from '../input.ts';

const daysShown = 30;

/** The merchant's checkouts of the last 30 days of its calendar. */
export function readCheckouts(tx: Tx, { visit }: DashboardInput): Promise<DayOfCheckouts[]> {
  const { id: merchantId, timeZone } = visit.merchant;
  const to = dateIn(timeZone, tx.now);
  return countCheckouts(tx, { merchantId, timeZone, from: addDays(to, 1 - daysShown), to });
}

type Props = { input: DashboardInput; days: readonly DayOfCheckouts[] };

/** How many were approved, and how many became an order: as numbers, as bars by day, and in a table. */
export function Checkouts({ input, days }: Props): VNode {
  const { locale } = input.visit;
  const t = input.t.checkouts;
  const opened = totalOf(days, 'opened');
  const decided = totalOf(days, 'approved') + totalOf(days, 'declined');
  const share = (part: number, whole: number) =>
    whole === 0 ? '–' : formatPercent(locale, Math.round((part * 1000) / whole) / 10);
  return (
    <section class="card" aria-labelledby="checkouts-heading">
      <h2 id="checkouts-heading">{t.title}</h2>
      {opened === 0 && <p>{t.none}</p>}
      {opened > 0 && (
        <>
          <Facts
            facts={[
              [t.opened, new Intl.NumberFormat(locale).format(opened)],
              [t.approval, share(totalOf(days, 'approved'), decided)],
              [t.conversion, share(totalOf(days, 'completed'), opened)],
            ]}
          />
          {opened === mostCounted && (
            <p class="hint">{t.limited(new Intl.NumberFormat(locale).format(mostCounted))}</p>
          )}
          <Bars input={input} days={days} />
          <details>
            <summary>{t.days}</summary>
            <Table input={input} days={days} />
          </details>
        </>
      )}
    </section>
  );
}

function totalOf(days: readonly DayOfCheckouts[], what: Exclude<keyof DayOfCheckouts, 'date'>): number {
  return days.reduce((total, day) => total + day[what], 0);
}

function Bars({ input, days }: Props): VNode {
  const { locale } = input.visit;
  const t = input.t.checkouts;
  return (
    <>
      <DayBars
        locale={locale}
        days={days}
        title={t.approvalPicture}
        approved={t.approved}
        declined={t.declined}
      />
      <DayBars
        locale={locale}
        days={days.map(({ date, opened, completed }) => ({
          date,
          approved: completed,
          declined: opened - completed,
        }))}
        title={t.conversionPicture}
        approved={t.completed}
        declined={t.others}
      />
    </>
  );
}

/** The newest day first; days without a checkout say nothing. */
function Table({ input, days }: Props): VNode {
  const { locale } = input.visit;
  const t = input.t.checkouts;
  return (
    <DataTable
      caption={t.days}
      columns={[
        { label: t.day },
        { label: t.opened, number: true },
        { label: t.approved, number: true },
        { label: t.declined, number: true },
        { label: t.completed, number: true },
      ]}
      rows={days
        .filter(({ opened }) => opened > 0)
        .toReversed()
        .map(({ date, ...counts }) => [
          formatMediumDate(locale, date),
          ...[counts.opened, counts.approved, counts.declined, counts.completed].map(String),
        ])}
    />
  );
}
