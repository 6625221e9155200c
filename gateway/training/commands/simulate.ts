import { writeFileSync } from 'node:fs';
import { fullModel } from '../../src/pay-score/full-model.ts';
import { policyVersion } from '../../src/pay-score/policy.ts';
import { readHistories } from '../book.ts';
import { readCsvTable } from '../csv-table.ts';
import { showProgress } from '../progress.ts';
import { simulationDocument } from '../report/simulation.ts';
import {
  type Scenario,
  simulate,
  simulatedBooks,
  type SimulationInput,
  verdictOf,
  verdictOnPolicy,
} from '../simulation/scenarios.ts';
import { printRows } from './print.ts';

export type SimulateOptions = SimulationInput & { data: string; out: string };

/** Lives a book of shoppers through the gateway's score, limits and prices; prints what came of it and writes it as HTML. */
export function simulateBook(options: SimulateOptions): void {
  const histories = readHistories(readCsvTable(options.data));
  const progress = showProgress('simulation', simulatedBooks);
  const simulation = simulate(histories, options, progress.tick);
  progress.stop();
  const about = aboutOf(options, histories.length);
  writeFileSync(options.out, simulationDocument(simulation, about));
  for (const scenario of simulation.scenarios) printScenario(scenario);
  console.log('all books');
  printRows([
    ['verdict', verdictOnPolicy(simulation)],
    ['report', options.out],
  ]);
}

function aboutOf({ shoppers, months, seed }: SimulateOptions, rows: number): string[] {
  const { data, sha256 } = fullModel.file;
  return [
    `${shoppers} shoppers over ${months} months, drawn with seed ${seed} from the months of ${rows} real card accounts (${data.attribution}). A shopper begins with three real months; each next month is one that a real account had after a like state: its limit, three months' lateness and use. Nothing of it is invented, but an account remembers no more than this state says.`,
    `With us they buy until they owe the part of our limit that they owed of their card's, and pay as the card was paid: in full, what is due, or all but the dues of as many months as it was late. Installments are 1, 3, 6 or 12 monthly ones, by the part of a bill that they pay; interest is a twelfth of the yearly rate on what is left.`,
    `Score, limits and prices are the gateway's own functions (model ${sha256.slice(0, 12)}, policy ${policyVersion}); the book is one of yuan. Protection, fraud rules, guarantees and funders are not part of it. Late shoppers do not pay less because of us, and nobody leaves.`,
    `The rows are card accounts in the months before a crisis, of which ${percent(data.bad / data.rows)} missed the month after; the own book has the odds of a late month lowered as the calibration to a book of orders does (docs/pay-score.md).`,
  ];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function printScenario(scenario: Scenario): void {
  const { name, lateShare, totals } = scenario;
  console.log(`${name}: ${percent(lateShare)} of month ends late`);
  printRows([
    ['approved', `${percent(totals.approval)} of orders, ${percent(totals.approvalOfMoney)} of their money`],
    ['overdue, greatest month', `${percent(totals.mostOverdue)} of all debts`],
    ['debts of late shoppers, greatest month', `${percent(totals.mostAtRisk)} of all debts`],
    ['charged off', `${percent(totals.chargedOff)} of what was lent`],
    ['interest paid', `${percent(totals.interest)} of what was lent`],
    ['verdict', verdictOf(scenario)],
  ]);
}
