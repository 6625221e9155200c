import type { ScenarioRun } from '../types.ts';
import { figure, plain, table } from './format.ts';

/** What came of a scenario as text for people: the calendar before and after, the steps, what was expected, the books. */
export function scenarioReport(run: ScenarioRun): string {
  const { currency } = run;
  return [
    `${plain(run.name)}: ${run.status}`,
    ...(run.description ? [plain(run.description)] : []),
    ...calendar('Calendar before', run.calendar_before, currency),
    '',
    'What happened',
    ...run.steps.flatMap((step) => [
      `  ${String(step.number).padStart(2)}  ${step.on}  ${plain(step.do)}: ${plain(step.detail)}${amountOf(step.amount, currency)}`,
      ...step.events.map(
        (event) => `        ${event.on}  ${plain(event.type)}${amountOf(event.amount, currency)}`,
      ),
    ]),
    ...calendar('Calendar after', run.calendar_after ?? [], currency),
    '',
    ...run.faults.map(
      ({ kind, times, used }) =>
        `fault ${kind}: happened ${used}${times === null ? '' : ` of ${times}`} times`,
    ),
    ...run.expectations.map(
      ({ name, expected, actual, met }) =>
        `${met ? 'as expected' : 'NOT AS EXPECTED'}: ${name} ${plain(actual)}${met ? '' : `, not ${plain(expected)}`}`,
    ),
    ...(run.failure
      ? [`REFUSED: ${run.failure.step}: ${run.failure.code}: ${plain(run.failure.detail)}`]
      : []),
    booksLine(run),
    '',
  ].join('\n');
}

function amountOf(amount: number | null, currency: string): string {
  return amount === null ? '' : `, ${figure(amount, currency)}`;
}

function calendar(title: string, rows: ScenarioRun['calendar_before'], currency: string): string[] {
  if (rows.length === 0) return ['', `${title}: nothing is owed`];
  return [
    '',
    title,
    ...table([
      ['#', 'due', 'amount', 'paid', 'status'],
      ...rows.map((row) => [
        String(row.number),
        row.due_date,
        figure(row.amount, currency),
        figure(row.paid_amount, currency),
        row.status,
      ]),
    ]),
  ];
}

function booksLine({ books }: ScenarioRun): string {
  if (!books) return 'The books were not looked at.';
  const broken = books.invariants.filter((invariant) => invariant.broken > 0).map(({ name }) => name);
  if (books.balanced) return `The books balance; ${books.invariants.length} invariants hold.`;
  return `THE BOOKS DO NOT BALANCE${broken.length > 0 ? `: ${broken.join(', ')}` : ''}.`;
}
