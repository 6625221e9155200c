import { Pool } from 'undici';
import { newId } from '../../gateway/src/lib/ids.ts';
import { signedHeaders, type SigningKey } from '../../gateway/test/support/sign.ts';
import type { Worker } from './load.ts';
import type { Confirmed } from './sessions.ts';
import { concurrency, origin } from './world.ts';

const path = '/v1/orders';

export type SignedOrder = { headers: Record<string, string>; body: string };

/** The request that authorizes a session. It is good for five minutes. */
export function signOrder(key: SigningKey, session: Confirmed): SignedOrder {
  const body = JSON.stringify(session.body);
  const headers = signedHeaders({
    method: 'POST',
    url: origin + path,
    body,
    key,
    created: Math.floor(Date.now() / 1000),
    idempotencyKey: newId('req'),
  });
  return { headers, body };
}

/** Sends one after the other over connections that are kept; anything but a new order is an error. */
export function openConnections(address: string): { workers: Worker<SignedOrder>[]; close(): Promise<void> } {
  const pool = new Pool(address, { connections: concurrency, pipelining: 1 });
  const send: Worker<SignedOrder> = async ({ headers, body }) => {
    const response = await pool.request({ method: 'POST', path, headers, body });
    const text = await response.body.text();
    if (response.statusCode !== 201) throw new Error(`the gateway answered ${response.statusCode}: ${text}`);
  };
  return { workers: Array.from({ length: concurrency }, () => send), close: () => pool.close() };
}
