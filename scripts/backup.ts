import { join } from 'node:path';
import { findEmbedded } from '@morrow/db';
import { Command, InvalidArgumentError } from 'commander';
import { archiveSettings, toConf } from './backup/archive.ts';
import { makeBackup } from './backup/make.ts';
import { restoreBackup } from './backup/restore.ts';
import { dataFolder } from './data-folder.ts';

const program = new Command('backup').description(
  'A copy of a PostgreSQL on this machine, its archived log, and going back to a moment. For more than one machine use pgBackRest or WAL-G.',
);

program
  .command('settings')
  .description('Print the settings with which PostgreSQL archives its log; it has to be restarted for them.')
  .requiredOption('--archive <folder>', 'where to; its user must be able to write there')
  .action(({ archive }: { archive: string }) => {
    process.stdout.write(toConf(archiveSettings(archive)));
  });

program
  .command('make')
  .description(
    'Copy the data while everybody works on. Needs a superuser in DATABASE_URL and the files of this machine.',
  )
  .argument('<folder>', 'where to; it is made')
  .action(async (folder: string) => {
    const { wholeAt, files } = await makeBackup(await databaseUrl(), folder);
    console.log(`${Object.keys(files).length} files; any moment after ${wholeAt} can be restored from it.`);
  });

program
  .command('restore')
  .description('Lay out a new data folder. PostgreSQL plays the archived log when it is started on it.')
  .argument('<folder>', 'what `make` wrote')
  .requiredOption('--archive <folder>', 'where the log was archived')
  .requiredOption('--to <folder>', 'the new data folder')
  .option('--at <moment>', 'such as 2027-03-01T09:30:00Z; the end of the archive without it', toMoment)
  .action(async (backup: string, { archive, to, at }: { archive: string; to: string; at?: Date }) => {
    const { version } = await restoreBackup({ backup, archive, to, at });
    console.log(
      `Start PostgreSQL ${version} on ${to}. Before any gateway: docs/operations/backup.md, “After a restore”.`,
    );
  });

function toMoment(text: string): Date {
  const moment = new Date(text);
  const hasZone = /(?:Z|[+-]\d\d:\d\d)$/.test(text);
  if (Number.isNaN(moment.getTime()) || !hasZone)
    throw new InvalidArgumentError('It must be a moment with its zone.');
  return moment;
}

async function databaseUrl(): Promise<string> {
  const url = process.env.DATABASE_URL ?? (await findEmbedded(join(dataFolder, 'database')));
  if (url === undefined) throw new Error('There is no database: set DATABASE_URL, or start the gateway.');
  return url;
}

/** What is wrong is said in a sentence; it ends with 2. */
try {
  await program.parseAsync();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}
