/**
 * Where the ids of handled events are kept. `once` takes the id and runs the work as one: both happen, or neither. With a
 * database, in one transaction that inserts the id first (the SDK's README has it in SQL): a twin that comes meanwhile
 * waits for the insert, and a crash takes the id back together with whatever the work wrote by the same transaction.
 */
export interface HandledEvents<Transaction = undefined> {
  /** False, and nothing done, when the id is kept already. Throws what the work throws, and then does not keep the id. */
  once(eventId: string, work: (transaction: Transaction) => Promise<void>): Promise<boolean>;
}

/**
 * Handles an event that may come twice, late, or from the webhook and the feed at the same moment, so that what the work
 * writes by the store's transaction is written exactly once.
 *
 * After a crash the event comes again. What the work did outside of the transaction, such as a request to Morrow or a mail,
 * may then be done again: give requests an idempotency key made of the event's id or of your own reference. Answer the
 * webhook with 2xx only after this has resolved; when it throws, answer 500 and the webhook comes again.
 */
export async function handleOnce<Transaction, Handled extends { id: string }>(
  store: HandledEvents<Transaction>,
  event: Handled,
  work: (event: Handled, transaction: Transaction) => Promise<void>,
): Promise<'handled' | 'repeated'> {
  const isNew = await store.once(event.id, (transaction) => work(event, transaction));
  return isNew ? 'handled' : 'repeated';
}

/**
 * Keeps the ids of the last events in the memory of this process, 10,000 by default: for tests, and for work that may be
 * repeated after a restart.
 */
export function handledInMemory(keptIds = 10_000): HandledEvents {
  const handled = new Set<string>();
  const running = new Map<string, Promise<unknown>>();
  return {
    async once(eventId, work) {
      // A twin waits for the first one, and takes over where that fails.
      while (running.has(eventId)) await running.get(eventId)?.catch(() => undefined);
      if (handled.has(eventId)) return false;
      const job = work(undefined);
      running.set(eventId, job);
      try {
        await job;
      } finally {
        running.delete(eventId);
      }
      handled.add(eventId);
      const [oldest] = handled;
      if (handled.size > keptIds && oldest !== undefined) handled.delete(oldest);
      return true;
    },
  };
}
