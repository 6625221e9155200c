import { Command, Option } from 'commander';
import type { Context } from '../gateway/src/context.ts';
import {
  indexUses,
  introduceIndexKey,
  obstacleToIntroduce,
  readIndexKeys,
  retireIndexKey,
  type Retired,
} from '../gateway/src/privacy/index-keys.ts';
import { indexedColumns } from '../gateway/src/privacy/indexed-columns.ts';
import { isNeeded, keyUses, type KeyUses } from '../gateway/src/privacy/key-uses.ts';
import { reindex, type Reindexed } from '../gateway/src/privacy/reindex.ts';
import { rewrap, type Rewrapped } from '../gateway/src/privacy/rewrap.ts';
import { type IndexedName, indexedNames } from '../gateway/src/shoppers/blind-index.ts';
import { firstVersion } from '../gateway/src/lib/vault.ts';
import { operate } from './operate.ts';
import { printTable } from './table.ts';

const program = new Command('keys').description(
  'Master keys: what needs each of them, and taking a new one into use, also for look-up hashes.',
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

const index = program
  .command('index')
  .description(
    'The keys of look-up hashes, column by column: a new one is introduced, hashes are made anew, the old retired.',
  );

const oneColumn = () =>
  new Option('--column <name>', 'this column only; all of them without it').choices([...indexedNames]);

type Columns = { column?: IndexedName };
const columnsOf = ({ column }: Columns): readonly IndexedName[] => (column ? [column] : indexedNames);

index
  .command('status')
  .description('Say how many hashes of each column stand under which key.')
  .addOption(oneColumn())
  .action((options: Columns) => operate((context) => indexStatus(context, columnsOf(options))));

index
  .command('introduce')
  .argument('<key>', 'the id of a line in the file, which every process has already')
  .description(
    'Make hashes by this key from now on, in every process. Ends with 3 where an older key has to be retired first.',
  )
  .addOption(oneColumn())
  .action((keyId: string, options: Columns) =>
    operate((context) => introduce(context, keyId, columnsOf(options))),
  );

index
  .command('renew')
  .description(
    'Make those hashes anew that stand under another key than the present one. It may run beside everything else and be cut ' +
      'off and begun anew. Ends with 3 when something is left.',
  )
  .addOption(oneColumn())
  .action((options: Columns) => operate((context) => renew(context, columnsOf(options))));

index
  .command('retire')
  .description(
    'End the use of the keys that are being left. Ends with 3 where something still stands under one.',
  )
  .addOption(oneColumn())
  .action((options: Columns) => operate((context) => retire(context, columnsOf(options))));

async function introduce(context: Context, keyId: string, names: readonly IndexedName[]): Promise<void> {
  const outcomes = {
    introduced: 'from now on',
    already: 'already',
    busy: 'NO: an older key is not retired',
  };
  const rows: string[][] = [];
  const obstacle = obstacleToIntroduce(context, keyId);
  if (obstacle !== undefined) {
    console.error(obstacle);
    process.exitCode = 1;
    return;
  }
  for (const name of names) {
    const { outcome } = await introduceIndexKey(context, { name, keyId });
    rows.push([name, outcomes[outcome]]);
    if (outcome === 'busy') process.exitCode = 3;
  }
  printTable(`hashes by ${keyId}`, ['column', 'made by it'], rows);
}

async function renew(context: Context, names: readonly IndexedName[]): Promise<void> {
  const done: Reindexed[] = [];
  for (const name of names) done.push(await reindex(context, name, showRenewed));
  printTable(
    'made anew',
    ['column', 'by', 'hashes', 'locked by others', 'unreadable'],
    done.map(({ name, version, moved, busy, unreadable }) => [
      name,
      lineOf(context, version),
      String(moved),
      String(busy),
      String(unreadable),
    ]),
  );
  if (done.some(({ busy, unreadable }) => busy + unreadable > 0)) {
    console.error(
      'Some are left: run it again for what others had locked; of what is unreadable, `rewrap` says more.',
    );
    process.exitCode = 3;
  }
  await indexStatus(context, names);
}

function showRenewed({ name, found, moved, unreadable }: Reindexed): void {
  console.error(`${name}: ${moved + unreadable} of ${found}`);
}

async function retire(context: Context, names: readonly IndexedName[]): Promise<void> {
  const outcomes: Record<Retired['outcome'], string> = {
    retired: 'retired',
    none: 'none was being left',
    in_use: 'NOT retired',
  };
  const rows: string[][] = [];
  for (const name of names) {
    const { outcome, left } = await retireIndexKey(context, name);
    const why = Object.entries(left).map(([where, count]) => `${count} in ${where}`);
    rows.push([name, outcomes[outcome], why.join('; ')]);
    if (outcome === 'in_use') process.exitCode = 3;
  }
  printTable('old keys of look-up hashes', ['column', 'old key', 'still under it'], rows);
}

async function indexStatus(context: Context, names: readonly IndexedName[]): Promise<void> {
  const rows: string[][] = [];
  for (const key of await readIndexKeys(context)) {
    if (!names.includes(key.name)) continue;
    const { rows: own, copies } = await indexUses(context, key);
    const { table, column } = indexedColumns[key.name];
    for (const [where, counted] of Object.entries({ [`${table}.${column}`]: own, ...copies })) {
      const counts = counted.map(({ version, count }) => `${lineOf(context, version)}: ${count}`);
      const before = key.previous === null ? '-' : lineOf(context, key.previous);
      rows.push([where, lineOf(context, key.version), before, counts.join(', ') || 'none']);
    }
  }
  printTable('look-up hashes', ['where', 'made by', 'being left', 'hashes by key'], rows);
}

/** The first version is by the last line of the file. */
function lineOf({ vault }: Context, version: string): string {
  return version === firstVersion ? (vault.keyIds.at(-1) ?? '-') : version;
}

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
  const { id, known, newest, oldest, indexes, indexed, sealed, signed } = use;
  const reasons = [
    ...(newest ? ['seals and signs'] : []),
    ...(oldest ? ['pseudonyms, tokens and short-lived hashes'] : []),
    ...(indexes.length > 0 ? [`hashes of ${indexes.join(', ')}`] : []),
    ...Object.entries(indexed).map(([place, count]) => `${count} in ${place}`),
    ...Object.entries(sealed).map(([place, count]) => `${count} in ${place}`),
    ...Object.entries(signed).map(([table, count]) => `signed ${count} in ${table}`),
  ];
  return [id, known ? 'there' : 'MISSING', reasons.join('; ') || 'nothing'];
}

await program.parseAsync();
