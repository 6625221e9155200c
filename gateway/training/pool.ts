import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { boost, type Boosted, type BoostInput } from './boost.ts';

/** Binned rows with their outcomes; the arrays are shared between threads. */
export type Rows = Pick<BoostInput, 'axes' | 'bad'>;

/** One model of the ensemble. */
export type BagTask = Omit<BoostInput, keyof Rows>;

/** A task as a message: the same rows for all, and which task it is. */
export type PoolMessage = { rows: Rows; task: BagTask };

/** Boosts bags, on other threads where there are several. Results come in the order of the tasks, whoever is quicker. */
export type Pool = {
  boost(rows: Rows, tasks: readonly BagTask[], done: () => void): Promise<Boosted[]>;
  close(): Promise<void>;
};

/** A pool of so many threads; with one the work is done in this one. */
export function openPool(threads: number): Pool {
  if (threads === 1) return ownThread;
  const workers = Array.from({ length: threads }, startWorker);
  return {
    async boost(rows, tasks, done) {
      const results: Boosted[] = [];
      let next = 0;
      const drain = async (worker: Worker): Promise<void> => {
        while (next < tasks.length) {
          const index = next++;
          worker.postMessage({ rows, task: tasks[index] }, []);
          const [boosted] = (await once(worker, 'message')) as [Boosted];
          results[index] = boosted;
          done();
        }
      };
      await Promise.all(workers.map(drain));
      return results;
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

const ownThread: Pool = {
  boost: (rows, tasks, done) =>
    Promise.resolve(
      tasks.map((task) => {
        const boosted = boost({ ...rows, ...task });
        done();
        return boosted;
      }),
    ),
  close: () => Promise.resolve(),
};

function startWorker(): Worker {
  return new Worker(new URL('worker-start.mjs', import.meta.url), { execArgv: [] });
}
