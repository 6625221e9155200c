import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { bundle } from './bundle.ts';

const main = resolve(import.meta.dirname, '../../src/main.ts');

/** How long a process may take to end when it is told to: its own grace for requests, and a little. */
const endsWithinMs = 15_000;

export type GatewayOptions = {
  databaseUrl: string;
  masterKeyFile: string;
  /** What clients sign, whichever port a request goes to. */
  origin: string;
  run?: 'all' | 'server' | 'worker';
  /** Any free one without. */
  port?: number;
  /** `host:port` of each local receiver that webhooks may go to. */
  webhookTargets?: readonly string[];
  /** Further variables of its environment. */
  variables?: Record<string, string>;
};

export type Ending = { code: number | null; signal: NodeJS.Signals | null };

/** A gateway in a process of its own, as an operator would start it. */
export type GatewayProcess = {
  /** Where it listens; a worker has none. */
  address: string;
  /** What it logged as an error. */
  errors: Record<string, unknown>[];
  /** What it wrote to standard error. */
  said(): string;
  /** Whether it has ended already. */
  hasEnded(): boolean;
  signal(name: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): void;
  /** How it ended; kills it and throws when it does not end in time. */
  ended(): Promise<Ending>;
  /** Ends it whatever state it is in. */
  stop(): Promise<void>;
};

/** Starts a gateway; resolves when it is up, and throws with what it said when it ends before that. */
export async function startGatewayProcess(options: GatewayOptions): Promise<GatewayProcess> {
  const child = fork(await bundle(main), {
    execArgv: [],
    env: environmentOf(options),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const errors: Record<string, unknown>[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => void errors.push(JSON.parse(line)));
  let said = '';
  child.stderr!.on('data', (chunk: Buffer) => void (said += chunk.toString()));
  const ending = once(child, 'exit') as Promise<[Ending['code'], Ending['signal']]>;
  const up = once(child, 'message') as Promise<[{ port?: number }]>;
  const first = await Promise.race([up, ending.then(() => undefined)]);
  if (!first) throw new Error(`the gateway did not start:\n${JSON.stringify(errors)}\n${said}`);
  const ended = () => endingInTime(child, ending);
  return {
    address: `http://127.0.0.1:${first[0].port}`,
    errors,
    said: () => said,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    signal: (name) => void child.kill(name),
    ended,
    async stop() {
      child.kill('SIGTERM');
      await ended();
    },
  };
}

/** Nothing of the machine's own settings, or a test would depend on where it runs. */
function environmentOf(options: GatewayOptions): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return {
    ...(PATH !== undefined && { PATH }),
    ...(HOME !== undefined && { HOME }),
    ...(TMPDIR !== undefined && { TMPDIR }),
    DATABASE_URL: options.databaseUrl,
    MASTER_KEY_FILE: options.masterKeyFile,
    PUBLIC_ORIGIN: options.origin,
    RUN: options.run ?? 'all',
    PORT: String(options.port ?? 0),
    SANDBOX_WEBHOOK_TARGETS: (options.webhookTargets ?? []).join(','),
    LOG_LEVEL: 'error',
    ...options.variables,
  };
}

async function endingInTime(
  child: ChildProcess,
  ending: Promise<[Ending['code'], Ending['signal']]>,
): Promise<Ending> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, endsWithinMs);
  const [code, signal] = await ending;
  clearTimeout(timer);
  if (late) throw new Error(`the gateway did not end within ${endsWithinMs} ms`);
  return { code, signal };
}
