import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const main = resolve(root, 'gateway/src/main.ts');
const endWithParent = resolve(root, 'gateway/test/support/end-with-parent.ts');

export type GatewayProcess = { pid: number; address: string; stop: () => Promise<void> };

/**
 * Starts a gateway that serves, without a worker, in a process of its own. It logs each request as it does by default;
 * nobody reads that.
 */
export async function startGatewayProcess(variables: Record<string, string>): Promise<GatewayProcess> {
  const { PATH, HOME, TMPDIR } = process.env;
  const child = fork(main, {
    cwd: root,
    execArgv: ['--import', 'tsx', '--import', endWithParent],
    env: {
      PATH,
      HOME,
      ...(TMPDIR && { TMPDIR }),
      ...variables,
      RUN: 'server',
      PORT: '0',
      RATE_LIMIT_PER_MINUTE: '1000000000',
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const up = once(child, 'message') as Promise<[{ port: number }]>;
  const first = await Promise.race([up, ended.then(() => undefined)]);
  if (!first || child.pid === undefined) throw new Error('the gateway did not start');
  return {
    pid: child.pid,
    address: `http://127.0.0.1:${first[0].port}`,
    stop: () => stop(child, ended),
  };
}

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM');
  await ended;
}
