import type { Sample } from './rounds.ts';
import { percentile } from './statistics.ts';

/**
 * Runs `operation` again and again for so long; microseconds of one, by p50, p99 and CPU. A batch is timed as one, because
 * the clock's own time would count.
 */
export function timeBatches(
  { seconds, batch }: { seconds: number; batch: number },
  operation: (turn: number) => unknown,
): Sample {
  const durations: number[] = [];
  let turn = 0;
  const cpuBefore = process.cpuUsage();
  for (const end = performance.now() + seconds * 1000; performance.now() < end;) {
    const before = performance.now();
    for (let one = 0; one < batch; one += 1, turn += 1) operation(turn);
    durations.push(((performance.now() - before) * 1000) / batch);
  }
  const { user, system } = process.cpuUsage(cpuBefore);
  return { p50: percentile(durations, 50), p99: percentile(durations, 99), cpu: (user + system) / turn };
}
