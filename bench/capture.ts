import { newId } from '../gateway/src/lib/ids.ts';
import { signedHeaders } from '../gateway/test/support/sign.ts';
import { openConnections, signOrder } from './authorize/requests.ts';
import { ordersByToken } from './authorize/sessions.ts';
import { origin, type World } from './authorize/world.ts';
import { replayBenchmark } from './replay/index.ts';

type Authorized = { path: string };

/** Orders of as many shoppers, authorized through the gateway as their merchant does it. */
async function prepare(
  world: World,
  { count, signal }: { count: number; signal: AbortSignal },
): Promise<Authorized[]> {
  const kind = await ordersByToken(world);
  const purchases = await kind.prepare(count);
  const connections = openConnections([world.gateway.address]);
  const left = purchases.toReversed();
  try {
    await Promise.all(
      connections.workers.map(async (authorize) => {
        for (let next = left.pop(); next !== undefined; next = left.pop()) {
          signal.throwIfAborted();
          await authorize(signOrder(world.key, next));
        }
      }),
    );
  } finally {
    await connections.close();
  }
  const orders = await world.context
    .db('orders')
    .where({ merchant_id: world.merchantId })
    .orderBy('id')
    .select<{ id: string }[]>('id');
  return orders.map(({ id }) => ({ path: `/v1/orders/${id}/captures` }));
}

/** A whole order is captured: the plan starts, the ledger posts, the settlement gets its lines, events are written. */
export const capture = replayBenchmark({
  plural: 'captures',
  prepare,
  toRequest({ path }: Authorized, { key }) {
    const body = JSON.stringify({ reference: newId('req'), amount: 10_000 });
    const created = Math.floor(Date.now() / 1000);
    const idempotencyKey = newId('req');
    const headers = signedHeaders({ method: 'POST', url: origin + path, body, key, created, idempotencyKey });
    return { method: 'POST', path, headers, body, status: 201 };
  },
  tables: [
    'captures',
    'ledger_transfers',
    'events',
    'settlement_lines',
    'processor_attempts',
    'idempotency_keys',
  ],
  notes: ['A capture is of a whole order that was bought in four parts, the first of which is due then.'],
});
