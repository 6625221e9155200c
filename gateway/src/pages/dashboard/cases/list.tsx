import type { CaseStatus } from '../../../cases/cases.ts';
import { listCases, type ShownCase } from '../../../cases/read.ts';
import type { Tx } from '../../../lib/tx.ts';
import { formatInstant } from '../../format.ts';
import { helpPath } from '../../help/paths.ts';
import { queryOf } from '../../query.ts';
import type { Page } from '../../send-page.tsx';
import { FilteredTable, filterOf } from '../../staff/filtered-table.tsx';
import { DashboardFrame, hasProblem } from '../frame.tsx';
import type { DashboardInput } from '../input.ts';
import { dashboardPath } from '../paths.ts';

const casesShown = 50;

/** What waits is answered in its order; of all, the newest are looked for. */
const filters = {
  waiting: { statuses: ['waiting_for_merchant'], longestFirst: true },
  current: {
    statuses: ['open', 'waiting_for_shopper', 'waiting_for_merchant', 'waiting_for_operator'],
    longestFirst: false,
  },
  all: { statuses: undefined, longestFirst: false },
} as const satisfies Record<string, { statuses: readonly CaseStatus[] | undefined; longestFirst: boolean }>;

/** Whoever is signed in, as a party of cases. */
export function partyOf({ visit }: Pick<DashboardInput, 'visit'>) {
  return { side: 'merchant', merchantId: visit.merchant.id, memberId: visit.member.id } as const;
}

/** What a case is called: by its subject, or by what it is about where that was not written to the merchant. */
export function nameOf({ t }: Pick<DashboardInput, 't'>, { subject, aboutKind }: ShownCase): string {
  return subject ?? t.cases.untitled[aboutKind];
}

/** The merchant's cases: those to answer, those that are not closed, or all of them. */
export async function showCases(tx: Tx, input: DashboardInput): Promise<Page> {
  const t = input.t.cases;
  const path = dashboardPath('cases');
  const filter = filterOf<keyof typeof filters>(input.req, filters, 'current');
  const cases = await listCases(tx, {
    party: partyOf(input),
    ...filters[filter],
    after: queryOf(input.req, 'after'),
    limit: casesShown,
  });
  return {
    title: t.title,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <DashboardFrame input={input} section="cases" title={t.title} intro={t.intro}>
        <p class="asides">
          <a class="button" href={dashboardPath('cases', 'new')}>
            {t.ask}
          </a>
          <a href={helpPath()}>{t.look}</a>
        </p>
        <FilteredTable
          path={path}
          filters={filters}
          filter={filter}
          labels={{ ...t, after: t.more }}
          table={{
            caption: t.list,
            columns: [{ label: t.subject }, { label: t.status }, { label: t.since }, { label: t.order }],
            rows: cases.map((shown) => rowOf(input, shown)),
          }}
          lastId={cases.length === casesShown ? cases.at(-1)?.id : undefined}
        />
      </DashboardFrame>
    ),
  };
}

function rowOf(input: DashboardInput, shown: ShownCase) {
  const { visit, t } = input;
  return [
    <a href={dashboardPath('cases', shown.id)}>
      <bdi>{nameOf(input, shown)}</bdi>
    </a>,
    t.cases.statuses[shown.status],
    formatInstant(visit.locale, shown.waitingSince, visit.merchant.timeZone),
    <code>{shown.orderId}</code>,
  ];
}
