/** What a partition holds: the rows whose ids were made within one day, or one month, of UTC. */
export type Every = 'day' | 'month';

/** From its first moment on, until before the first of the next. */
export type Range = { from: Date; to: Date };

/** The range that `at` lies in, `steps` ranges later. */
export function rangeAt(every: Every, at: Date, steps = 0): Range {
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  // Days and months beyond the end of their month or year are carried over.
  const start = (of: number): Date =>
    new Date(every === 'day' ? Date.UTC(year, month, day + of) : Date.UTC(year, month + of, 1));
  return { from: start(steps), to: start(steps + 1) };
}

/** The ranges that have to be there at `at`: its own and `ahead` more. */
export function rangesAhead(every: Every, at: Date, ahead: number): Range[] {
  return Array.from({ length: ahead + 1 }, (_, steps) => rangeAt(every, at, steps));
}

/**
 * The text that sorts before every id that is made from `at` on and after every one that was made earlier: an id is its
 * prefix and a UUIDv7 in hex, whose first twelve digits are the milliseconds since 1970.
 */
export function boundOf(idPrefix: string, at: Date): string {
  return `${idPrefix}_${at.getTime().toString(16).padStart(12, '0')}`;
}

/** The name of the partition that begins at `from`: `deliveries_202602`, `api_requests_20260228`. */
export function partitionName(table: string, every: Every, from: Date): string {
  return `${table}_${from
    .toISOString()
    .slice(0, every === 'day' ? 10 : 7)
    .replaceAll('-', '')}`;
}
