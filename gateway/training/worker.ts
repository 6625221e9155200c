import { parentPort } from 'node:worker_threads';
import { boost } from './boost.ts';
import type { PoolMessage } from './pool.ts';

/** A thread of the pool: boosts one bag a message. */
parentPort?.on('message', ({ rows, task }: PoolMessage) => {
  const boosted = boost({ ...rows, ...task });
  const buffers = boosted.checkpoints.flatMap(({ tables, heldScores }) => [tables.buffer, heldScores.buffer]);
  parentPort?.postMessage(boosted, buffers as ArrayBuffer[]);
});
