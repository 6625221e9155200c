import { type Business, type BusinessStatus, listBusinesses } from '../../../onboarding/businesses.ts';
import { listWaitingBusinesses } from '../../../onboarding/waiting.ts';
import type { Tx } from '../../../lib/tx.ts';
import { wordsOfDetail } from '../../dashboard/business/facts.tsx';
import { formatInstant } from '../../format.ts';
import type { Page } from '../../send-page.tsx';
import { FilteredTable, filterOf } from '../../staff/filtered-table.tsx';
import { textsOf } from '../../texts/language.ts';
import { ConsoleFrame, hasProblem } from '../frame.tsx';
import type { ConsoleInput } from '../input.ts';
import { consolePath } from '../paths.ts';

const businessesShown = 100;

const filters = {
  /** Also live merchants that wait with a change. */
  waiting: undefined,
  open: ['more_needed'],
  decided: ['approved', 'refused'],
  all: undefined,
} as const satisfies Record<string, readonly BusinessStatus[] | undefined>;

/** Businesses that wait for an answer, who waits longest first, or others. */
export async function showBusinesses(tx: Tx, input: ConsoleInput): Promise<Page> {
  const t = input.t.businesses;
  const filter = filterOf(input.req, filters, 'waiting');
  const limit = businessesShown;
  const businesses =
    filter === 'waiting'
      ? await listWaitingBusinesses(tx, { limit })
      : await listBusinesses(tx, { statuses: filters[filter], limit });
  return {
    title: t.title,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <ConsoleFrame input={input} section="businesses" title={t.title} intro={t.intro}>
        <FilteredTable
          path={consolePath(input.visit.environment.id, 'businesses')}
          filters={filters}
          filter={filter}
          labels={t}
          table={{
            caption: t.list,
            columns: [{ label: t.name }, { label: t.country }, { label: t.status }, { label: t.changed }],
            rows: businesses.map((business) => rowOf(input, business, filter === 'waiting')),
          }}
          lastId={undefined}
        />
      </ConsoleFrame>
    ),
  };
}

function rowOf({ visit, t }: ConsoleInput, business: Business, waits: boolean) {
  const { id, details, status, changedAt } = business;
  const words = textsOf[visit.locale].dashboard.business;
  return [
    <a href={`${consolePath(visit.environment.id, 'businesses')}/${id}`}>{details.legal_name || id}</a>,
    wordsOfDetail(words, details, 'country'),
    waits && status === 'approved' ? t.businesses.change : t.businesses.statuses[status],
    formatInstant(visit.locale, changedAt, visit.environment.timeZone),
  ];
}
