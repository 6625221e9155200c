import { Client } from 'pg';
import { newId } from '../../gateway/src/lib/ids.ts';
import { transact } from '../../gateway/src/lib/tx.ts';
import { createContext } from '../../gateway/src/context.ts';
import { liveEnvironmentId } from '../../gateway/src/merchants/environments.ts';
import { signedHeaders } from '../../gateway/test/support/sign.ts';
import { ordersByAgreement } from '../authorize/agreements.ts';
import type { PurchaseKind } from '../authorize/purchases.ts';
import { openConnections, signOrder } from '../authorize/requests.ts';
import { ordersByToken } from '../authorize/sessions.ts';
import { origin, type World } from '../authorize/world.ts';
import { serveCopy, type Serving } from '../replay/copies.ts';
import { openSender } from '../replay/send.ts';
import type { Template } from './fill.ts';
import { addedBetween, readAll } from './rows.ts';

/** Does one purchase whole, authorized and captured, and answers with all that it left behind. */
export async function makeTemplate(world: World, kind: PurchaseKind): Promise<Template> {
  const { key, gateway, merchantId } = world;
  const client = new Client({ connectionString: world.databaseUrl });
  await client.connect();
  const connections = openConnections([gateway.address]);
  const sender = openSender(gateway.address);
  try {
    const before = await readAll(client);
    for (const purchase of await kind.prepare(1)) await connections.workers[0]?.(signOrder(key, purchase));
    const { rows } = await client.query<{ id: string }>('select id from orders');
    const [order] = rows;
    if (!order || rows.length > 1) throw new Error('one order was expected');
    const path = `/v1/orders/${order.id}/captures`;
    const body = JSON.stringify({ reference: newId('req'), amount: 10_000 });
    const created = Math.floor(Date.now() / 1000);
    const idempotencyKey = newId('req');
    const headers = signedHeaders({ method: 'POST', url: origin + path, body, key, created, idempotencyKey });
    await sender.send({ method: 'POST', path, headers, body, status: 201 });
    return { ...addedBetween(before, await readAll(client)), merchantId };
  } finally {
    await sender.close();
    await connections.close();
    await client.end();
  }
}

/** The same gateway's world on one of the copies of its database. */
export async function worldOn(
  world: World,
  databaseUrl: string,
): Promise<{ world: World; serving: Serving }> {
  const serving = await serveCopy(world, databaseUrl);
  const context = createContext({ ...world.context.config, databaseUrl });
  const close = async (): Promise<void> => {
    await context.db.destroy();
    await serving.close();
  };
  return {
    serving: { ...serving, close },
    world: {
      ...world,
      context,
      databaseUrl,
      gateway: serving.gateway,
      inTx: (work) =>
        transact(context, { environmentId: liveEnvironmentId, actor: { kind: 'system', id: 'bench' } }, work),
      close,
    },
  };
}

/** Both ways to an order. */
export const openKinds = { agreement: ordersByAgreement, token: ordersByToken } as const;

export type KindName = keyof typeof openKinds;
