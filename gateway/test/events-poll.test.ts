import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pauseAfter, poll } from '../src/events/poll.ts';
import { createLog } from '../src/lib/log.ts';

type Line = Record<string, unknown> & { err?: Record<string, unknown> };

/** Runs rounds that go as they are told, and returns what was logged. */
async function logged(rounds: readonly (number | Error)[]): Promise<Line[]> {
  const lines: Line[] = [];
  const log = createLog('info', { write: (line: string) => void lines.push(JSON.parse(line) as Line) });
  const ending = new AbortController();
  const left = [...rounds];
  await poll(log, 'loop', { signal: ending.signal, idleMs: 0 }, async () => {
    const round = left.shift();
    if (left.length === 0) ending.abort();
    if (round instanceof Error) throw round;
    return round ?? 0;
  });
  return lines;
}

const failure = (code: string, message = 'no') => Object.assign(new Error(message), { code });

describe('a loop whose rounds fail', () => {
  it('is logged at the first failure and when it goes well again, with how many failed', async () => {
    const away = failure('ECONNREFUSED');
    expect(await logged([1, away, away, away, 0, 1, away, 1])).toMatchObject([
      { level: 50, loop: 'loop', err: { code: 'ECONNREFUSED' } },
      { level: 30, loop: 'loop', failures: 3 },
      { level: 50, loop: 'loop', err: { code: 'ECONNREFUSED' } },
      { level: 30, loop: 'loop', failures: 1 },
    ]);
  });

  it('is logged anew when it fails of something else, and not for another value in the same message', async () => {
    const codes = (await logged([failure('A', 'x'), failure('A', 'y'), failure('B'), failure('A')])).map(
      ({ err }) => err?.code,
    );
    expect(codes).toEqual(['A', 'B', 'A']);
    expect(await logged([new Error('one'), new Error('one'), new TypeError('one')])).toHaveLength(2);
  });

  it('says nothing while it goes well', async () => {
    expect(await logged([0, 1, 0, 2])).toEqual([]);
  });
});

describe('the pause after a round', () => {
  const rounds = fc.array(fc.oneof(fc.nat({ max: 3 }), fc.constant('failed' as const)), {
    minLength: 1,
    maxLength: 30,
  });
  const idle = fc.integer({ min: 1, max: 20_000 });

  it('is the shortest after finds, never shorter, and never longer than five of them or five seconds', () => {
    fc.assert(
      fc.property(rounds, idle, (given, idleMs) => {
        let pauseMs = idleMs;
        for (const round of given) {
          pauseMs = pauseAfter(round, pauseMs, idleMs);
          expect(pauseMs).toBeGreaterThanOrEqual(idleMs);
          expect(pauseMs).toBeLessThanOrEqual(round === 'failed' ? Math.max(5_000, 5 * idleMs) : 5 * idleMs);
          if (round !== 'failed' && round > 0) expect(pauseMs).toBe(idleMs);
        }
      }),
    );
  });

  it('doubles with each failure, up to its end', () => {
    const pauses: number[] = [];
    for (let pauseMs = 100; pauses.length < 8; pauses.push(pauseMs))
      pauseMs = pauseAfter('failed', pauseMs, 100);
    expect(pauses).toEqual([200, 400, 800, 1600, 3200, 5000, 5000, 5000]);
  });
});
