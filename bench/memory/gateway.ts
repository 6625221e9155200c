import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Held } from './process.ts';

const root = resolve(import.meta.dirname, '../..');

export type HeldGateway = { address: string; held: () => Promise<Held>; stop: () => Promise<void> };

/** Starts a gateway that serves, without a worker, and that can be asked what it holds. */
export async function startHeldGateway(variables: Record<string, string>): Promise<HeldGateway> {
  const { PATH, HOME, TMPDIR } = process.env;
  const endWithParent = resolve(root, 'gateway/test/support/end-with-parent.ts');
  const child = fork(resolve(import.meta.dirname, 'process.ts'), {
    cwd: root,
    execArgv: ['--max-semi-space-size=64', '--import', 'tsx', '--import', endWithParent],
    env: { PATH, HOME, ...(TMPDIR && { TMPDIR }), ...variables, RUN: 'server', PORT: '0' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const { port } = await nextMessage<{ port: number }>(child, ended);
  return {
    address: `http://127.0.0.1:${port}`,
    held() {
      child.send('held');
      return nextMessage<Held>(child, ended);
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function nextMessage<Message>(child: ChildProcess, ended: Promise<unknown>): Promise<Message> {
  const message = once(child, 'message') as Promise<[Message]>;
  const told = await Promise.race([message, ended.then(() => undefined)]);
  if (!told) throw new Error('the gateway ended');
  return told[0];
}
