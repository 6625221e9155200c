import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Command, Option } from 'commander';
import type { Context } from '../gateway/src/context.ts';
import { decimalOf } from '../gateway/src/lib/csv.ts';
import { GatewayError } from '../gateway/src/lib/errors.ts';
import { transact } from '../gateway/src/lib/tx.ts';
import { liveEnvironmentId } from '../gateway/src/merchants/environments.ts';
import { mountMockProcessor } from '../gateway/src/processor/mock/mount.ts';
import { addBankAccount } from '../gateway/src/reconciliation/bank-accounts.ts';
import {
  type BankFormat,
  formatOf,
  importStatement,
} from '../gateway/src/reconciliation/import-statement.ts';
import { importTransactions } from '../gateway/src/reconciliation/import-transactions.ts';
import { reconcile } from '../gateway/src/reconciliation/reconcile.ts';
import { faultWords, type Refusal } from '../gateway/src/reconciliation/refusal.ts';
import { readReport } from '../gateway/src/reconciliation/report.ts';
import type { BankFile } from '../gateway/src/reconciliation/statement.ts';
import { operate } from './operate.ts';
import { printTable } from './table.ts';

const actor = { kind: 'system', id: 'reconcile-command' } as const;

/** So often it is said how far a long file is. */
const tellEvery = 10_000;

const program = new Command('reconcile').description(
  'What the processor and the bank say, beside what we have booked.',
);

const environment = new Option('--environment <id>', 'live, or the id of a sandbox').default(
  liveEnvironmentId,
);

type Options = { environment: string };

program
  .command('import')
  .description(
    'Import a file of bank statements. Ends with 1 when it is refused; nothing of it is kept then.',
  )
  .argument('<file>')
  .addOption(
    new Option('--format <format>', 'which one, else by what the file begins with').choices([
      'csv',
      'camt053',
    ]),
  )
  .addOption(environment)
  .action(async (path: string, options: Options & { format?: BankFormat }) => {
    const file = await readBankFile(path);
    const format = options.format ?? (await formatOf(file));
    const { import: imported, again } = await operate((context) =>
      importStatement(context, {
        environmentId: options.environment,
        actor,
        file,
        format,
        told: tell('lines'),
      }),
    );
    if (imported.refusal) {
      printRefusal(imported.refusal);
      process.exitCode = 1;
    } else {
      console.log(
        `${imported.id}: ${imported.records} lines${again ? ', imported before; nothing has changed' : ''}`,
      );
    }
  });

program
  .command('run')
  .description('Read what the processor lists, and match everything that is open.')
  .addOption(environment)
  .action(async (options: Options) => {
    const input = { environmentId: options.environment, actor };
    const done = await operate((context) =>
      withSandboxProcessor(context, async () => {
        const records = await importTransactions(context, input);
        return { records, ...(await reconcile(context, { ...input, told: tell('judged') })) };
      }),
    );
    console.log(`${done.records} new movements, ${done.matched} matched, ${done.exceptions} new exceptions`);
  });

program
  .command('report')
  .description('How far the books agree. Ends with 3 when exceptions are open.')
  .addOption(environment)
  .action(async (options: Options) => {
    const report = await operate((context) =>
      transact(context, { environmentId: options.environment, actor, access: 'read' }, readReport),
    );
    printTable(
      `records of ${options.environment}`,
      ['from', 'currency', 'state', 'records', 'sum'],
      report.records.map(({ source, currency, state, count, amount }) => [
        source,
        currency,
        state,
        String(count),
        decimalOf(amount, currency),
      ]),
    );
    printTable(
      'open exceptions',
      ['reason', 'count'],
      report.open.map(({ reason, count }) => [reason, String(count)]),
    );
    for (const { currency, amount } of report.suspense)
      console.log(`    in suspense: ${decimalOf(amount, currency)} ${currency}`);
    const open = report.open.reduce((total, { count }) => total + count, 0);
    console.log(`    ${open} open, ${report.parked} parked\n`);
    if (open > 0) process.exitCode = 3;
  });

program
  .command('account')
  .description('Name an account of ours at a bank, whose statements may be imported then.')
  .argument('<account>', 'its IBAN, or what the bank calls it')
  .requiredOption('--currency <currency>', 'such as EUR')
  .requiredOption('--name <name>', 'what people call it')
  .addOption(environment)
  .action(async (account: string, options: Options & { currency: string; name: string }) => {
    const { currency, name } = options;
    await operate((context) =>
      transact(context, { environmentId: options.environment, actor }, (tx) =>
        addBankAccount(tx, { account, currency, name }),
      ),
    );
    console.log(`${account} is known`);
  });

/** Sandboxes' processor answers inside the process that asks it. */
async function withSandboxProcessor<T>(context: Context, work: () => Promise<T>): Promise<T> {
  const unmount = mountMockProcessor(context.db, context.clock);
  try {
    return await work();
  } finally {
    unmount();
  }
}

/** A file is read twice, so that it need not fit into memory: for its hash, and for what it says. */
async function readBankFile(path: string): Promise<BankFile> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return {
    name: basename(path),
    hash: hash.digest('hex'),
    size: (await stat(path)).size,
    open: () => createReadStream(path),
  };
}

function tell(what: string): (done: number) => void {
  let last = 0;
  return (done) => {
    if (done - last < tellEvery) return;
    last = done;
    process.stderr.write(`${done} ${what}\n`);
  };
}

function printRefusal({ faults, more }: Refusal): void {
  console.error('refused; nothing of the file is kept:');
  for (const { place, code, found } of faults)
    console.error(`  ${place}: ${faultWords[code]}${found === undefined ? '' : ` (${found})`}`);
  if (more > 0) console.error(`  and ${more} more`);
}

/** What is wrong with what was asked is said in a sentence; it ends with 2. */
try {
  await program.parseAsync();
} catch (error) {
  const isExpected = error instanceof GatewayError || (error as { code?: string }).code === 'ENOENT';
  if (!isExpected) throw error;
  console.error((error as Error).message);
  process.exitCode = 2;
}
