import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { copyHashed, eachOf } from './copy.ts';
import { dataName, type Manifest, manifestName } from './manifest.ts';

/** What PostgreSQL makes anew or what belongs to the running server only; the folders themselves are needed. */
const emptied = [
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
];
const left = [
  'postmaster.pid',
  'postmaster.opts',
  'backup_label',
  'tablespace_map',
  'standby.signal',
  'recovery.signal',
];

/** Copied last, as the point from which the log is played must not be newer than the files. */
const controlFile = 'global/pg_control';

/**
 * Copies the data of a running PostgreSQL on this machine into `folder`, which must not exist yet, while everybody works on.
 * The copy alone is not whole: it needs the archived log from its beginning to its end, and this waits until that is
 * archived. Needs a role that may call pg_backup_start, and the right to read the data's files.
 */
export async function makeBackup(url: string, folder: string): Promise<Manifest> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await requireArchive(client);
    await mkdir(folder, { mode: 0o700 });
    await mkdir(join(folder, dataName), { mode: 0o700 });
    // One session from start to stop: PostgreSQL forgets the backup when it ends.
    const started = await one<{ wal: string }>(
      client,
      "select pg_walfile_name(pg_backup_start('morrow', fast => true)) as wal",
    );
    const source = (await one<{ data_directory: string }>(client, 'show data_directory')).data_directory;
    const manifest = await copyData(await runningFolder(client, source), join(folder, dataName));
    const ended = await one<{ labelfile: string }>(
      client,
      'select labelfile from pg_backup_stop(wait_for_archive => true)',
    );
    manifest.files.backup_label = await write(join(folder, dataName, 'backup_label'), ended.labelfile);
    const { at } = await one<{ at: Date }>(client, 'select clock_timestamp() as at');
    const whole: Manifest = { ...manifest, firstWal: started.wal, wholeAt: at.toISOString() };
    await write(join(folder, manifestName), `${JSON.stringify(whole, null, 1)}\n`);
    return whole;
  } finally {
    await client.end();
  }
}

/** Without an archive no copy of files could ever be restored; and tables elsewhere would not be in it. */
async function requireArchive(client: Client): Promise<void> {
  const { mode, elsewhere } = await one<{ mode: string; elsewhere: number }>(
    client,
    `select current_setting('archive_mode') as mode,
       (select count(*)::integer from pg_tablespace where spcname not in ('pg_default', 'pg_global')) as elsewhere`,
  );
  if (mode === 'off')
    throw new Error(
      'archive_mode is off: a backup needs the archived log. `backup settings` prints what to set.',
    );
  if (elsewhere > 0)
    throw new Error('There are tablespaces of your own; use pgBackRest or pg_basebackup for them.');
}

/** A server may name its data by its own working directory, which is another one of ours. */
async function runningFolder(client: Client, named: string): Promise<string> {
  if (!named.startsWith('/proc/self/')) return named;
  const { pid } = await one<{ pid: number }>(client, 'select pg_backend_pid() as pid');
  return named.replace('/proc/self/', `/proc/${pid}/`);
}

async function copyData(
  from: string,
  to: string,
): Promise<Pick<Manifest, 'version' | 'owner' | 'folders' | 'files'>> {
  const { uid, gid } = await stat(`${from}/.`);
  const entries = await readdir(`${from}/.`, { recursive: true, withFileTypes: true });
  const folders: string[] = [];
  const files: Record<string, string> = {};
  const paths: string[] = [];
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name).slice(join(from, '.').length + 1);
    if (isLeft(path)) continue;
    if (entry.isDirectory()) folders.push(path);
    else if (entry.isFile() && path !== controlFile) paths.push(path);
  }
  for (const path of folders) await mkdir(join(to, path), { recursive: true, mode: 0o700 });
  const copy = async (path: string): Promise<void> => {
    const hash = await copyHashed(join(from, path), join(to, path));
    if (hash !== undefined) files[path] = hash;
  };
  await eachOf(paths, copy);
  await copy(controlFile);
  const version = Number(await readFile(join(to, 'PG_VERSION'), 'utf8'));
  return { version, owner: { uid, gid }, folders, files };
}

function isLeft(path: string): boolean {
  const [top = ''] = path.split('/');
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (emptied.includes(top)) return path !== top;
  return left.includes(path) || name.startsWith('pgsql_tmp') || name.startsWith('pg_internal.init');
}

async function write(file: string, text: string): Promise<string> {
  await writeFile(file, text, { mode: 0o600, flush: true });
  return createHash('sha256').update(text).digest('hex');
}

async function one<Row>(client: Client, sql: string): Promise<Row> {
  const { rows } = await client.query(sql);
  return rows[0] as Row;
}
