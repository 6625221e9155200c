import { Command } from 'commander';
import { checkLedger } from '../gateway/src/ledger/check-ledger.ts';
import type { Context } from '../gateway/src/context.ts';
import { type Tx, transact } from '../gateway/src/lib/tx.ts';
import { operate } from './operate.ts';
import { printTable } from './table.ts';

type Line = { environment: string; name: string; checked: number; broken: string[] };

const program = new Command('books').description('The books of the ledger.');

program
  .command('check')
  .description('check every invariant and every seal, and raise alarms; exit code 1 when something is broken')
  .option('--environment <id>', 'live or a sandbox; all of them without it')
  .action(async ({ environment }: { environment?: string }) => {
    const lines = await operate(async (context) => {
      const ids = environment ? [environment] : await environmentIds(context);
      const found: Line[] = [];
      for (const id of ids) found.push(...(await runIn(context, id, checkAll)));
      return found;
    });
    print(lines);
    process.exitCode = lines.some(({ broken }) => broken.length > 0) ? 1 : 0;
  });

async function environmentIds(context: Context): Promise<string[]> {
  const rows = await context
    .db<{ id: string }>('environments')
    .whereRaw('(expires_at is null or expires_at > ?)', [context.clock.now()])
    .orderBy('id')
    .select('id');
  return rows.map(({ id }) => id);
}

function runIn<Result>(
  context: Context,
  environmentId: string,
  work: (tx: Tx) => Promise<Result>,
): Promise<Result> {
  const actor = { kind: 'system', id: 'books' } as const;
  return transact(context, { environmentId, actor, access: 'read' }, work);
}

async function checkAll(tx: Tx): Promise<Line[]> {
  const environment = tx.environment.id;
  process.stderr.write(`checking ${environment}\n`);
  const { lines, waiting } = await checkLedger(tx);
  if (waiting > 0) process.stderr.write(`${waiting} more transfers of ${environment} wait for a seal\n`);
  return lines.map(({ name, checked, findings }) => ({
    environment,
    name,
    checked,
    broken: findings.map(({ subject, finding }) => `${subject}: ${finding}`),
  }));
}

function print(lines: readonly Line[]): void {
  printTable(
    'invariants',
    ['environment', 'invariant', 'checked', 'broken'],
    lines.map(({ environment, name, checked, broken }) =>
      [environment, name, checked, broken.length].map(String),
    ),
  );
  for (const { environment, name, broken } of lines)
    for (const one of broken) console.log(`${environment}: ${name}: ${one}`);
  const total = lines.reduce((sum, { broken }) => sum + broken.length, 0);
  console.log(`\n${total} broken`);
}

await program.parseAsync();
