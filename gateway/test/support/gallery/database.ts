import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, migrate, startEmbedded } from '@morrow/db';
import type { TestDatabase } from '@morrow/db/testing';

/** A migrated PostgreSQL of a script's own in a temporary folder, which goes with it. */
export async function openScriptDatabase(name: string): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), `morrow-${name}-`));
  const database = await startEmbedded({ dataDir: join(folder, 'data') });
  const db = connect(database.url, { applicationName: `morrow-${name}` });
  await migrate(db);
  return {
    db,
    url: database.url,
    async drop() {
      await db.destroy();
      await database.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
