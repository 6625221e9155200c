import { cpus } from 'node:os';
import { newId } from '../../gateway/src/lib/ids.ts';
import { signedHeaders } from '../../gateway/test/support/sign.ts';
import { ordersByAgreement } from '../authorize/agreements.ts';
import { cpuOf } from '../authorize/cpu.ts';
import { drain } from '../authorize/load.ts';
import { openConnections, signOrder } from '../authorize/requests.ts';
import { openWorld, origin, type World } from '../authorize/world.ts';
import type { Measured } from './table.ts';

/**
 * As many before it is counted: V8 has then compiled what the gateway runs, statements are planned, and the pages that every
 * order touches are in the log as a whole.
 */
const warmUp = 6000;
/** Requests at once, so that orders that come together share a transaction. */
const underWay = 32;

type Reading = { node: number; postgres: number; wal: number; stored: Map<string, number> };

/** Authorizes and captures so many orders, each of another shopper, and counts what one of them cost. */
export async function measureOrders(
  orders: number,
  { signal, progress }: { signal: AbortSignal; progress: (text: string) => void },
): Promise<Measured> {
  progress('starting PostgreSQL and a gateway');
  const world = await openWorld();
  try {
    progress(`warming up with ${warmUp} orders`);
    const kind = await ordersByAgreement(world);
    await buy(world, await kind.prepare(warmUp), signal);
    const purchases = await kind.prepare(orders);
    // What the preparation wrote is not counted, and no page has to be in the log anew because of a checkpoint.
    await world.context.db.raw('vacuum analyze');
    progress(`counting over ${orders} orders`);
    const before = await read(world);
    await buy(world, purchases, signal);
    const after = await read(world);
    const each = (of: (reading: Reading) => number): number => (of(after) - of(before)) / orders;
    const grown = [...after.stored].map(([table, octets]): [string, number] => [
      table,
      (octets - (before.stored.get(table) ?? 0)) / orders,
    ]);
    return {
      orders,
      machine: cpus()[0]?.model ?? 'unknown',
      nodeMs: each(({ node }) => node),
      postgresMs: each(({ postgres }) => postgres),
      walOctets: each(({ wal }) => wal),
      storedOctets: Object.fromEntries(grown.filter(([, octets]) => octets >= 1)),
    };
  } finally {
    await world.close();
  }
}

type Purchases = Awaited<ReturnType<Awaited<ReturnType<typeof ordersByAgreement>>['prepare']>>;

/** Both requests of each purchase: the order, then the capture of all of it. */
async function buy(world: World, purchases: Purchases, signal: AbortSignal): Promise<void> {
  const { key, gateway, context, merchantId } = world;
  const connections = openConnections([gateway.address], underWay);
  const settings = { seconds: 600, signal };
  try {
    const authorizing = purchases.map((purchase) => signOrder(key, purchase));
    await drain(authorizing, connections.workers, settings);
    const open = await context
      .db('orders')
      .where({ merchant_id: merchantId, status: 'authorized' })
      .select<{ id: string }[]>('id');
    const capturing = open.map(({ id }) => {
      const path = `/v1/orders/${id}/captures`;
      const body = JSON.stringify({ reference: newId('req'), amount: 10_000 });
      const created = Math.floor(Date.now() / 1000);
      const idempotencyKey = newId('req');
      return {
        path,
        body,
        headers: signedHeaders({ method: 'POST', url: origin + path, body, key, created, idempotencyKey }),
      };
    });
    if (capturing.length !== purchases.length) throw new Error('an order was not authorized');
    await drain(capturing, connections.workers, settings);
  } finally {
    await connections.close();
  }
}

async function read({ context, gateway, postgresCpu }: World): Promise<Reading> {
  // The gateway writes what it noted of requests four times a second.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const { rows } = await context.db.raw<{ rows: { wal: string }[] }>(
    `select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::text as wal`,
  );
  const sizes = await context.db.raw<{ rows: { name: string; octets: string }[] }>(
    `select coalesce(i.inhparent::regclass::text, c.oid::regclass::text) as name, sum(pg_total_relation_size(c.oid))::text as octets
     from pg_class c left join pg_inherits i on i.inhrelid = c.oid
     where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace group by 1`,
  );
  return {
    node: cpuOf(gateway.pid) ?? Number.NaN,
    postgres: postgresCpu() ?? Number.NaN,
    wal: Number(rows[0]?.wal),
    stored: new Map(sizes.rows.map(({ name, octets }) => [name, Number(octets)])),
  };
}
