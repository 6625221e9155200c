import type { ApiRequest, CallOptions, Send } from './send.ts';

/** Lists that are always short come in one page without a cursor. */
type Page<Item> = { data: Item[]; next_cursor?: string | null };

/** A list's query without its cursor, which the iterator minds. `limit` is the size of one page. */
export type ListQuery<Query extends { cursor?: unknown }> = Omit<Query, 'cursor'>;

/** Every item of a list, fetched page by page while it is iterated. */
export async function* listAll<Item>(
  send: Send,
  path: string,
  query: ApiRequest['query'],
  options?: CallOptions,
): AsyncGenerator<Item, void, undefined> {
  let cursor: string | undefined;
  do {
    const page: Page<Item> = await send({ method: 'GET', path, query: { ...query, cursor } }, options);
    yield* page.data;
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
}
