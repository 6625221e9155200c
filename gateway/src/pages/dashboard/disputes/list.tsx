import { type Dispute, listDisputes } from '../../../disputes/disputes.ts';
import type { DisputeStatus } from '../../../disputes/state.ts';
import type { Tx } from '../../../lib/tx.ts';
import { formatMoney } from '../../../notifications/format.ts';
import { formatInstant } from '../../format.ts';
import { queryOf } from '../../query.ts';
import type { Page } from '../../send-page.tsx';
import { FilteredTable, filterOf } from '../../staff/filtered-table.tsx';
import { DashboardFrame, hasProblem } from '../frame.tsx';
import type { DashboardInput } from '../input.ts';
import { dashboardPath } from '../paths.ts';

const disputesShown = 50;

/** What waits is answered in its order; of all, the newest are looked for. */
const filters = {
  waiting: { statuses: ['open'], newestFirst: false },
  review: { statuses: ['under_review'], newestFirst: false },
  all: { statuses: undefined, newestFirst: true },
} as const satisfies Record<string, { statuses: readonly DisputeStatus[] | undefined; newestFirst: boolean }>;

/** The merchant's disputes: those to answer, those that are being decided, or all of them. */
export async function showDisputes(tx: Tx, input: DashboardInput): Promise<Page> {
  const { visit, req } = input;
  const t = input.t.disputes;
  const path = dashboardPath('disputes');
  const filter = filterOf(req, filters, 'waiting');
  const disputes = await listDisputes(tx, {
    merchantId: visit.merchant.id,
    ...filters[filter],
    after: queryOf(req, 'after'),
    limit: disputesShown,
  });
  return {
    title: t.title,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <DashboardFrame input={input} section="disputes" title={t.title} intro={t.intro}>
        <FilteredTable
          path={path}
          filters={filters}
          filter={filter}
          labels={{ ...t, after: t.more }}
          table={{
            caption: t.list,
            columns: [
              { label: t.opened },
              { label: t.status },
              { label: t.reason },
              { label: t.amount, number: true },
              { label: t.due },
            ],
            rows: disputes.map((dispute) => rowOf(input, dispute)),
          }}
          lastId={disputes.length === disputesShown ? disputes.at(-1)?.id : undefined}
        />
      </DashboardFrame>
    ),
  };
}

function rowOf({ visit, t }: DashboardInput, dispute: Dispute) {
  const { id, createdAt, status, reason, amount, currency, responseDueAt } = dispute;
  const time = (instant: Date) => formatInstant(visit.locale, instant, visit.merchant.timeZone);
  return [
    <a href={dashboardPath('disputes', id)}>{time(createdAt)}</a>,
    t.disputes.statuses[status],
    t.disputes.reasons[reason],
    formatMoney(visit.locale, { amount, currency }),
    status === 'open' ? time(responseDueAt) : '–',
  ];
}
