import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { Account } from './embedded-binaries.ts';

/**
 * Runs "$@" in the background and ends it when file 3, a pipe from our process, is closed. The kernel
 * closes it however that process ends, be it by exit, Ctrl-C, a crash or kill -9.
 * The signal is repeated because a shell starts background programs with SIGINT ignored, so that one sent
 * before PostgreSQL has set up its own handler is lost; more than one does no harm.
 */
const SCRIPT = `
run_folder=$1
shift
"$@" 3<&- &
server=$!
{
  read -r closed <&3
  while kill -INT "$server"; do sleep 1; done
} >/dev/null 2>&1 &
keeper=$!
wait "$server"
status=$?
kill "$keeper" 2>/dev/null
rm -rf "$run_folder"
exit "$status"
`;

/** A program that ends when this process does. */
export type Guarded = {
  /** The program's standard error, the way it is written. */
  stderr: Readable;
  /** Resolves when the program has ended. */
  ended: Promise<void>;
  /** From now on this process may exit while the program runs, which ends it. */
  unref: () => void;
  /** Interrupts the program and waits until it has ended. */
  stop: () => Promise<void>;
};

/**
 * Starts `command` as `account` in the folder `cwd`, under a guard that ends it together with this process
 * and then deletes `runFolder`.
 */
export function startGuarded(
  command: readonly string[],
  options: { account: Account; cwd: string; env: NodeJS.ProcessEnv; runFolder: string },
): Guarded {
  const { account, cwd, env, runFolder } = options;
  const guard = spawn('/bin/sh', ['-c', SCRIPT, 'sh', runFolder, ...command], {
    ...account,
    cwd,
    env,
    // Its own session, else Ctrl-C would reach PostgreSQL before us.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const stderr = guard.stderr as Socket;
  const pipe = guard.stdio[3] as Socket;
  const ended = exitOf(guard);
  // Whether it could be started is for those to find who wait for `ended`.
  ended.catch(() => undefined);
  // The guard's end of the pipe goes first when the program ends by itself.
  pipe.on('error', () => undefined);
  return {
    stderr,
    ended,
    unref: () => {
      for (const handle of [guard, stderr, pipe]) handle.unref();
    },
    stop: async () => {
      guard.ref();
      pipe.destroy();
      await ended;
    },
  };
}

async function exitOf(child: ChildProcess): Promise<void> {
  await once(child, 'exit');
}
