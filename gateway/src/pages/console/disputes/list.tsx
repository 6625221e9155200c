import { type Dispute, listDisputes } from '../../../disputes/disputes.ts';
import type { DisputeStatus } from '../../../disputes/state.ts';
import type { Tx } from '../../../lib/tx.ts';
import { formatMoney } from '../../../notifications/format.ts';
import { formatInstant } from '../../format.ts';
import type { Page } from '../../send-page.tsx';
import { FilteredTable, filterOf } from '../../staff/filtered-table.tsx';
import { ConsoleFrame, hasProblem } from '../frame.tsx';
import type { ConsoleInput } from '../input.ts';
import { consolePath } from '../paths.ts';
import { queryOf } from '../../query.ts';

const disputesShown = 50;

const filters = {
  waiting: ['under_review'],
  unanswered: ['open'],
  all: undefined,
} as const satisfies Record<string, readonly DisputeStatus[] | undefined>;

/** Disputes that wait for a decision, for the shop's answer, or all of them. */
export async function showDisputes(tx: Tx, input: ConsoleInput): Promise<Page> {
  const { visit, req } = input;
  const t = input.t.disputes;
  const path = consolePath(visit.environment.id, 'disputes');
  const filter = filterOf(req, filters, 'waiting');
  const disputes = await listDisputes(tx, {
    statuses: filters[filter],
    after: queryOf(req, 'after'),
    limit: disputesShown,
  });
  return {
    title: t.title,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <ConsoleFrame input={input} section="disputes" title={t.title} intro={t.intro}>
        <FilteredTable
          path={path}
          filters={filters}
          filter={filter}
          labels={{ ...t, after: t.older }}
          table={{
            caption: t.list,
            columns: [
              { label: t.opened },
              { label: t.status },
              { label: t.reason },
              { label: t.amount, number: true },
              { label: t.due },
              { label: t.order },
            ],
            rows: disputes.map((dispute) => rowOf(input, path, dispute)),
          }}
          lastId={disputes.length === disputesShown ? disputes.at(-1)?.id : undefined}
        />
      </ConsoleFrame>
    ),
  };
}

function rowOf({ visit, t }: ConsoleInput, path: string, dispute: Dispute) {
  const { id, createdAt, status, reason, amount, currency, responseDueAt, orderId } = dispute;
  const { timeZone } = visit.environment;
  return [
    <a href={`${path}/${id}`}>{formatInstant(visit.locale, createdAt, timeZone)}</a>,
    t.disputes.statuses[status],
    t.disputes.reasons[reason],
    formatMoney(visit.locale, { amount, currency }),
    formatInstant(visit.locale, responseDueAt, timeZone),
    <code>{orderId}</code>,
  ];
}
