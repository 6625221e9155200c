import { apiRoutes } from '../../gateway/src/api/index.ts';
import { createApp } from '../../gateway/src/http/app.ts';
import { createKeys } from '../../gateway/src/http/keys.ts';
import { listen } from '../../gateway/src/http/listen.ts';
import { newId, type IdPrefix } from '../../gateway/src/lib/ids.ts';
import { roundSql } from '../../gateway/src/lib/round.ts';
import type { Purchase } from './purchases.ts';
import { openConnections, signOrder } from './requests.ts';
import type { World } from './world.ts';

type Query = { sql: string; bindings: readonly unknown[] };
type Captured = { text: string; values: readonly unknown[]; response?: unknown };

/**
 * What a value is made of: the same for all; a purchase's own id, an id that is made for it, in a text between others; its
 * slot; or the id of its pending transfer, which the database gives.
 */
type Part = string | { own: number } | { fresh: number; prefix: IdPrefix };
export type Value = { same: unknown } | { parts: readonly Part[] } | { slot: true } | { pending: true };

/** The statements of one authorization, BEGIN and COMMIT included. It can be sent to another process. */
export type Transaction = {
  statements: readonly { text: string; values: readonly Value[] }[];
  /** The statement that answers with the id of the pending transfer, where a later one needs it. */
  pendingFrom: number | undefined;
};

/** Stands among the values of a statement for the id of the pending transfer. */
export const pendingTransfer = Symbol('the id of the pending transfer');

const anyId = /([a-z]+_[0-9a-f]{32})/;

/** The values of every statement, with new ids for what is created. */
export function valuesFor(
  { statements }: Transaction,
  { ids, slot }: Pick<Purchase, 'ids' | 'slot'>,
): unknown[][] {
  const fresh: string[] = [];
  const textOf = (part: Part): string => {
    if (typeof part === 'string') return part;
    if ('own' in part) return ids[part.own] ?? '';
    return (fresh[part.fresh] ??= newId(part.prefix));
  };
  return statements.map(({ values }) =>
    values.map((value) => {
      if ('same' in value) return value.same;
      if ('parts' in value) return value.parts.map(textOf).join('');
      return 'slot' in value ? slot : pendingTransfer;
    }),
  );
}

/**
 * Sends the requests for these purchases through a gateway in this process and keeps the SQL of the last two, from whose
 * differences it is seen what belongs to each. The first one reads the merchant's key and whatever else is then remembered.
 */
export async function captureTransaction(world: World, purchases: readonly Purchase[]): Promise<Transaction> {
  const { context, key } = world;
  const app = createApp(context, { routes: apiRoutes(context.config), findKey: createKeys(context).find });
  const server = await listen(app, { host: '127.0.0.1', port: 0 });
  const connections = openConnections([`http://127.0.0.1:${server.port}`]);
  let captured: Captured[] = [];
  // What a round asks for once is no order's own.
  const onQuery = ({ sql, bindings }: Query) =>
    sql !== roundSql && void captured.push({ text: sql, values: bindings ?? [] });
  const onResponse = (response: unknown, { sql }: Query) => {
    const asked = captured.findLast(({ text }) => text === sql);
    if (asked) asked.response = response;
  };
  const runs: { purchase: Purchase; captured: Captured[] }[] = [];
  context.db.on('query', onQuery).on('query-response', onResponse);
  try {
    for (const purchase of purchases) {
      captured = [];
      await connections.workers[0]?.(signOrder(key, purchase));
      runs.push({ purchase, captured });
    }
  } finally {
    context.db.off('query', onQuery).off('query-response', onResponse);
    await connections.close();
    await server.close();
  }
  const [one, other] = runs.slice(-2);
  if (!one || !other) throw new Error('two purchases are needed to tell them apart');
  return toTransaction(one, other);
}

type Run = { purchase: Purchase; captured: readonly Captured[] };

function toTransaction(one: Run, other: Run): Transaction {
  const texts = one.captured.map(({ text }) => text);
  if (texts.join('\n') !== other.captured.map(({ text }) => text).join('\n'))
    throw new Error('two purchases sent different statements');
  if (!/^begin/i.test(texts[0] ?? '') || !/^commit/i.test(texts.at(-1) ?? ''))
    throw new Error(`one transaction was expected, not ${texts.join('\n')}`);
  const pendingIds = [one, other].map(pendingIdOf);
  const fresh = new Map<string, number>();
  const partOf = (text: string): Part => {
    const own = one.purchase.ids.indexOf(text);
    if (own !== -1) return { own };
    const number = fresh.get(text) ?? fresh.size;
    fresh.set(text, number);
    return { fresh: number, prefix: text.slice(0, text.indexOf('_')) as IdPrefix };
  };
  const valueOf = (value: unknown, twin: unknown): Value => {
    if (value === pendingIds[0]?.id && twin === pendingIds[1]?.id && value !== undefined)
      return { pending: true };
    if (typeof value === 'string' && value !== twin && anyId.test(value))
      return { parts: partsOf(value, String(twin)) };
    if (value === one.purchase.slot && twin === other.purchase.slot && value !== twin) return { slot: true };
    return { same: value };
  };
  // An id that both have alike, such as the merchant's, is no purchase's own.
  const partsOf = (value: string, twin: string): Part[] => {
    const twins = twin.split(anyId);
    return value
      .split(anyId)
      .map((part, index) => (index % 2 === 1 && part !== twins[index] ? partOf(part) : part));
  };
  const statements = one.captured.map(({ text, values }, index) => ({
    text,
    values: values.map((value, at) => valueOf(value, other.captured[index]?.values[at])),
  }));
  const needed = statements.some(({ values }) => values.some((value) => 'pending' in value));
  return { statements, pendingFrom: needed ? pendingIds[0]?.from : undefined };
}

/** The posting of an authorization is the only insert that answers with a number. */
function pendingIdOf({ captured }: Run): { id: bigint; from: number } | undefined {
  for (const [from, { text, response }] of captured.entries()) {
    const id = Array.isArray(response) ? (response[0] as { id?: unknown } | undefined)?.id : undefined;
    if (typeof id === 'bigint' && text.includes('ledger_transfers')) return { id, from };
  }
  return undefined;
}
