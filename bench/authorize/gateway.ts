import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { BareSettings } from './bare-process.ts';

const root = resolve(import.meta.dirname, '../..');
const main = resolve(root, 'gateway/src/main.ts');
const endWithParent = resolve(root, 'gateway/test/support/end-with-parent.ts');

const bareServer = resolve(import.meta.dirname, 'bare-process.ts');

/** A process that serves at an address. */
export type ServingProcess = { pid: number; address: string; stop: () => Promise<void> };

/**
 * Starts a gateway that serves, without a worker, in a process of its own. It logs each request as it does by default;
 * nobody reads that.
 */
export function startGatewayProcess(variables: Record<string, string>): Promise<ServingProcess> {
  return start(main, { ...variables, RUN: 'server', PORT: '0', RATE_LIMIT_PER_MINUTE: '1000000000' });
}

/** Starts the bare server of the same transactions in a process of its own. */
export function startBareProcess(settings: BareSettings): Promise<ServingProcess> {
  return start(bareServer, {}, settings);
}

async function start(
  module: string,
  variables: Record<string, string>,
  first?: BareSettings,
): Promise<ServingProcess> {
  const { PATH, HOME, TMPDIR } = process.env;
  const child = fork(module, {
    cwd: root,
    serialization: 'advanced',
    // As docs/operations.md says, and so the bare server has it, too.
    execArgv: ['--max-semi-space-size=64', '--import', 'tsx', '--import', endWithParent],
    env: { PATH, HOME, ...(TMPDIR && { TMPDIR }), ...variables },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const up = once(child, 'message') as Promise<[{ port: number }]>;
  if (first) child.send(first);
  const told = await Promise.race([up, ended.then(() => undefined)]);
  if (!told || child.pid === undefined) throw new Error(`${module} did not start`);
  return {
    pid: child.pid,
    address: `http://127.0.0.1:${told[0].port}`,
    stop: () => stop(child, ended),
  };
}

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM');
  await ended;
}
