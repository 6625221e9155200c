import { Pool } from 'undici';
import { newId } from '../../gateway/src/lib/ids.ts';
import { signedHeaders, type SigningKey } from '../../gateway/test/support/sign.ts';
import type { Worker } from './load.ts';
import { type Purchase, purchaseHeader } from './purchases.ts';
import { concurrency, origin } from './world.ts';

export type SignedOrder = { path: string; headers: Record<string, string>; body: string };

/** The request that authorizes a purchase. It is good for five minutes. */
export function signOrder(
  key: SigningKey,
  { path, body: fields, ids, slot }: Purchase,
  kind = '',
): SignedOrder {
  const body = JSON.stringify(fields);
  const headers = signedHeaders({
    method: 'POST',
    url: origin + path,
    body,
    key,
    created: Math.floor(Date.now() / 1000),
    idempotencyKey: newId('req'),
    headers: { [purchaseHeader]: [kind, slot, ...ids].join(',') },
  });
  return { path, headers, body };
}

/**
 * Sends one after the other over connections that are kept, as many to each of the addresses; anything but a new order is an
 * error.
 */
export function openConnections(
  addresses: readonly string[],
  underWay = concurrency,
): { workers: Worker<SignedOrder>[]; close(): Promise<void> } {
  const connections = Math.ceil(underWay / addresses.length);
  const pools = addresses.map((address) => new Pool(address, { connections, pipelining: 1 }));
  const senderTo =
    (pool: Pool): Worker<SignedOrder> =>
    async ({ path, headers, body }) => {
      const response = await pool.request({ method: 'POST', path, headers, body });
      const text = await response.body.text();
      if (response.statusCode !== 201)
        throw new Error(`the gateway answered ${response.statusCode}: ${text}`);
    };
  return {
    workers: pools.flatMap((pool) => Array.from({ length: connections }, () => senderTo(pool))),
    close: async () => void (await Promise.all(pools.map((pool) => pool.close()))),
  };
}
