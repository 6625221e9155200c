import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Client } from 'pg';
import type { Call } from './floor.ts';
import type { Load } from './load.ts';
import { functionOf } from './one-call.ts';
import { concurrency } from './world.ts';

const execute = promisify(execFile);

/** Whether PostgreSQL's own pgbench is installed. */
export function hasPgbench(): boolean {
  try {
    execFileSync('pgbench', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Each client takes calls of its own, one after the other. */
const scriptOf = (kind: string, perClient: number): string => `\\set i :client_id * ${perClient} + :n
\\set n :n + 1
select ${functionOf(kind)}((select p from bench_calls where i = :i));
`;

/** Lays the calls down where the database finds them, as pgbench cannot bring them along. */
export async function layDown(client: Client, calls: readonly Call[]): Promise<void> {
  await client.query('create table if not exists bench_calls (i bigint primary key, p text[] not null)');
  await client.query('truncate bench_calls');
  for (let from = 0; from < calls.length; from += 500) {
    const rows = calls.slice(from, from + 500).map((p, index) => ({ i: from + index, p }));
    await client.query(
      `insert into bench_calls
       select i, p from jsonb_to_recordset(cast($1 as jsonb)) as c (i bigint, p text[])`,
      [JSON.stringify(rows)],
    );
  }
  await client.query('vacuum analyze bench_calls');
}

/** Lets pgbench make all of the calls. */
export async function runPgbench(
  databaseUrl: string,
  kind: string,
  { calls, signal }: { calls: number; signal: AbortSignal },
): Promise<Load> {
  const folder = await mkdtemp(join(tmpdir(), 'morrow-pgbench-'));
  try {
    const script = join(folder, 'script.sql');
    const perClient = Math.floor(calls / concurrency);
    await writeFile(script, scriptOf(kind, perClient));
    const clients = String(concurrency);
    const { stdout } = await execute(
      'pgbench',
      ['-n', '-M', 'prepared', '-c', clients, '-j', '1', '-t', String(perClient), '-D', 'n=0', '-l'].concat([
        '-f',
        script,
        databaseUrl,
      ]),
      { cwd: folder, signal },
    );
    const failed = /number of failed transactions: (\d+)/.exec(stdout)?.[1];
    const logs = (await readdir(folder)).filter((name) => name.startsWith('pgbench_log'));
    const lines = (await Promise.all(logs.map((name) => readFile(join(folder, name), 'utf8'))))
      .join('')
      .trim();
    // client, transaction, microseconds, file, second, microsecond
    const rows = lines.split('\n').map((line) => line.split(' ').map(Number));
    const tps = Number(/tps = ([\d.]+)/.exec(stdout)?.[1]);
    if (failed !== '0' || !(tps > 0)) throw new Error(`pgbench did not end well: ${stdout}`);
    return {
      done: rows.length,
      seconds: rows.length / tps,
      latenciesMs: rows.map((row) => (row[2] ?? 0) / 1000),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
