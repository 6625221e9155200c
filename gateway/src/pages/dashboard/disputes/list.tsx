import { type Dispute, listDisputes } from '../../../disputes/disputes.ts';
import type { DisputeStatus } from '../../../disputes/state.ts';
import type { Tx } from '../../../lib/tx.ts';
import { formatMoney } from '../../../notifications/format.ts';
import { DataTable } from '../../console/parts/data-table.tsx';
import { formatInstant } from '../../format.ts';
import { queryOf, withQuery } from '../../query.ts';
import type { Page } from '../../send-page.tsx';
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

type Filter = keyof typeof filters;

/** The merchant's disputes: those to answer, those that are being decided, or all of them. */
export async function showDisputes(tx: Tx, input: DashboardInput): Promise<Page> {
  const { visit, req } = input;
  const t = input.t.disputes;
  const path = dashboardPath('disputes');
  const asked = queryOf(req, 'status');
  const filter: Filter = Object.hasOwn(filters, asked) ? (asked as Filter) : 'waiting';
  const disputes = await listDisputes(tx, {
    merchantId: visit.merchant.id,
    ...filters[filter],
    after: queryOf(req, 'after'),
    limit: disputesShown,
  });
  const last = disputes.length === disputesShown ? disputes.at(-1) : undefined;
  return {
    title: t.title,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <DashboardFrame input={input} section="disputes" title={t.title} intro={t.intro}>
        <section class="card">
          <p class="asides">
            {(Object.keys(filters) as Filter[]).map((name) => (
              <a href={withQuery(path, { status: name })} aria-current={name === filter ? 'true' : undefined}>
                {t[name]}
              </a>
            ))}
          </p>
          {disputes.length === 0 && <p>{t.empty}</p>}
          {disputes.length > 0 && (
            <DataTable
              caption={t.list}
              columns={[
                { label: t.opened },
                { label: t.status },
                { label: t.reason },
                { label: t.amount, number: true },
                { label: t.due },
              ]}
              rows={disputes.map((dispute) => rowOf(input, dispute))}
            />
          )}
          {last && (
            <p>
              <a href={withQuery(path, { status: filter, after: last.id })}>{t.more}</a>
            </p>
          )}
        </section>
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
