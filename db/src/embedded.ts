import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, chown, mkdir, mkdtemp, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { findNative, prepareNative, type Account } from './embedded-binaries.ts';
import { startGuarded, type Guarded } from './embedded-guard.ts';

const run = promisify(execFile);

/** PostgreSQL refuses to run as root, and initdb as a user without an entry in /etc/passwd; nobody has one on Linux. */
const NOBODY = 65534;
/** The major version is in the name because another one could not read these files. */
const CLUSTER = 'postgresql-18';
const DATABASE = 'morrow';
const USER = 'postgres';
/** Only names the socket; nothing listens on TCP. */
const PORT = 5432;
/** sun_path takes 108 bytes with its final zero on Linux, 104 on macOS. */
const SOCKET_PATH_BYTES = 103;
/** Nothing of ours: PGDATA, PGPORT and a locale without translations here would change what is started. */
const ENV: NodeJS.ProcessEnv = { PATH: process.env.PATH, LC_ALL: 'C' };

export type EmbeddedOptions = {
  /** Where the data stay; made when missing. Its parents need not be readable by anyone else. */
  dataDir: string;
  /** Settings of postgresql.conf, such as `{ fsync: 'off' }` for tests. Full durability without. */
  settings?: Record<string, string>;
};

export type Embedded = {
  connection: { host: string; port: number; user: string; database: string };
  /** The same as a URL, good for other processes of this user as well. */
  url: string;
  /** Ends PostgreSQL the fast way: open transactions roll back, all that was committed stays. */
  stop: () => Promise<void>;
};

/**
 * Starts a PostgreSQL of our own on the data in `dataDir`, makes them at the first time, and answers when
 * it takes connections. It listens on a socket in a private folder only, and ends with this process,
 * however that ends. Works as root (PostgreSQL then runs as nobody, or as the owner of existing data).
 * Throws when another PostgreSQL runs on the same data, and names its process.
 */
export async function startEmbedded({ dataDir, settings = {} }: EmbeddedOptions): Promise<Embedded> {
  if (process.platform === 'win32') {
    throw new Error('The embedded PostgreSQL needs Linux or macOS. Set DATABASE_URL to a server instead.');
  }
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const cluster = join(await realpath(dataDir), CLUSTER);
  const account = await accountFor(cluster);
  const runFolder = await makeRunFolder(account);
  let server: Guarded | undefined;
  try {
    const native = await prepareNative(findNative(), account, runFolder);
    if (!(await exists(cluster))) await initialize(cluster, { native, account, settings });
    const command = postgresCommand(native, cluster, runFolder, settings);
    server = startGuarded(command, { account, cwd: cluster, env: ENV, runFolder });
    await ready(server, dataDir);
    const connection = { host: runFolder, port: PORT, user: USER, database: DATABASE };
    await createDatabase(connection);
    server.unref();
    return { connection, url: urlOf(connection), stop: server.stop };
  } catch (error) {
    await server?.stop().catch(() => undefined);
    await rm(runFolder, { recursive: true, force: true });
    throw error;
  }
}

/**
 * The address of the embedded PostgreSQL that some process has running on `dataDir`; undefined when there is none. Its
 * lock file names the socket's folder in the fifth line, and what cannot be reached there is not running.
 */
export async function findEmbedded(dataDir: string): Promise<string | undefined> {
  const lock = await readFile(join(dataDir, CLUSTER, 'postmaster.pid'), 'utf8').catch(() => undefined);
  const host = lock?.split('\n')[4];
  if (!host) return undefined;
  const connection = { host, port: PORT, user: USER, database: DATABASE };
  const client = new Client(connection);
  const isUp = await client.connect().then(
    () => true,
    () => false,
  );
  await client.end().catch(() => undefined);
  return isUp ? urlOf(connection) : undefined;
}

/** PostgreSQL only reads data that its own user owns. */
async function accountFor(cluster: string): Promise<Account> {
  if (process.getuid?.() !== 0) return {};
  if (!(await exists(cluster))) return { uid: NOBODY, gid: NOBODY };
  const { uid, gid } = await stat(cluster);
  return { uid, gid };
}

