import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, chown, cp, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findNative, prepareNative } from '../src/embedded-binaries.ts';
import { startEmbedded, type Embedded } from '../src/embedded.ts';

const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;
const settings = { fsync: 'off' };

let folder: string;
let running: Embedded[];
let children: ChildProcess[];

beforeEach(async () => {
  running = [];
  children = [];
  // Of mode 700, so that PostgreSQL, when it runs as another user, may not pass through.
  folder = await mkdtemp(join(tmpdir(), 'morrow-launcher-'));
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(running.map((server) => server.stop()));
  await rm(folder, { recursive: true, force: true });
});

async function start(dataDir: string, more: Record<string, string> = {}): Promise<Embedded> {
  const server = await startEmbedded({ dataDir, settings: { ...settings, ...more } });
  running.push(server);
  return server;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function postmasterPid(dataDir: string): Promise<number> {
  const lock = await readFile(join(dataDir, 'postgresql-18', 'postmaster.pid'), 'utf8');
  return Number(lock.split('\n')[0]);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function becomesTrue(condition: () => boolean | Promise<boolean>): Promise<boolean> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await condition()) return true;
    await sleep(50);
  }
  return false;
}

/** Another process that starts an embedded PostgreSQL. */
async function startElsewhere(dataDir: string): Promise<{ child: ChildProcess; url: string }> {
  const fixture = fileURLToPath(new URL('fixtures/hold-embedded.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', fixture, dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, url };
}

describe('the embedded PostgreSQL', () => {
  it('runs below a folder that only this user may enter, and never as root', async () => {
    const dataDir = join(folder, 'closed', 'data');
    await mkdir(dirname(dataDir), { mode: 0o700 });
    const { connection, url } = await start(dataDir);

    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    const owner = (await stat(join(dataDir, 'postgresql-18'))).uid;
    expect(owner).toBe(isRoot ? NOBODY : process.getuid?.());
    // The socket belongs to the user that the server runs as.
    expect((await stat(join(connection.host, '.s.PGSQL.5432'))).uid).toBe(owner);
    expect(await query(url, 'select current_database() as name')).toEqual([{ name: 'morrow' }]);
  });

  it('leaves the owner of the folders around its data alone', async () => {
    const dataDir = join(folder, 'data');
    await mkdir(dataDir);
    await start(dataDir);
    expect((await stat(dataDir)).uid).toBe(process.getuid?.());
    expect((await stat(folder)).uid).toBe(process.getuid?.());
  });

  it('is durable unless told otherwise, listens on no port and takes our settings', async () => {
    const server = await startEmbedded({ dataDir: join(folder, 'data'), settings: { work_mem: '5MB' } });
    running.push(server);
    const sql = `select name, setting from pg_settings where name in
      ('fsync', 'full_page_writes', 'listen_addresses', 'synchronous_commit', 'TimeZone', 'work_mem')`;
    const rows = await query(server.url, sql);
    expect(Object.fromEntries(rows.map((row) => [row.name, row.setting]))).toEqual({
      fsync: 'on',
      full_page_writes: 'on',
      listen_addresses: '',
      synchronous_commit: 'on',
      TimeZone: 'UTC',
      work_mem: '5120',
    });
  });

  it('hands out the same place as connection settings and as a URL', async () => {
    const { connection, url } = await start(join(folder, 'data'));
    await query(url, 'create table notes (id int)');
    const client = new Client(connection);
    await client.connect();
    const { rows } = await client.query("select to_regclass('notes') is not null as there");
    await client.end();
    expect(rows).toEqual([{ there: true }]);
    // Parsers that know nothing of sockets must not choke on it.
    expect(new URL(url).pathname).toBe('/morrow');
  });

  it('runs several at once, each with data of its own', async () => {
    const [one, two] = await Promise.all([start(join(folder, 'one')), start(join(folder, 'two'))]);
    await query(one.url, 'create table only_in_one (id int)');
    expect(await query(two.url, "select to_regclass('only_in_one') as name")).toEqual([{ name: null }]);
  });

  it('keeps the data from one start to the next', async () => {
    const first = await start(join(folder, 'data'));
    await query(first.url, 'create table notes as select 42 as answer');
    await first.stop();
    const second = await start(join(folder, 'data'));
    expect(await query(second.url, 'select answer from notes')).toEqual([{ answer: 42 }]);
  });

  it('is gone once stop() has resolved, with its socket, and may be stopped twice', async () => {
    const server = await start(join(folder, 'data'));
    const pid = await postmasterPid(join(folder, 'data'));
    expect(isAlive(pid)).toBe(true);
    await Promise.all([server.stop(), server.stop()]);
    expect(isAlive(pid)).toBe(false);
    expect(await exists(server.connection.host)).toBe(false);
    await server.stop();
  });

  it('names the process that already runs on the same data, and leaves it running', async () => {
    const dataDir = join(folder, 'data');
    const first = await start(dataDir);
    const pid = await postmasterPid(dataDir);
    await expect(start(dataDir)).rejects.toThrow(`in use by PostgreSQL process ${pid}.`);
    expect(await query(first.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('lets one of two win that start on the same new folder at once', async () => {
    const dataDir = join(folder, 'data');
    const results = await Promise.allSettled([start(dataDir), start(dataDir)]);
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
    const lost = results.find((result) => result.status === 'rejected');
    expect(String(lost?.reason)).toContain(`in use by PostgreSQL process ${await postmasterPid(dataDir)}.`);
  });

  it('tells what PostgreSQL said when it cannot start', async () => {
    await expect(start(join(folder, 'data'), { no_such_setting: '1' })).rejects.toThrow(
      /did not start:.*unrecognized configuration parameter "no_such_setting"/s,
    );
  });
});

describe('the process that started the embedded PostgreSQL', () => {
  it.each<[string, (child: ChildProcess) => unknown]>([
    ['is killed with kill -9', (child) => child.kill('SIGKILL')],
    ['is interrupted with Ctrl-C', (child) => child.kill('SIGINT')],
    ['is terminated', (child) => child.kill('SIGTERM')],
    ['comes to its end without stopping it', (child) => child.stdin?.end()],
  ])('leaves none behind when it %s', async (_how, end) => {
    const dataDir = join(folder, 'data');
    const { child, url } = await startElsewhere(dataDir);
    const pid = await postmasterPid(dataDir);
    const socketFolder = String(new URL(url).searchParams.get('host'));
    // Another process than the one that started it can use it, and what it commits is kept.
    await query(url, 'create table notes as select 42 as answer');
    expect(isAlive(pid)).toBe(true);

    const exited = once(child, 'exit');
    end(child);
    await exited;

    expect(await becomesTrue(() => !isAlive(pid))).toBe(true);
    expect(await becomesTrue(async () => !(await exists(socketFolder)))).toBe(true);
    const next = await start(dataDir);
    expect(await query(next.url, 'select answer from notes')).toEqual([{ answer: 42 }]);
  });
});

describe('the programs from npm', () => {
  it('are mended where install scripts were off, and copied where their user may not read them', async () => {
    const installed = join(folder, 'package', 'native');
    await cp(findNative(), installed, {
      recursive: true,
      // As npm unpacks it: without the links that the package's script makes.
      filter: (path) => !/lib(icu\w+|pq)\.so(\.\d+)?$/.test(path),
    });
    expect(await exists(join(installed, 'lib', 'libpq.so.5'))).toBe(false);
    const spare = await mkdtemp(join(tmpdir(), 'morrow-spare-'));
    if (isRoot) await chown(spare, NOBODY, NOBODY);
    try {
      const native = await prepareNative(installed, isRoot ? { uid: NOBODY, gid: NOBODY } : {}, spare);
      expect(native).toBe(isRoot ? join(spare, 'native') : installed);
      expect(await exists(join(native, 'lib', 'libpq.so.5'))).toBe(true);
    } finally {
      await rm(spare, { recursive: true });
    }
  });
});
