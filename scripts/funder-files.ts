import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { addDays, type CalendarDate, civilOf } from '../gateway/src/lib/dates.ts';
import { GatewayError } from '../gateway/src/lib/errors.ts';
import { type Tx, transact } from '../gateway/src/lib/tx.ts';
import { liveEnvironmentId } from '../gateway/src/merchants/environments.ts';
import { businessDateOf } from '../gateway/src/portfolio/book.ts';
import { readBookChoices } from '../gateway/src/portfolio/choices.ts';
import { funderCsv, type FunderFile, readFunderFile } from '../gateway/src/portfolio/funders/file.ts';
import { dataFolder } from './data-folder.ts';
import { operate } from './operate.ts';
import { printTable, showAmount } from './table.ts';

type Options = { environment: string; date?: CalendarDate; funder?: string; out: string };

/** A file that was written, and what it says. */
type Written = { name: string; funder: string; file: FunderFile };

const program = new Command('funder-files')
  .description(
    'Writes for each funder the plans that it owned at the end of a business date, one CSV file a funder and date. ' +
      'Writing it again writes the same. Ends with 3 when a file does not come to what the ledger holds.',
  )
  .addOption(new Option('--environment <id>', 'live, or the id of a sandbox').default(liveEnvironmentId))
  .option('--date <date>', 'the business date; yesterday when it is left out', readDate)
  .option('--funder <id>', 'only this funder')
  .option('--out <folder>', 'where the files go', join(dataFolder, 'funder-files'))
  .action(async (options: Options) => {
    const written = await operate((context) =>
      transact(
        context,
        {
          environmentId: options.environment,
          actor: { kind: 'system', id: 'funder-files-command' },
          access: 'read',
        },
        (tx) => writeFiles(tx, options),
      ),
    );
    print(written, resolve(options.out));
    if (written.some(({ file }) => file.differences.length > 0)) process.exitCode = 3;
  });

async function writeFiles(tx: Tx, { date, funder, out }: Options): Promise<Written[]> {
  const today = businessDateOf(tx);
  const on = date ?? addDays(today, -1);
  if (on > today) throw new GatewayError('validation_failed', { detail: `${on} has not been yet.` });
  const { funders } = await readBookChoices(tx);
  const asked = funders.filter(({ id }) => funder === undefined || id === funder);
  if (funder !== undefined && asked.length === 0)
    throw new GatewayError('not_found', { detail: `There is no funder ${funder}.` });
  const folder = join(out, tx.environment.id);
  mkdirSync(folder, { recursive: true });
  const written: Written[] = [];
  for (const { id, name: funderName } of asked) {
    const file = await readFunderFile(tx, { funderId: id, on });
    const name = `${on}-${id}.csv`;
    writeWhole(join(folder, name), funderCsv(file));
    written.push({ name: join(tx.environment.id, name), funder: funderName, file });
  }
  return written;
}

/** Nobody who fetches files finds half of one. */
function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.part`, text);
  renameSync(`${path}.part`, path);
}

function print(written: readonly Written[], out: string): void {
  printTable(
    `in ${out}`,
    ['file', 'funder', 'plans'],
    written.map(({ name, funder, file }) => [name, funder, String(file.plans.length)]),
  );
  const differences = written.flatMap(({ name, file }) =>
    file.differences.map((difference) => ({ name, ...difference })),
  );
  if (differences.length === 0) return;
  printTable(
    'do not come to what the ledger holds',
    ['file', 'account', 'currency', 'plans', 'ledger'],
    differences.map(({ name, account, currency, plans, ledger }) => [
      name,
      account,
      currency,
      showAmount(Number(plans), currency),
      showAmount(Number(ledger), currency),
    ]),
  );
}

function readDate(value: string): CalendarDate {
  try {
    civilOf(value);
    return value;
  } catch {
    throw new InvalidArgumentError('not a date');
  }
}

/** What is wrong with what was asked is said in a sentence, without a trace of the code; it ends with 2. */
try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof GatewayError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
