import { newId } from '../../gateway/src/lib/ids.ts';
import { generateKey, signedHeaders } from '../../gateway/test/support/sign.ts';
import { currency, origin, type World } from '../authorize/world.ts';
import type { Sent } from '../replay/send.ts';

const amount = 10_000;
/** Somebody whom the gateway does not know, under another name each time. */
const stranger = generateKey('ed25519');

const addressOf = (turn: number): string => [10, (turn >> 16) & 255, (turn >> 8) & 255, turn & 255].join('.');

/**
 * Requests in turn that nothing is alike in: what a process remembers by key, address, page or Idempotency-Key and never
 * forgets shows by them. Nothing is read of what others wrote, so that none of them gets slower.
 */
export function requestAt({ key }: World, turn: number): Sent {
  const headers = { 'x-forwarded-for': addressOf(turn) };
  const created = Math.floor(Date.now() / 1000);
  const kinds = [
    () => openCheckout({ key, created, headers }),
    () => {
      const path = '/v1/orders?limit=1';
      const signed = signedHeaders({ method: 'GET', url: origin + path, key, created });
      return { method: 'GET', path, headers: { ...signed, ...headers }, status: 200 } as const;
    },
    () => {
      const path = '/v1/orders?limit=1';
      const keyid = `${newId('mer')}/${newId('req')}`;
      const unknown = { keyid, algorithm: stranger.algorithm, privateKey: stranger.privateKey };
      const signed = signedHeaders({ method: 'GET', url: origin + path, key: unknown, created });
      return { method: 'GET', path, headers: { ...signed, ...headers }, status: 401 } as const;
    },
    () =>
      ({
        method: 'GET',
        path: `/c/${'a'.repeat(10)}${newId('req').slice(-12)}`,
        headers,
        status: 404,
      }) as const,
  ];
  return kinds[turn % kinds.length]!();
}

function openCheckout(by: { key: World['key']; created: number; headers: Record<string, string> }): Sent {
  const path = '/v1/checkout-sessions';
  const body = JSON.stringify({
    merchant_reference: newId('req'),
    amount,
    currency,
    lines: [{ name: 'Tea set', quantity: 1, unit_amount: amount, amount }],
    return_url: 'https://shop.example/return',
  });
  const { key, created } = by;
  const idempotencyKey = newId('req');
  const signed = signedHeaders({ method: 'POST', url: origin + path, body, key, created, idempotencyKey });
  return { method: 'POST', path, headers: { ...signed, ...by.headers }, body, status: 201 };
}
