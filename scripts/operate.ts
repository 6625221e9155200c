import { join } from 'node:path';
import { findEmbedded, migrate, startEmbedded } from '@morrow/db';
import { readConfig } from '../gateway/src/config.ts';
import { type Context, createContext } from '../gateway/src/context.ts';
import { dataFolder, masterKeyFile } from './data-folder.ts';

/**
 * Runs an operator's command on the database that DATABASE_URL names, else on that of `npm start`: through the server
 * that it has running, or one that is started for the command alone. The schema is brought up to date first.
 */
export async function operate<Result>(command: (context: Context) => Promise<Result>): Promise<Result> {
  const { url, stop } = await openDatabase();
  try {
    const context = createContext(
      readConfig({
        LOG_LEVEL: 'warn',
        PUBLIC_ORIGIN: `http://127.0.0.1:${process.env.PORT ?? 4000}`,
        ...process.env,
        DATABASE_URL: url,
        DATABASE_POOL: '2',
        MASTER_KEY_FILE: process.env.MASTER_KEY_FILE ?? masterKeyFile(),
      }),
    );
    try {
      await migrate(context.direct ?? context.db);
      return await command(context);
    } finally {
      await context.db.destroy();
      await context.direct?.destroy();
    }
  } finally {
    await stop();
  }
}

async function openDatabase(): Promise<{ url: string; stop: () => Promise<void> }> {
  const dataDir = join(dataFolder, 'database');
  const url = process.env.DATABASE_URL ?? (await findEmbedded(dataDir));
  return url === undefined ? startEmbedded({ dataDir }) : { url, stop: () => Promise.resolve() };
}
