import { printTable } from '../table.ts';
import type { FuzzResult } from './run.ts';

export type AfterRun = {
  /** What the gateway logged as an error. */
  errors: readonly Record<string, unknown>[];
  /** Whether its process ended by itself. */
  ended: boolean;
};

/** Whether nothing was found. */
export function isClean(
  { outside, serverErrors, unsound }: FuzzResult,
  { errors, ended }: AfterRun,
): boolean {
  return outside === 0 && serverErrors === 0 && unsound.length === 0 && errors.length === 0 && !ended;
}

/** Prints what was seen, as tables or as JSON; returns the exit code. */
export function printResult(
  result: FuzzResult,
  after: AfterRun,
  { seed, json }: { seed: number; json?: true },
): number {
  const clean = isClean(result, after);
  if (json) {
    console.log(JSON.stringify({ seed, ...result, ...after, clean }, null, 2));
    return clean ? 0 : 1;
  }
  printCounts(result);
  for (const { what, count, seed: planSeed, request } of result.violations) {
    console.log(`    ${count} × ${what}\n      (plan ${planSeed})\n      ${request}\n`);
  }
  for (const fault of result.unsound) console.log(`    ${fault}`);
  for (const line of distinct(after.errors)) console.log(`    logged: ${line}`);
  if (after.ended) console.log('    the gateway ended by itself');
  const { sent, seconds, serverErrors, outside } = result;
  console.log(
    `    seed ${seed}: ${sent} requests in ${seconds.toFixed(1)} s, ${Math.round(sent / seconds)} a second`,
  );
  console.log(
    `    errors logged by the gateway: ${after.errors.length}; books and feeds: ${result.unsound.length === 0 ? 'sound' : 'not sound'}`,
  );
  console.log(`    ${serverErrors} × 5xx, ${outside} outside the contract`);
  return clean ? 0 : 1;
}

/** What the lines of a log say, each once, without what differs each time. */
function distinct(lines: AfterRun['errors']): string[] {
  const said = lines.map(({ time: _time, request_id: _id, ...line }) => JSON.stringify(line));
  return [...new Set(said)].slice(0, 10);
}

function printCounts({ byStatus, byOperation }: FuzzResult): void {
  const statuses = Object.keys(byStatus).toSorted();
  printTable(
    'answers by status',
    ['status', 'answers'],
    statuses.map((status) => [status, String(byStatus[status])]),
  );
  printTable(
    'answers by operation',
    ['operation', ...statuses],
    Object.entries(byOperation)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([operation, counts]) => [operation, ...statuses.map((status) => String(counts[status] ?? ''))]),
  );
}
