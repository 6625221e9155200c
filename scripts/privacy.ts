import { readFileSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import type { Context } from '../gateway/src/context.ts';
import { GatewayError } from '../gateway/src/lib/errors.ts';
import { listErasures, readErasures, writeErasure } from '../gateway/src/privacy/erasures.ts';
import { type Replayed, replayErasures } from '../gateway/src/privacy/replay.ts';
import { operate } from './operate.ts';
import { printTable } from './table.ts';

const program = new Command('privacy').description(
  'The log of erasures, and doing them again after a restore.',
);

program
  .command('log')
  .description('Write who was erased, a line each: keep it apart from the backups of the database.')
  .argument('<file>', 'where to; it is written anew')
  .action((file: string) => operate((context) => writeLog(context, file)));

program
  .command('replay')
  .description(
    'Erase again whom a restored backup has brought back. Doing it twice changes nothing. Ends with 3 when somebody ' +
      'could not be erased because something still depends on who they are.',
  )
  .argument('<file>', 'what `log` wrote')
  .action((file: string) => operate((context) => replay(context, file)));

async function writeLog(context: Context, file: string): Promise<void> {
  const entries = await listErasures(context);
  writeFileSync(file, entries.map((entry) => `${writeErasure(entry)}\n`).join(''), { mode: 0o600 });
  console.log(`${entries.length} erasures are in ${file}.`);
}

async function replay(context: Context, file: string): Promise<void> {
  const replayed = await replayErasures(context, readErasures(readFileSync(file, 'utf8')));
  const count = (outcome: Replayed['result']['outcome']): number =>
    replayed.filter(({ result }) => result.outcome === outcome).length;
  console.log(
    `${count('erased')} erased again, ${count('gone')} were already, ${count('absent')} are not in this database.`,
  );
  const standing = replayed.flatMap(({ environmentId, shopperId, result }) =>
    result.outcome === 'refused' ? [[environmentId, shopperId, result.obstacles.join(', ')]] : [],
  );
  if (standing.length === 0) return;
  printTable(
    'not erased yet: bring the books up to date, then replay again',
    ['environment', 'shopper', 'stands'],
    standing,
  );
  process.exitCode = 3;
}

/** What is wrong with what was asked is said in a sentence, without a trace of the code; it ends with 2. */
try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof GatewayError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
