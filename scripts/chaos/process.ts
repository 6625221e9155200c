import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { bundle } from '../../gateway/test/support/bundle.ts';
import type { Told } from './gateway-main.ts';
import type { Point } from './plan.ts';
import type { Proxy } from './proxy.ts';

const main = join(import.meta.dirname, 'gateway-main.ts');

/** How long a process may take to end when it is told to. */
const endsWithinMs = 15_000;

/** PostgreSQL may be away for a few of them. */
const mostFailedStarts = 15;

export type Died = { name: string; code: number | null; said: string };

/** One of a gateway's processes, started again whenever it ends, as an operator's supervisor does. */
export type House = {
  name: string;
  isUp: () => boolean;
  /** Resolves when it is up; throws with what it said when it has not come up again and again. */
  up: () => Promise<void>;
  tell: (told: Told) => void;
  kill: () => boolean;
  /** How often it died at a point that it was told. */
  diedAt: (point: Point) => number;
  stop: () => Promise<void>;
};

export type HouseOptions = {
  name: string;
  variables: Record<string, string>;
  /** Leads to it, where it serves. */
  proxy?: Proxy;
  /** Told what it logs, and when it ends without having been killed. */
  onLog: (line: Record<string, unknown>) => void;
  onDeath: (died: Died) => void;
};

type State = {
  child: ChildProcess | undefined;
  isUp: boolean;
  stopping: boolean;
  offsetMs: number;
  failedStarts: number;
  /** What the process said last, which is why it did not start. */
  said: string;
  met: Map<Point, number>;
};

/** Starts a process and keeps it up. What it was told is told again to the one that comes after it, save to die. */
export function startHouse(options: HouseOptions): House {
  const { name } = options;
  const state: State = {
    child: undefined,
    isUp: false,
    stopping: false,
    offsetMs: 0,
    failedStarts: 0,
    said: '',
    met: new Map(),
  };
  const whole = (async () => {
    while (!state.stopping) await live(options, state);
  })();
  return {
    name,
    isUp: () => state.isUp,
    async up() {
      while (!state.isUp && !state.stopping) {
        if (state.failedStarts > mostFailedStarts)
          throw new Error(`${name} does not start:\n${state.said.slice(-4000)}`);
        await sleep(20);
      }
    },
    tell(told) {
      if (told.offsetMs !== undefined) state.offsetMs = told.offsetMs;
      if (state.isUp && state.child?.connected) state.child.send(told, () => undefined);
    },
    kill: () => state.isUp && state.child?.kill('SIGKILL') === true,
    diedAt: (point) => state.met.get(point) ?? 0,
    async stop() {
      state.stopping = true;
      state.child?.kill('SIGTERM');
      const late = setTimeout(() => {
        options.onDeath({ name, code: null, said: `it did not end within ${endsWithinMs} ms` });
        state.child?.kill('SIGKILL');
      }, endsWithinMs);
      await whole;
      clearTimeout(late);
    },
  };
}

/** One process from its start to its end. */
async function live(options: HouseOptions, state: State): Promise<void> {
  const { name, proxy } = options;
  const program = await bundle(main);
  if (state.stopping) return;
  const child = begin(program, options, state);
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const up = once(child, 'message') as Promise<[{ port?: number }]>;
  const first = await Promise.race([up, ended.then(() => undefined)]);
  if (first) {
    state.isUp = true;
    state.failedStarts = 0;
    if (state.offsetMs !== 0) child.send({ offsetMs: state.offsetMs }, () => undefined);
    if (first[0].port !== undefined) proxy?.to({ port: first[0].port, host: '127.0.0.1' });
  }
  const [code, signal] = await ended;
  proxy?.to(undefined);
  state.isUp = false;
  if (!first) {
    // One that cannot start because the database is away just now is started again.
    state.failedStarts += 1;
    await sleep(200);
  } else if (signal !== 'SIGKILL' && !state.stopping) {
    options.onDeath({ name, code, said: state.said.slice(-2000) });
  }
}

function begin(program: string, { variables, onLog }: HouseOptions, state: State): ChildProcess {
  const { PATH, HOME, TMPDIR } = process.env;
  const child = fork(program, {
    execArgv: [],
    env: {
      ...(PATH !== undefined && { PATH }),
      ...(HOME !== undefined && { HOME }),
      ...(TMPDIR !== undefined && { TMPDIR }),
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  state.child = child;
  state.said = '';
  child.on('error', () => undefined);
  createInterface({ input: child.stdout! }).on('line', (line) => onLog(parsed(line)));
  child.stderr!.on('data', (chunk: Buffer) => {
    state.said += chunk.toString();
    const point = /^dies at (\w+)$/m.exec(chunk.toString())?.[1] as Point | undefined;
    if (point !== undefined) state.met.set(point, (state.met.get(point) ?? 0) + 1);
  });
  return child;
}

function parsed(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return { msg: line };
  }
}
