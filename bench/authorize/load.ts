import { percentile } from '../statistics.ts';
import type { Sample } from '../rounds.ts';

/** Does one item's work; one worker does one at a time. */
export type Worker<Item> = (item: Item) => Promise<void>;

export type Load = { done: number; seconds: number; latenciesMs: number[] };

/**
 * Lets the workers take item after item until the time is over or nothing is left. The first failure ends it: figures
 * of refused requests would say nothing.
 */
export async function drain<Item>(
  items: readonly Item[],
  workers: readonly Worker<Item>[],
  { seconds, signal }: { seconds: number; signal: AbortSignal },
): Promise<Load> {
  const latenciesMs: number[] = [];
  const began = performance.now();
  const end = began + seconds * 1000;
  let taken = 0;
  const work = async (worker: Worker<Item>): Promise<void> => {
    while (performance.now() < end) {
      signal.throwIfAborted();
      const item = items[taken];
      if (item === undefined) return;
      taken += 1;
      const before = performance.now();
      await worker(item);
      latenciesMs.push(performance.now() - before);
    }
  };
  await Promise.all(
    workers.map((worker) =>
      work(worker).catch((error: unknown) => {
        // The others find nothing left.
        taken = items.length;
        throw error;
      }),
    ),
  );
  return { done: latenciesMs.length, seconds: (performance.now() - began) / 1000, latenciesMs };
}

/** CPU in milliseconds so far; undefined where the machine does not tell. */
export type CpuReader = () => number | undefined;

/** Measures one load, with what each of these processes used for one item of it. */
export async function measure(
  readers: Readonly<Record<string, CpuReader>>,
  run: () => Promise<Load>,
): Promise<Sample> {
  const before = Object.entries(readers).map(([key, read]) => ({ key, read, ms: read() }));
  const { done, seconds, latenciesMs } = await run();
  const cpu = before.map(({ key, read, ms }): [string, number | undefined] => {
    const after = read();
    return [key, ms === undefined || after === undefined ? undefined : (after - ms) / done];
  });
  return {
    done,
    rate: done / seconds,
    p50: percentile(latenciesMs, 50),
    p99: percentile(latenciesMs, 99),
    ...Object.fromEntries(cpu),
  };
}
