import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from './layout.ts';

/** A program that runs on after whoever started it. */
export type Part = {
  name: string;
  program: string;
  parameters: readonly string[];
  variables?: Record<string, string>;
  /** What must not be root runs as the cluster's account. */
  asAccount: boolean;
};

/** Starts a part unless it runs. What it says goes to the end of its log. */
export function startPart(cluster: Cluster, part: Part): void {
  if (pidOf(cluster, part.name) !== undefined) return;
  mkdirSync(join(cluster.folder, 'pids'), { recursive: true });
  const log = openSync(logFile(cluster, part.name), 'a', 0o600);
  const { PATH, TMPDIR } = process.env;
  const child = spawn(part.program, part.parameters, {
    ...(part.asAccount && cluster.account),
    cwd: cluster.folder,
    env: {
      PATH,
      HOME: cluster.folder,
      LC_ALL: 'C.UTF-8',
      ...(TMPDIR !== undefined && { TMPDIR }),
      ...part.variables,
    },
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  if (child.pid === undefined) throw new Error(`${part.program} could not be started`);
  child.unref();
  writeFileSync(pidFile(cluster, part.name), `${child.pid} ${startOf(child.pid)}\n`);
}

/** Tells a part to end and waits; what does not end in time is killed. */
export async function stopPart(cluster: Cluster, name: string, withinMs: number): Promise<void> {
  const pid = pidOf(cluster, name);
  if (pid !== undefined) {
    process.kill(pid, 'SIGTERM');
    if (!(await hasEnded(cluster, name, withinMs))) process.kill(pid, 'SIGKILL');
    await hasEnded(cluster, name, 5_000);
  }
  rmSync(pidFile(cluster, name), { force: true });
}

/** Ends a part and everything that it has started, from one moment to the next, as if its machine lost power. */
export function killPart(cluster: Cluster, name: string, others: readonly number[] = []): void {
  const pid = pidOf(cluster, name);
  const first = [...(pid === undefined ? [] : [pid]), ...others];
  // Stopped first, or those that are left would notice and say good-bye.
  const all = [...first, ...first.flatMap(descendantsOf)];
  for (const each of all) signal(each, 'SIGSTOP');
  for (const each of all) signal(each, 'SIGKILL');
}

/** The process of a part; undefined while it does not run. */
export function pidOf(cluster: Cluster, name: string): number | undefined {
  try {
    const [pid, start] = readFileSync(pidFile(cluster, name), 'utf8').trim().split(' ');
    // Another process may have got the number since.
    return startOf(Number(pid)) === start ? Number(pid) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a process runs that names `word` in its command: what a lock file names may long be another one. */
export function isAbout(pid: number, word: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(word);
  } catch {
    return false;
  }
}

/** What a part says. */
export function logFile({ folder }: Cluster, name: string): string {
  return join(folder, 'logs', `${name}.log`);
}

function pidFile({ folder }: Cluster, name: string): string {
  return join(folder, 'pids', name);
}

async function hasEnded(cluster: Cluster, name: string, withinMs: number): Promise<boolean> {
  const end = performance.now() + withinMs;
  while (pidOf(cluster, name) !== undefined) {
    if (performance.now() > end) return false;
    await sleep(50);
  }
  return true;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}

/** State, parent and start of a process, after its name, which may hold anything. */
function statusOf(pid: number): { state: string; parent: number; start: string } {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0]!, parent: Number(fields[1]), start: fields[19]! };
}

/** When a process was started, in ticks; undefined for one that has ended. */
function startOf(pid: number): string | undefined {
  try {
    const { state, start } = statusOf(pid);
    return state === 'Z' ? undefined : start;
  } catch {
    return undefined;
  }
}

function descendantsOf(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((each) => {
      try {
        return statusOf(each).parent === pid;
      } catch {
        return false;
      }
    });
  return [...children, ...children.flatMap(descendantsOf)];
}
