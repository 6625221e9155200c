import { Command, Option } from 'commander';
import { HistoryRefused } from '../src/pay-score/model/history.ts';
import { ModelRefused } from '../src/pay-score/model/load.ts';
import { CharacteristicRefused } from '../src/pay-score/model/score.ts';
import { GatewayError } from '../src/lib/errors.ts';
import { challengerCommand } from './commands/challenger.ts';
import { crossValidateBook } from './commands/cross-validate.ts';
import { columnNames, share, wholeNumber } from './commands/options.ts';
import { report } from './commands/report.ts';
import { scoreCsv } from './commands/score.ts';
import type { SimulateOptions } from './commands/simulate.ts';
import { train, type TrainOptions } from './commands/train.ts';
import type { WhatIfOptions } from './commands/what-if.ts';
import { defaultParameters } from './parameters.ts';
import { TrainingRefused } from './refusal.ts';

const defaultTarget = 'default payment next month';

const program = new Command('pay-score').description('Trains, measures and uses the pay score.');

program
  .command('train')
  .description('Train a model on a CSV of histories and outcomes, and write its file.')
  .requiredOption('--data <csv>', 'the training rows')
  .requiredOption('--target <column>', 'the outcome: 1 bad, 0 good')
  .requiredOption('--id <column>', 'what names a row; never an input')
  .option(
    '--exclude <columns...>',
    'columns that must not be used, such as protected attributes',
    columnNames,
    [],
  )
  .requiredOption('--out <model.json>', 'where the model is written')
  .option(
    '--holdout <share>',
    'keep this share of the rows out of training; `report` then measures on them',
    share,
  )
  .option('--seed <number>', 'of all random draws', wholeNumber(0), 1)
  .option('--pairs <number>', 'tables of two characteristics', wholeNumber(0), defaultParameters.pairs)
  .option('--folds <number>', 'cross-validate in so many folds and store the figures; 0 for none', folds, 5)
  .option('--threads <number>', 'threads to train on; the model is the same', wholeNumber(1), 2)
  .action((options: TrainOptions) => train(options));

program
  .command('cv')
  .description('Cross-validate training on a CSV, and print the figures of every fold.')
  .requiredOption('--data <csv>', 'the training rows')
  .requiredOption('--target <column>', 'the outcome: 1 bad, 0 good')
  .requiredOption('--id <column>', 'what names a row; never an input')
  .option(
    '--exclude <columns...>',
    'columns that must not be used, such as protected attributes',
    columnNames,
    [],
  )
  .option('--seed <number>', 'of all random draws', wholeNumber(0), 1)
  .option('--pairs <number>', 'tables of two characteristics', wholeNumber(0), defaultParameters.pairs)
  .option('--folds <number>', 'number of folds', wholeNumber(2), 5)
  .option('--threads <number>', 'threads to train on', wholeNumber(1), 2)
  .action(crossValidateBook);

program
  .command('score')
  .description('Score the rows of a CSV; writes ID,pd,score.')
  .requiredOption('--model <model.json>', 'the model')
  .requiredOption('--data <csv>', 'the rows; columns that are no part of a history are not read')
  .option('--id <column>', 'what names a row', 'ID')
  .requiredOption('--out <csv>', 'where the scores are written')
  .action(scoreCsv);

program
  .command('report')
  .description(
    'Measure a model on a CSV with outcomes: prints the figures and writes an HTML report with pictures.',
  )
  .requiredOption('--model <model.json>', 'the model')
  .requiredOption('--data <csv>', 'rows with outcomes')
  .option('--target <column>', 'the outcome: 1 bad, 0 good', defaultTarget)
  .option('--out <report.html>', 'where the report is written', 'pay-score-report.html')
  .addOption(
    new Option(
      '--split <rows>',
      'which rows: those that `train --holdout` kept out of this file (where there are some, the default), or all',
    ).choices(['held', 'all']),
  )
  .action(report);

program
  .command('simulate')
  .description(
    "Live a book of shoppers, drawn from real rows, through the gateway's score, limits and prices; writes an HTML report.",
  )
  .requiredOption('--data <csv>', 'the rows to draw from; no outcome is needed')
  .option('--months <number>', 'how long', wholeNumber(2), 24)
  .option('--shoppers <number>', 'how many', wholeNumber(1), 5000)
  .option('--seed <number>', 'of all random draws', wholeNumber(0), 1)
  .option('--out <report.html>', 'where the report is written', 'pay-score-simulation.html')
  .action(async (options: SimulateOptions) => {
    const { simulateBook } = await import('./commands/simulate.ts');
    simulateBook(options);
  });

program
  .command('replay')
  .description('Make the score of a stored decision again, and say whether it is the same.')
  .requiredOption(
    '--assessment <id>',
    'the decision; on the database of DATABASE_URL, or that of `npm start`',
  )
  .action(async (options: { assessment: string }) => {
    const { replayAssessment } = await import('./commands/replay.ts');
    await replayAssessment(options);
  });

program
  .command('recalibrate')
  .description("Fit the tables' probabilities to what became of one's own shoppers.")
  .option('--environment <id>', 'whose book; on the database of DATABASE_URL, or that of `npm start`', 'live')
  .action(async (options: { environment: string }) => {
    const { recalibrateBook } = await import('./commands/recalibrate.ts');
    await recalibrateBook(options);
  });

program.addCommand(challengerCommand());

program
  .command('what-if')
  .description('Reckon what another cut, other limits or other prices would have made of past decisions.')
  .requiredOption('--cut <score>', 'below it is declined', wholeNumber(300))
  .option('--limits <steps>', 'percent of the limits they had by score, as 700:120,640:100,0:80')
  .option('--rates <steps>', 'percent a year by score, as 700:7.2,580:12.6,0:18')
  .option('--since <date>', 'decisions from this date on; a year back unless given')
  .option(
    '--environment <id>',
    'whose decisions; on the database of DATABASE_URL, or that of `npm start`',
    'live',
  )
  .action(async (options: WhatIfOptions) => {
    const { printWhatIf } = await import('./commands/what-if.ts');
    await printWhatIf(options);
  });

function folds(text: string): number {
  return text === '0' ? 0 : wholeNumber(2)(text);
}

try {
  await program.parseAsync();
} catch (error) {
  const refusals = [TrainingRefused, ModelRefused, HistoryRefused, CharacteristicRefused, GatewayError];
  if (!refusals.some((refusal) => error instanceof refusal)) throw error;
  console.error(`pay-score: ${(error as Error).message}`);
  process.exitCode = 1;
}
