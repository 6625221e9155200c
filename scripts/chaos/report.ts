import { printTable } from '../table.ts';
import { isSound, type Verdict } from './audit.ts';
import { type FaultKind, faultKinds } from './plan.ts';
import type { ChaosResult } from './run.ts';

const mostLines = 20;

/** Prints what was done to the gateway and what is wrong after it; returns the exit code. */
export function printResult({ injected, record, verdict, seconds }: ChaosResult, seed: number): number {
  const kinds = Object.keys(faultKinds) as FaultKind[];
  const notOf = (kind: FaultKind): string[] =>
    injected.not.filter((one) => one.kind === kind).map(({ why }) => why);
  printTable(
    'faults injected by kind',
    ['fault', 'done', 'not', 'why not'],
    kinds.map((kind) => {
      const not = notOf(kind);
      return [kind, String(injected.done[kind] ?? 0), String(not.length), [...new Set(not)].join('; ')];
    }),
  );
  const { tally } = record;
  printTable(
    'why clients asked again',
    ['code', 'times'],
    Object.entries(tally.byCode).map(([code, times]) => [code, String(times)]),
  );
  printFaults(verdict);
  const { seen } = verdict;
  console.log(`    seed ${seed}, ${seconds.toFixed(0)} s in all`);
  console.log(
    `    ${tally.acknowledged} requests acknowledged, ${tally.refused} refused, ${tally.unanswered} times asked again`,
  );
  console.log(
    `    ${seen.orders} orders, ${record.repayments.length} repayments by shoppers, ${record.clockMoves} moves of clocks, ${seen.events} events, ${seen.charges} plans charged`,
  );
  console.log(
    `    ${verdict.disagreed.length} disagreements with the model, ${verdict.gaps.length} gaps in feeds, ${verdict.left.length} kinds of work left, ${verdict.failures.length} failures`,
  );
  console.log(
    `    ${verdict.lost.length} lost, ${verdict.duplicated.length} duplicated, ${verdict.unbalanced.length} unbalanced`,
  );
  return isSound(verdict) ? 0 : 1;
}

function printFaults({ seen: _seen, ...found }: Verdict): void {
  for (const [name, faults] of Object.entries(found)) {
    for (const fault of faults.slice(0, mostLines)) console.log(`    ${name}: ${fault}`);
    if (faults.length > mostLines) console.log(`    ${name}: and ${faults.length - mostLines} more`);
  }
}
