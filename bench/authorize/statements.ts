import { apiRoutes } from '../../gateway/src/api/index.ts';
import { createApp } from '../../gateway/src/http/app.ts';
import { createKeys } from '../../gateway/src/http/keys.ts';
import { listen } from '../../gateway/src/http/listen.ts';
import { newId, type IdPrefix } from '../../gateway/src/lib/ids.ts';
import { openConnections, signOrder } from './requests.ts';
import type { Confirmed } from './sessions.ts';
import type { World } from './world.ts';

type Query = { sql: string; bindings: readonly unknown[]; __knexTxId?: string };
type Captured = { text: string; values: readonly unknown[]; response?: unknown };

/** The statements of one authorization, BEGIN and COMMIT included, with what tells its values from another one's. */
export type Transaction = {
  texts: readonly string[];
  /** The values for this session: its ids where the captured session's were, and new ids for what is created. */
  valuesFor: (session: Confirmed) => unknown[][];
  /** The statement that answers with the id of the pending transfer, for which `transferId` stands in later values. */
  transferFrom: number;
};

/** To be replaced by what the database answered. */
export const transferId = Symbol('the id of the pending transfer');

const anyId = /[a-z]+_[0-9a-f]{32}/g;

/**
 * Sends the request for `session` through a gateway in this process and keeps the SQL it sends to the database.
 * The one for `before` comes first, because it reads the merchant's key, which is then remembered.
 */
export async function captureTransaction(
  world: World,
  [before, session]: readonly [Confirmed, Confirmed],
): Promise<Transaction> {
  const { context, key, merchantId } = world;
  const app = createApp(context, {
    routes: apiRoutes(context.config),
    findKey: createKeys(context).find,
  });
  const server = await listen(app, { host: '127.0.0.1', port: 0 });
  const connections = openConnections(`http://127.0.0.1:${server.port}`);
  const captured: Captured[] = [];
  const onQuery = ({ sql, bindings }: Query) => void captured.push({ text: sql, values: bindings ?? [] });
  const onResponse = (response: unknown) => {
    const last = captured.at(-1);
    if (last) last.response = response;
  };
  try {
    await connections.workers[0]?.(signOrder(key, before));
    context.db.on('query', onQuery).on('query-response', onResponse);
    await connections.workers[0]?.(signOrder(key, session));
  } finally {
    context.db.off('query', onQuery).off('query-response', onResponse);
    await connections.close();
    await server.close();
  }
  const [funder] = await context.db<{ id: string }>('funders').select('id');
  const order = await context
    .db<{ pending_transfer_id: bigint; checkout_session_id: string }>('orders')
    .where({ checkout_session_id: session.sessionId })
    .first('pending_transfer_id');
  if (!funder || !order) throw new Error('the captured request made no order');
  return toTransaction(captured, {
    session,
    shared: new Set([merchantId, funder.id]),
    pending: order.pending_transfer_id,
  });
}

function toTransaction(
  captured: readonly Captured[],
  template: { session: Confirmed; shared: ReadonlySet<string>; pending: bigint },
): Transaction {
  if (!/^begin/i.test(captured[0]?.text ?? '') || !/^commit/i.test(captured.at(-1)?.text ?? '')) {
    throw new Error(`one transaction was expected, not ${captured.map(({ text }) => text).join('\n')}`);
  }
  const transferFrom = captured.findIndex(
    ({ response }) => Array.isArray(response) && (response[0] as { id?: unknown })?.id === template.pending,
  );
  if (transferFrom === -1) throw new Error('no statement answered with the id of the pending transfer');
  const idsOf = ({ sessionId, shopperId, holdId, methodId, reference }: Confirmed): string[] => [
    sessionId,
    shopperId,
    holdId,
    methodId,
    reference,
  ];
  return {
    texts: captured.map(({ text }) => text),
    transferFrom,
    valuesFor(session) {
      const own = idsOf(session);
      const ids = new Map(idsOf(template.session).map((id, index) => [id, own[index] ?? id]));
      const idFor = (id: string): string => {
        if (template.shared.has(id)) return id;
        const known = ids.get(id) ?? newId(id.slice(0, id.indexOf('_')) as IdPrefix);
        ids.set(id, known);
        return known;
      };
      const valueFor = (value: unknown): unknown => {
        if (value === template.pending) return transferId;
        return typeof value === 'string' ? value.replaceAll(anyId, idFor) : value;
      };
      return captured.map(({ values }) => values.map(valueFor));
    },
  };
}
