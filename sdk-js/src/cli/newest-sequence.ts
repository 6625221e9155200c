import type { Morrow } from '../client.ts';

/** The number of the newest event, 0 before the first; found in few requests, because numbers have no gaps. */
export async function newestSequence({ events }: Morrow, signal?: AbortSignal): Promise<number> {
  const follows = async (after: number): Promise<boolean> =>
    (await events.page({ after, limit: 1 }, { signal })).data.length > 0;
  if (!(await follows(0))) return 0;
  let known = 1;
  let beyond = 2;
  while (await follows(beyond - 1)) [known, beyond] = [beyond, beyond * 2];
  while (beyond - known > 1) {
    const middle = Math.floor((known + beyond) / 2);
    if (await follows(middle - 1)) known = middle;
    else beyond = middle;
  }
  return known;
}
