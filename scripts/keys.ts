import { Command } from 'commander';
import type { Context } from '../gateway/src/context.ts';
import { isNeeded, keyUses, type KeyUses } from '../gateway/src/privacy/key-uses.ts';
import { rewrap, type Rewrapped } from '../gateway/src/privacy/rewrap.ts';
import { operate } from './operate.ts';
import { printTable } from './table.ts';

const program = new Command('keys').description(
  'Master keys: what needs each of them, and taking a new one into use.',
);

program
  .command('status')
  .description('Say which master keys are still needed, and for what.')
  .action(() => operate(status));

program
  .command('rewrap')
  .description(
    'Seal everything that lies under an older master key anew under the newest. It may run beside everything else and be ' +
      'cut off and begun anew. Ends with 3 when something could not be opened.',
  )
  .action(() => operate(rewrapAll));

async function rewrapAll(context: Context): Promise<void> {
  const done = await rewrap(context, showProgress);
  printTable(
    'sealed anew',
    ['table', 'column', 'values', 'changed meanwhile', 'unreadable'],
    done.map(({ table, column, resealed, changed, unreadable }) => [
      table,
      column,
      String(resealed),
      String(changed),
      String(unreadable),
    ]),
  );
  if (done.some(({ unreadable }) => unreadable > 0)) {
    console.error(
      'Some values no key of the file opens: the line of their master key is missing, or they are damaged.',
    );
    process.exitCode = 3;
  }
  await status(context);
}

function showProgress({ table, column, resealed, changed, unreadable }: Rewrapped): void {
  console.error(`${table}.${column}: ${resealed + changed + unreadable}`);
}

async function status(context: Context): Promise<void> {
  const uses = await keyUses(context);
  printTable('master keys, the newest first', ['key', 'line', 'needed for'], uses.map(rowOf));
  const free = uses.filter((use) => use.known && !isNeeded(use)).map(({ id }) => id);
  console.log(
    free.length === 0
      ? 'No line may be removed.'
      : `These lines may be removed once every process has the newest key: ${free.join(', ')}.`,
  );
}

function rowOf(use: KeyUses): string[] {
  const { id, known, newest, oldest, sealed, signed } = use;
  const reasons = [
    ...(newest ? ['seals and signs'] : []),
    ...(oldest ? ['look-up hashes, pseudonyms and tokens'] : []),
    ...Object.entries(sealed).map(([place, count]) => `${count} in ${place}`),
    ...Object.entries(signed).map(([table, count]) => `signed ${count} in ${table}`),
  ];
  return [id, known ? 'there' : 'MISSING', reasons.join('; ') || 'nothing'];
}

await program.parseAsync();