/** A private folder for the socket, which the server deletes when it ends. */
async function makeRunFolder(account: Account): Promise<string> {
  for (const parent of new Set([tmpdir(), '/tmp'])) {
    const folder = await mkdtemp(join(parent, 'morrow-pg-'));
    await give(folder, account);
    const fits = Buffer.byteLength(join(folder, `.s.PGSQL.${PORT}`)) <= SOCKET_PATH_BYTES;
    if (fits && (await mayWrite(folder, account))) return folder;
    await rm(folder, { recursive: true });
  }
  throw new Error(`There is no folder for PostgreSQL's socket: neither ${tmpdir()} nor /tmp will do.`);
}

/** A parent of the folder may be closed to `account`. */
function mayWrite(folder: string, account: Account): Promise<boolean> {
  return run('/bin/sh', ['-c', 'cd "$1" && [ -w . ]', 'sh', folder], { ...account, cwd: '/' }).then(
    () => true,
    () => false,
  );
}

/** Makes the data beside their place and moves them there, so that what is in place is always whole. */
async function initialize(
  cluster: string,
  { native, account, settings }: { native: string; account: Account; settings: Record<string, string> },
): Promise<void> {
  const draft = await mkdtemp(`${cluster}.new-`);
  try {
    await give(draft, account);
    const options = ['--username', USER, '--auth-local=trust', '--auth-host=reject', '--encoding=UTF8'];
    // The server's own collation, so that the same data sort alike on every machine.
    options.push('--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-instructions');
    if (settings.fsync === 'off') options.push('--no-sync');
    const command = [join(native, 'bin', 'initdb'), '-D', dataPath(draft), ...options] as const;
    await run(command[0], command.slice(1), { ...account, cwd: draft, env: ENV });
    await rename(draft, cluster).catch((error: NodeJS.ErrnoException) => {
      // Another process that started at the same moment was faster; the lock decides between the two.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/**
 * How the server, started in the data folder, names it. On Linux through its own working directory, which
 * it may use even where it may not pass through the folder's parents.
 */
function dataPath(folder: string): string {
  return process.platform === 'linux' ? '/proc/self/cwd' : folder;
}

function postgresCommand(
  native: string,
  cluster: string,
  socketFolder: string,
  settings: Record<string, string>,
): string[] {
  const all = {
    timezone: 'UTC',
    log_timezone: 'UTC',
    // A failed statement is reported to its client; here it would only fill the pipe.
    log_min_messages: 'log',
    log_checkpoints: 'off',
    ...settings,
    listen_addresses: '',
    unix_socket_directories: socketFolder,
    port: String(PORT),
  };
  const pairs = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return [join(native, 'bin', 'postgres'), '-D', dataPath(cluster), ...pairs];
}

/** Waits until the server says that it is ready, and turns an early end into an error that tells why. */
async function ready(server: Guarded, dataDir: string): Promise<void> {
  const said: string[] = [];
  const lines = createInterface({ input: server.stderr });
  const isReady = new Promise<true>((resolve) => {
    lines.on('line', (line) => {
      said.push(line);
      if (line.includes('database system is ready to accept connections')) resolve(true);
    });
  });
  // The reader may be done only after the process is.
  const failed = Promise.all([server.ended, once(lines, 'close')]).then(() => false);
  if (await Promise.race([isReady, failed])) {
    lines.close();
    // Somebody must go on reading, or the server would stop at a full pipe.
    server.stderr.resume();
    return;
  }
  const holder = said.join('\n').match(/\(PID (\d+)\) running in data directory/)?.[1];
  throw new Error(
    holder === undefined
      ? `The embedded PostgreSQL on ${dataDir} did not start:\n${said.join('\n')}`
      : `The data in ${dataDir} are in use by PostgreSQL process ${holder}. ` +
          'Stop whoever started it, or choose another folder.',
  );
}

async function createDatabase(connection: Embedded['connection']): Promise<void> {
  const client = new Client({ ...connection, database: 'postgres' });
  await client.connect();
  try {
    const found = await client.query('select from pg_database where datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}

/** With a host's name before the path, which the socket's folder overrules, so that every parser takes it. */
function urlOf({ host, port, user, database }: Embedded['connection']): string {
  const parameters = new URLSearchParams({ host, port: String(port) });
  return `postgresql://${user}@localhost/${database}?${parameters.toString()}`;
}

async function give(folder: string, { uid, gid }: Account): Promise<void> {
  await chmod(folder, 0o700);
  if (uid !== undefined && gid !== undefined) await chown(folder, uid, gid);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
