import { execFile } from 'node:child_process';
import { open, readFile, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Embedded, startEmbedded } from '@morrow/db';
import { Client } from 'pg';
import type { Endings } from './endings.ts';
import type { Proxy } from './proxy.ts';

const run = promisify(execFile);

/** Processes die here and never the machine, so what PostgreSQL has handed to the system survives. */
const settings = {
  fsync: 'off',
  full_page_writes: 'off',
  max_wal_size: '96MB',
  max_connections: '200',
};

const diskMegabytes = 640;

/** A PostgreSQL that can be killed and started again, and whose disk can be filled. */
export type Database = {
  /** Kills one of its processes that serve a connection, which makes it end them all; false where there was none. */
  killBackend(chance: number): Promise<boolean>;
  /** Stops it without a word to anybody, and starts it again. */
  crash(): Promise<void>;
  /** Why its disk cannot be filled; undefined where it can. */
  noDisk: string | undefined;
  /** Leaves not a byte; what it returns frees the disk, and starts PostgreSQL where it has ended. */
  fillDisk(): Promise<() => Promise<void>>;
};

/** Starts one on a folder that is thrown away; the proxies lead to it, also after it was started again. */
export async function startDatabase(
  folder: string,
  proxies: readonly Proxy[],
  ends: Endings,
): Promise<Database> {
  const disk = join(folder, 'disk');
  const noDisk = await mountDisk(disk);
  // Whoever guarded it may be about to end, too.
  if (noDisk === undefined) ends.add(() => run('umount', ['--lazy', disk]));
  const dataDir = join(disk, 'data');
  let server: Embedded | undefined;
  const start = async (): Promise<void> => {
    server = await startEmbedded({ dataDir, settings });
    const { host, port } = server.connection;
    for (const proxy of proxies) proxy.to({ path: `${host}/.s.PGSQL.${port}` });
  };
  ends.add(() => server?.stop());
  const pidOf = async (): Promise<number> => {
    const [pid] = (await readFile(join(dataDir, 'postgresql-18', 'postmaster.pid'), 'utf8')).split('\n');
    return Number(pid);
  };
  await start();
  return {
    noDisk,
    async killBackend(chance) {
      const pids = await backendsOf(server!);
      const pid = pids[Math.floor(chance * pids.length)];
      if (pid === undefined) return false;
      process.kill(pid, 'SIGKILL');
      return true;
    },
    async crash() {
      process.kill(await pidOf(), 'SIGQUIT');
      // Resolves when it has ended.
      await server?.stop();
      await start();
    },
    async fillDisk() {
      const filler = join(disk, 'filler');
      await fill(filler);
      return async () => {
        await rm(filler, { force: true });
        if (await isUp(server!)) return;
        await server?.stop();
        await start();
      };
    },
  };
}

/** A file system of its own and of a known size; only root may mount one. Says why not where it is not. */
async function mountDisk(disk: string): Promise<string | undefined> {
  await run('mkdir', ['-p', disk]);
  if (process.platform !== 'linux') return 'a small file system is mounted on Linux only';
  if (process.getuid?.() !== 0) return 'only root may mount a small file system';
  const options = ['-t', 'tmpfs', '-o', `size=${diskMegabytes}m,mode=0755`, 'morrow-chaos', disk];
  return run('mount', options).then(
    () => undefined,
    (error: Error) => `a small file system could not be mounted: ${error.message.trim()}`,
  );
}

async function fill(file: string): Promise<void> {
  const { bavail, bsize } = await statfs(join(file, '..'));
  const megabyte = Buffer.alloc(1_048_576, 1);
  const handle = await open(file, 'w');
  try {
    for (let left = bavail * bsize; left > 0; left -= megabyte.length)
      await handle.write(megabyte, 0, Math.min(left, megabyte.length));
    // What others have freed meanwhile.
    for (;;) await handle.write(megabyte, 0, 4096);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    await handle.close();
  }
}

async function backendsOf({ connection }: Embedded): Promise<number[]> {
  const client = new Client(connection);
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ pid: number }>(
      `select pid from pg_stat_activity
       where backend_type = 'client backend' and application_name like 'morrow%' order by pid`,
    );
    return rows.map(({ pid }) => pid);
  } catch {
    // It is being started again after another fault.
    return [];
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Whether it takes connections again within a few seconds, as after a fault that it survives by itself. */
async function isUp({ connection }: Embedded): Promise<boolean> {
  for (let tries = 0; tries < 30; tries += 1) {
    const client = new Client(connection);
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('select 1');
      return true;
    } catch (error) {
      if (['ENOENT', 'ECONNREFUSED'].includes(String((error as { code?: unknown }).code))) return false;
    } finally {
      await client.end().catch(() => undefined);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}
