import type { CaseStatus } from '../../../cases/cases.ts';
import { listCases, type ShownCase } from '../../../cases/read.ts';
import type { Tx } from '../../../lib/tx.ts';
import { findOperator } from '../../../operators/operators.ts';
import { formatInstant } from '../../format.ts';
import { queryOf } from '../../query.ts';
import type { Page } from '../../send-page.tsx';
import { FilteredTable, filterOf } from '../../staff/filtered-table.tsx';
import { ConsoleFrame, hasProblem } from '../frame.tsx';
import type { ConsoleInput } from '../input.ts';
import { consolePath } from '../paths.ts';
import { casePath, newCasePath } from './paths.ts';

const casesShown = 50;

type Filter = { statuses: readonly CaseStatus[]; longestFirst: boolean };

/** What waits is answered in its order; of what is closed, the newest are looked for. */
const filters = {
  waiting: { statuses: ['waiting_for_operator', 'open'], longestFirst: true },
  mine: {
    statuses: ['waiting_for_operator', 'open', 'waiting_for_shopper', 'waiting_for_merchant'],
    longestFirst: true,
  },
  others: { statuses: ['waiting_for_shopper', 'waiting_for_merchant'], longestFirst: true },
  closed: { statuses: ['closed'], longestFirst: false },
} as const satisfies Record<string, Filter>;

/** Whoever is signed in, as a party of cases. */
export function partyOf({ visit }: Pick<ConsoleInput, 'visit'>) {
  return { side: 'operator', operatorId: visit.operator.id } as const;
}

/** What operators are called, by their ids. */
export async function namesOf(tx: Tx, operatorIds: Iterable<string | null>): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const id of new Set(operatorIds)) {
    const operator = id === null ? undefined : await findOperator(tx, id);
    if (operator) names.set(operator.id, operator.name);
  }
  return names;
}

/** The queue of cases, those that the operator took, those that wait for others, or those that are closed. */
export async function showCases(tx: Tx, input: ConsoleInput): Promise<Page> {
  const { visit, req } = input;
  const t = input.t.cases;
  const path = consolePath(visit.environment.id, 'cases');
  const filter = filterOf<keyof typeof filters>(req, filters, 'waiting');
  const cases = await listCases(tx, {
    party: partyOf(input),
    ...filters[filter],
    ...(filter === 'mine' && { assignedTo: visit.operator.id }),
    after: queryOf(req, 'after'),
    limit: casesShown,
  });
  const names = await namesOf(
    tx,
    cases.map(({ assignedTo }) => assignedTo),
  );
  return {
    title: t.title,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <ConsoleFrame input={input} section="cases" title={t.title} intro={t.intro}>
        <p>
          <a class="button quiet" href={newCasePath(visit.environment.id)}>
            {t.open}
          </a>
        </p>
        <FilteredTable
          path={path}
          filters={filters}
          filter={filter}
          labels={t}
          table={{
            caption: t.list,
            columns: [
              { label: t.subject },
              { label: t.status },
              { label: t.since },
              { label: t.about },
              { label: t.assigned },
            ],
            rows: cases.map((shown) => rowOf(input, shown, names)),
          }}
          lastId={cases.length === casesShown ? cases.at(-1)?.id : undefined}
        />
      </ConsoleFrame>
    ),
  };
}

function rowOf({ visit, t }: ConsoleInput, shown: ShownCase, names: ReadonlyMap<string, string>) {
  const { environment, locale } = visit;
  return [
    <a href={casePath(environment.id, shown.id)}>
      <bdi>{shown.subject}</bdi>
    </a>,
    t.cases.statuses[shown.status],
    formatInstant(locale, shown.waitingSince, environment.timeZone),
    t.cases.kinds[shown.aboutKind],
    names.get(shown.assignedTo ?? '') ?? t.cases.nobody,
  ];
}
