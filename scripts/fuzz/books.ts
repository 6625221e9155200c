import { setTimeout as sleep } from 'node:timers/promises';
import { call, type Opened, type Target } from './client.ts';

type Sandbox = { clock: { moving: boolean } };
type Books = {
  totals: { currency: string; difference: number }[];
  invariants: { name: string; broken: number }[];
};
type Feed = { data: { sequence: number }[] };

/** What is wrong with a sandbox's books, or missing in its merchant's feed of events. */
export async function booksAndFeed(target: Target, { id, key }: Opened): Promise<string[]> {
  while ((await call<Sandbox>(target, key, 'GET', '/v1/sandbox')).clock.moving) await sleep(200);
  const books = await call<Books>(target, key, 'GET', '/v1/sandbox/trial-balance');
  return [
    ...books.totals
      .filter(({ difference }) => difference !== 0)
      .map((row) => `${id}: ${row.currency} differs by ${row.difference}`),
    ...books.invariants.filter(({ broken }) => broken > 0).map(({ name }) => `${id}: ${name} is broken`),
    ...(await gapsOf(target, { id, key })),
  ];
}

async function gapsOf(target: Target, { id, key }: Pick<Opened, 'id' | 'key'>): Promise<string[]> {
  const gaps: string[] = [];
  for (let last = 0; ;) {
    const { data } = await call<Feed>(target, key, 'GET', `/v1/events?after=${last}&limit=100`);
    if (data.length === 0) return gaps;
    for (const { sequence } of data) {
      if (sequence !== last + 1) gaps.push(`${id}: event ${sequence} follows ${last}`);
      last = sequence;
    }
  }
}
