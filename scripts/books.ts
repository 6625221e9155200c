import { Command } from 'commander';
import { checkBooks } from '../gateway/src/ledger/check-books.ts';
import { checkSeals } from '../gateway/src/ledger/seals/check-seals.ts';
import type { Context } from '../gateway/src/context.ts';
import { type Tx, transact } from '../gateway/src/lib/tx.ts';
import { operate } from './operate.ts';
import { printTable } from './table.ts';

type Line = { environment: string; name: string; checked: number; broken: string[] };

const program = new Command('books').description('The books of the ledger.');

program
  .command('check')
  .description('check every invariant and every seal; exit code 1 when something is broken')
  .option('--environment <id>', 'live or a sandbox; all of them without it')
  .action(async ({ environment }: { environment?: string }) => {
    const lines = await operate(async (context) => {
      const ids = environment ? [environment] : await environmentIds(context);
      const found: Line[] = [];
      for (const id of ids) found.push(...(await readIn(context, id, checkAll)));
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

function readIn<Result>(
  context: Context,
  environmentId: string,
  read: (tx: Tx) => Promise<Result>,
): Promise<Result> {
  const actor = { kind: 'system', id: 'books' } as const;
  return transact(context, { environmentId, actor, access: 'read' }, read);
}

async function checkAll(tx: Tx): Promise<Line[]> {
  const environment = tx.environment.id;
  process.stderr.write(`checking ${environment}\n`);
  const invariants = (await checkBooks(tx)).map(({ name, checked, broken }) => ({
    environment,
    name,
    checked,
    broken: broken.map(
      ({ subject, currency, actual, expected }) => `${subject}: ${actual} ${currency}, not ${expected}`,
    ),
  }));
  const seals = await checkSeals(tx);
  const waiting = seals.unsealed > 0 ? ` (${seals.unsealed} more wait for a seal)` : '';
  return [
    ...invariants,
    {
      environment,
      name: `sealed_transfers_are_unchanged${waiting}`,
      checked: seals.transfers,
      broken: seals.broken.map(({ seal, transferId, fault }) =>
        transferId === null ? `seal ${seal} ${fault}` : `transfer ${transferId} in seal ${seal} ${fault}`,
      ),
    },
  ];
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
