import { apiRoutes } from '../../gateway/src/api/index.ts';
import { createContext } from '../../gateway/src/context.ts';
import { createApp } from '../../gateway/src/http/app.ts';
import { createKeys } from '../../gateway/src/http/keys.ts';
import { listen } from '../../gateway/src/http/listen.ts';
import { pagesRouter } from '../../gateway/src/pages/router.ts';
import type { Copies } from './copies.ts';
import { openSender, type Sent } from './send.ts';

export type Statement = { text: string; values: readonly unknown[] };

/** What was sent to the database between two requests' ends. */
export type Recorded = readonly Statement[];

type Query = { sql: string; bindings?: readonly unknown[] };

/**
 * Does every item through a gateway in this process, one after the other, and answers with the statements of each as they
 * were sent, values and all. The first one reads whatever is then remembered: it is not to be measured.
 */
export async function record<Item>(
  { config, recorded }: Pick<Copies, 'config' | 'recorded'>,
  {
    items,
    toRequest,
    signal,
  }: { items: readonly Item[]; toRequest: (item: Item) => Sent; signal: AbortSignal },
): Promise<Recorded[]> {
  const context = createContext({ ...config, databaseUrl: recorded });
  const app = createApp(context, {
    routes: apiRoutes(config),
    findKey: createKeys(context).find,
    pages: [{ path: '/', router: pagesRouter(context) }],
  });
  const server = await listen(app, { host: '127.0.0.1', port: 0 });
  const sender = openSender(`http://127.0.0.1:${server.port}`);
  let statements: Statement[] = [];
  context.db.on('query', ({ sql: text, bindings: values = [] }: Query) => {
    statements.push({ text, values });
  });
  try {
    const each: Recorded[] = [];
    for (const item of items) {
      signal.throwIfAborted();
      statements = [];
      await sender.send(toRequest(item));
      expectWhole(statements);
      each.push(statements);
    }
    return each;
  } finally {
    await sender.close();
    await server.close();
    await context.db.destroy();
  }
}

/** What is done again on one connection must not have been done on two at once. */
function expectWhole(statements: Recorded): void {
  let isOpen = false;
  for (const { text } of statements) {
    const begins = /^begin/i.test(text);
    const ends = /^commit/i.test(text);
    if (/^rollback/i.test(text) || (begins && isOpen) || (ends && !isOpen))
      throw new Error(`transactions one after the other were expected, not ${text}`);
    isOpen = begins || (isOpen && !ends);
  }
  if (isOpen || statements.length === 0) throw new Error('a request has to end what it began');
}
