import { type Dispute, listDisputes } from '../../../disputes/disputes.ts';
import type { DisputeStatus } from '../../../disputes/state.ts';
import type { Tx } from '../../../lib/tx.ts';
import { formatMoney } from '../../../notifications/format.ts';
import { formatInstant } from '../../format.ts';
import type { Page } from '../../send-page.tsx';
import { ConsoleFrame, hasProblem } from '../frame.tsx';
import type { ConsoleInput } from '../input.ts';
import { DataTable } from '../parts/data-table.tsx';
import { consolePath } from '../paths.ts';
import { queryOf, withQuery } from '../../query.ts';

const disputesShown = 50;

const filters = {
  waiting: ['under_review'],
  unanswered: ['open'],
  all: undefined,
} as const satisfies Record<string, readonly DisputeStatus[] | undefined>;

type Filter = keyof typeof filters;

/** Disputes that wait for a decision, for the shop's answer, or all of them. */
export async function showDisputes(tx: Tx, input: ConsoleInput): Promise<Page> {
  const { visit, req } = input;
  const t = input.t.disputes;
  const path = consolePath(visit.environment.id, 'disputes');
  const asked = queryOf(req, 'status');
  const filter: Filter = asked in filters ? (asked as Filter) : 'waiting';
  const disputes = await listDisputes(tx, {
    statuses: filters[filter],
    after: queryOf(req, 'after'),
    limit: disputesShown,
  });
  const last = disputes.length === disputesShown ? disputes.at(-1) : undefined;
  return {
    title: t.title,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <ConsoleFrame input={input} section="disputes" title={t.title} intro={t.intro}>
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
                { label: t.order },
              ]}
              rows={disputes.map((dispute) => rowOf(input, path, dispute))}
            />
          )}
          {last && (
            <p>
              <a href={withQuery(path, { status: filter, after: last.id })}>{t.older}</a>
            </p>
          )}
        </section>
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
