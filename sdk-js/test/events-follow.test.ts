import { describe, expect, test } from 'vitest';
import { MorrowError, type FollowQuery } from '../src/server.ts';
import { type Answer, clientWith, json, ORIGIN, problem } from './support/answers.ts';

const page = (sequences: number[], after: number, hasMore = false) =>
  json({ data: sequences.map((sequence) => ({ sequence })), next_after: after, has_more: hasMore });

/** Follows the feed until so many events have come, or until the answers end it. */
async function follow(answers: Answer[], count: number, query: FollowQuery = {}) {
  const { morrow, sent, waits } = clientWith(answers);
  const seen: number[] = [];
  for await (const { sequence } of morrow.events.follow(query)) {
    seen.push(sequence);
    if (seen.length === count) break;
  }
  return { seen, sent, waits };
}

const failures: [string, () => Answer][] = [
  ['a broken connection', () => new TypeError('fetch failed')],
  ['a gateway that stops', () => problem(503, 'unavailable')],
  ["a proxy's page", () => new Response('<h1>Bad gateway</h1>', { status: 502 })],
  ['an answer that was cut off', () => new Response('{"data": [{"sequ')],
  ['a long pause that is asked for', () => problem(429, 'rate_limited', {}, { 'retry-after': '120' })],
];

describe('following the feed', () => {
  test('gives each event once, in order, and asks on from the last one', async () => {
    const answers = [page([8, 9], 9, true), page([10], 10), page([], 10), page([11], 11)];
    const { seen, sent } = await follow(answers, 4, { after: 7 });
    expect(seen).toEqual([8, 9, 10, 11]);
    expect(sent.map(({ url }) => url)).toEqual(
      [7, 9, 10, 10].map((after) => `${ORIGIN}/v1/events?after=${after}&limit=100&wait=30`),
    );
  });

  test.each(failures)(
    'goes on after %s, however often, without losing or repeating one',
    async (_, failure) => {
      const away = Array.from({ length: 12 }, failure);
      const { seen, sent, waits } = await follow([page([1], 1), ...away, page([2], 2)], 2);
      expect(seen).toEqual([1, 2]);
      expect(sent).toHaveLength(14);
      expect(waits).toHaveLength(12);
      expect(sent.at(-1)?.url).toContain('?after=1&');
    },
  );

  test('ends with a refusal', async () => {
    const ended = follow([page([1], 1), problem(401, 'key_unknown')], 2);
    await expect(ended).rejects.toMatchObject({ status: 401, code: 'key_unknown' });
  });

  test.each([
    ['a gap', [1, 3]],
    ['a step back', [1, 1]],
  ])('refuses %s in an answer, after what came before it', async (_, sequences) => {
    const { morrow } = clientWith([page(sequences, 9)]);
    const seen: number[] = [];
    const reading = (async () => {
      for await (const { sequence } of morrow.events.follow()) seen.push(sequence);
    })();
    await expect(reading).rejects.toThrow(MorrowError);
    expect(seen).toEqual([1]);
  });

  test('expects gaps where it asked for a part, and skips what was looked through', async () => {
    const query = { type: 'order.captured', object_id: 'ord_1' };
    const { seen, sent } = await follow([page([], 10_000, true), page([10_007], 10_020)], 1, query);
    expect(seen).toEqual([10_007]);
    expect(sent.map(({ url }) => new URL(url).searchParams.get('after'))).toEqual(['0', '10000']);
    expect(new URL(sent[1]?.url ?? '').searchParams.get('type')).toBe('order.captured');
  });

  test('ends when the signal says so, between events and while it waits', async () => {
    const between = new AbortController();
    const { morrow } = clientWith([page([1, 2], 2)]);
    const seen: number[] = [];
    for await (const { sequence } of morrow.events.follow({ signal: between.signal })) {
      seen.push(sequence);
      between.abort();
    }
    expect(seen).toEqual([1]);

    const waiting = new AbortController();
    const never = clientWith([], {
      fetch: (_url, init) =>
        new Promise((_, reject) => {
          init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
          waiting.abort();
        }),
    });
    for await (const event of never.morrow.events.follow({ signal: waiting.signal })) {
      throw new Error(`there is no event ${event.sequence}`);
    }
  });

  test('gives the gateway its time: the wait comes on top of the timeout', async () => {
    let isAborted: boolean | undefined;
    const { morrow } = clientWith([], {
      timeoutMs: 20,
      maxRetries: 0,
      fetch: async (_url, init) => {
        await new Promise((resolve) => setTimeout(resolve, 60));
        isAborted = init?.signal?.aborted;
        return page([1], 1);
      },
    });
    await morrow.events.page({ wait: 5 });
    expect(isAborted).toBe(false);
  });
});
