import type { CalendarDate } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import type { PlanEntry } from '../plans/schedule.ts';

/** What is entered on a plan; its date is the plan's business date. */
export type NewEntry = PlanEntry extends infer Entry
  ? Entry extends PlanEntry
    ? Omit<Entry, 'onDate'>
    : never
  : never;

type Details = {
  number?: number;
  entry?: number;
  until?: CalendarDate;
  due_date?: CalendarDate;
  periods?: number;
  starts_on?: CalendarDate;
  shopper_rate_ppm?: number;
};

type EntryRow = { kind: PlanEntry['kind']; amount: bigint; on_date: CalendarDate; details: Details };

/** Everything that happened to a plan, the oldest first. */
export async function readLog(tx: Tx, planId: string): Promise<PlanEntry[]> {
  const rows = await tx
    .sql('plan_entries')
    .where({ environment_id: tx.environment.id, plan_id: planId })
    .orderBy('number')
    .select<EntryRow[]>('kind', 'amount', 'on_date', 'details');
  return rows.map(toEntry);
}

/** The logs of several plans by their plan's id, each the oldest first. */
export async function readLogs(tx: Tx, planIds: readonly string[]): Promise<Map<string, PlanEntry[]>> {
  const rows = await tx
    .sql('plan_entries')
    .where({ environment_id: tx.environment.id })
    .whereIn('plan_id', planIds)
    .orderBy(['plan_id', 'number'])
    .select<(EntryRow & { plan_id: string })[]>('plan_id', 'kind', 'amount', 'on_date', 'details');
  const logs = new Map<string, PlanEntry[]>(planIds.map((id) => [id, []]));
  for (const row of rows) logs.get(row.plan_id)?.push(toEntry(row));
  return logs;
}

/** Appends the `number`-th entry; a source is entered once for each kind. */
export function appendEntry(
  tx: Tx,
  input: { planId: string; number: number; entry: PlanEntry; sourceId: string },
): void {
  const { entry } = input;
  tx.later(
    tx.sql('plan_entries').insert({
      environment_id: tx.environment.id,
      plan_id: input.planId,
      number: input.number,
      kind: entry.kind,
      amount: 'amount' in entry ? entry.amount : 0n,
      on_date: entry.onDate,
      details: JSON.stringify(detailsOf(entry)),
      source_id: input.sourceId,
    }),
  );
}

/** What an entry says besides its amount and its date, as it is stored and signed. */
export function detailsOf(entry: PlanEntry): Details {
  if (entry.kind === 'late_fee' || entry.kind === 'fee_waived') return { number: entry.number };
  if (entry.kind === 'charge_back') return { entry: entry.entry };
  if (entry.kind === 'pause') return { until: entry.until };
  if (entry.kind === 'reschedule') return { number: entry.number, due_date: entry.dueDate };
  if (entry.kind !== 'hardship') return {};
  const { periods, startsOn, shopperRatePpm } = entry;
  return { periods, starts_on: startsOn, shopper_rate_ppm: shopperRatePpm };
}

/** The constraint of the table and `detailsOf` say which details a kind has. */
function toEntry({ kind, amount, on_date: onDate, details }: EntryRow): PlanEntry {
  return {
    kind,
    onDate,
    ...(amount > 0n && { amount }),
    ...(details.number !== undefined && { number: details.number }),
    ...(details.entry !== undefined && { entry: details.entry }),
    ...(details.until !== undefined && { until: details.until }),
    ...(details.due_date !== undefined && { dueDate: details.due_date }),
    ...(details.periods !== undefined && { periods: details.periods }),
    ...(details.starts_on !== undefined && { startsOn: details.starts_on }),
    ...(details.shopper_rate_ppm !== undefined && { shopperRatePpm: details.shopper_rate_ppm }),
  } as PlanEntry;
}
