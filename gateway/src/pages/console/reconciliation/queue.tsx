import type { VNode } from 'preact';
import { dayMs } from '../../../lib/dates.ts';
import type { Tx } from '../../../lib/tx.ts';
import { formatMoney } from '../../../notifications/format.ts';
import {
  countOpen,
  type ExceptionAbout,
  listExceptions,
  type ReconciliationException,
} from '../../../reconciliation/exceptions.ts';
import type { ExceptionReason } from '../../../reconciliation/judge.ts';
import type { ConsoleInput } from '../input.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { consolePath } from '../paths.ts';
import { queryOf, withQuery } from '../../query.ts';

const shown = 50;

/** What of the queue is asked for, and what there is. */
export type QueueRead = {
  status: ReconciliationException['status'];
  reason: ExceptionReason | undefined;
  old: boolean;
  found: ExceptionAbout[];
  counts: { reason: ExceptionReason; count: number }[];
};

/** Reads the exceptions that the page is asked for: of a status, a reason, and opened before `before`. */
export async function readQueue(tx: Tx, { req, t }: ConsoleInput, before: Date): Promise<QueueRead> {
  const asked = queryOf(req, 'reason');
  const reason = Object.hasOwn(t.reconciliation.reasons, asked) ? (asked as ExceptionReason) : undefined;
  const status = queryOf(req, 'status') === 'parked' ? 'parked' : 'open';
  const old = queryOf(req, 'age') === 'old';
  const found = await listExceptions(tx, {
    status,
    reason,
    openedBefore: old ? before : undefined,
    limit: shown,
  });
  return { status, reason, old, found, counts: await countOpen(tx) };
}

export function Queue({ input, queue, now }: { input: ConsoleInput; queue: QueueRead; now: Date }): VNode {
  const { visit } = input;
  const t = input.t.reconciliation;
  const path = consolePath(visit.environment.id, 'reconciliation');
  return (
    <section class="card" aria-labelledby="queue-heading">
      <h2 id="queue-heading">{t.queue}</h2>
      <Filters input={input} queue={queue} path={path} />
      {queue.found.length === 0 && <p>{t.empty}</p>}
      {queue.found.length > 0 && (
        <DataTable
          caption={t.queue}
          columns={[
            { label: t.what },
            { label: t.reason },
            { label: t.amount, number: true },
            { label: t.since, number: true },
          ]}
          rows={queue.found.map(({ exception, record, attempt }) => [
            <a href={`${path}/exceptions/${exception.id}`}>{record ? t.kinds[record.kind] : t.attempt}</a>,
            t.reasons[exception.reason],
            amountOf(visit.locale, record ?? attempt),
            t.days(String(Math.floor((now.getTime() - exception.openedAt.getTime()) / dayMs))),
          ])}
        />
      )}
    </section>
  );
}

function amountOf(locale: string, of: { amount: bigint; currency: string } | undefined): string {
  return of ? formatMoney(locale, of) : '';
}

function Filters({ input, queue, path }: { input: ConsoleInput; queue: QueueRead; path: string }): VNode {
  const t = input.t.reconciliation;
  const { status, reason, old, counts } = queue;
  const age = old ? 'old' : undefined;
  const link = (text: string, asked: Record<string, string | undefined>, isCurrent: boolean) => (
    <a href={withQuery(path, asked)} aria-current={isCurrent ? 'true' : undefined}>
      {text}
    </a>
  );
  const shownStatus = status === 'open' ? undefined : status;
  return (
    <nav class="tabs" aria-label={t.filter}>
      {link(t.statuses.open, { reason, age }, status === 'open')}
      {link(t.statuses.parked, { reason, age, status: 'parked' }, status === 'parked')}
      {link(t.anyAge, { reason, status: shownStatus }, !old)}
      {link(t.older, { reason, status: shownStatus, age: 'old' }, old)}
      {link(t.all, { age, status: shownStatus }, reason === undefined)}
      {counts.map((one) =>
        link(
          `${t.reasons[one.reason]} (${one.count})`,
          { age, status: shownStatus, reason: one.reason },
          one.reason === reason,
        ),
      )}
    </nav>
  );
}
