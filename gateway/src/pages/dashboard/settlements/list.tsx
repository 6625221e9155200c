import { isId } from '../../../lib/ids.ts';
import type { Tx } from '../../../lib/tx.ts';
import { formatMoney } from '../../../notifications/format.ts';
import { listSettlements, type Settlement } from '../../../settlement/settlements.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { formatMediumDate } from '../../format.ts';
import { queryOf, withQuery } from '../../query.ts';
import type { Page } from '../../send-page.tsx';
import { DashboardFrame, hasProblem } from '../frame.tsx';
import type { DashboardInput } from '../input.ts';
import { dashboardPath } from '../paths.ts';

const settlementsShown = 50;

/** The merchant's settlements, the newest first. */
export async function showSettlements(tx: Tx, input: DashboardInput): Promise<Page> {
  const { visit, req } = input;
  const t = input.t.settlements;
  const after = queryOf(req, 'after');
  const settlements = await listSettlements(tx, {
    merchantId: visit.merchant.id,
    newestFirst: true,
    after: isId('stl', after) ? after : undefined,
    limit: settlementsShown,
  });
  const last = settlements.length === settlementsShown ? settlements.at(-1) : undefined;
  return {
    title: t.title,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <DashboardFrame input={input} section="settlements" title={t.title} intro={t.intro}>
        <p class="asides">
          <a href={dashboardPath('settlements', 'fees')}>{t.feesLink}</a>
        </p>
        <section class="card">
          {settlements.length === 0 && <p>{t.empty}</p>}
          {settlements.length > 0 && (
            <DataTable
              caption={t.list}
              columns={[
                { label: t.date },
                { label: t.state },
                { label: t.lines, number: true },
                { label: t.net, number: true },
              ]}
              rows={settlements.map((settlement) => rowOf(input, settlement))}
            />
          )}
          {last && (
            <p>
              <a href={withQuery(dashboardPath('settlements'), { after: last.id })}>{t.older}</a>
            </p>
          )}
        </section>
      </DashboardFrame>
    ),
  };
}

function rowOf({ visit, t }: DashboardInput, settlement: Settlement) {
  const { id, businessDate, status, early, linesCount, net, currency } = settlement;
  const state = t.settlements.states[status];
  return [
    <a href={dashboardPath('settlements', id)}>{formatMediumDate(visit.locale, businessDate)}</a>,
    early ? `${state} · ${t.settlements.early}` : state,
    linesCount === null ? '–' : String(linesCount),
    net === null ? '–' : formatMoney(visit.locale, { amount: net, currency }),
  ];
}
