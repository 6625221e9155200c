import { expect } from 'vitest';
import { checkBooks } from '../../src/ledger/check-books.ts';
import { newId } from '../../src/lib/ids.ts';
import { importMerchantKey } from '../../src/lib/jwk.ts';
import { type Tx, transact } from '../../src/lib/tx.ts';
import { expectMatchesContract } from './contract.ts';
import { generateKey, signedHeaders, type SigningKey } from './sign.ts';
import { origin, type World } from './world.ts';

export type ShopInput = {
  name?: string;
  allowed_origins?: string[];
  currency?: string;
  category?: string;
  country?: string;
  subsidies?: Record<string, number>;
  first_part?: 'capture' | 'checkout';
  fee_basis_points?: number;
  fee_fixed?: number;
  clock?: string;
  time_zone?: string;
};

export type CallOptions = { key?: SigningKey; idempotencyKey?: string };

export type Answer = { status: number; body: unknown; replayed: boolean };

/** A problem document, as far as tests look at it. */
export type Problem = {
  code: string;
  status: number;
  errors?: { pointer: string; code: string }[];
  [extra: string]: unknown;
};

type Sandbox = {
  id: string;
  clock: { now: string; moving: boolean };
  merchant: { id: string; key_id: string };
};

/** Where the sandboxes' clocks stand at first: the morning of 1 March in Shanghai. */
export const sandboxStart = '2026-03-01T01:00:00.000Z';

/** A problem says something wherever it says anything; only the pointer to a whole body is empty. */
function expectTells(problem: unknown): void {
  const text = JSON.stringify(problem);
  expect(text.replaceAll('"pointer":""', '')).not.toMatch(/[:,[]""/);
}

/** Signs and sends one request, and checks the answer against the contract. */
export async function call(
  world: World,
  key: SigningKey,
  method: string,
  path: string,
  body?: unknown,
  { idempotencyKey = newId('req') }: CallOptions = {},
): Promise<Answer> {
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const headers = signedHeaders({
    method,
    url: origin + path,
    created: Math.floor(world.clock.at.getTime() / 1000),
    key,
    ...(text !== undefined && { body: text }),
    ...(method !== 'GET' && { idempotencyKey }),
  });
  const response = await fetch(world.address + path, {
    method,
    headers,
    ...(text !== undefined && { body: text }),
  });
  const answer: unknown = await response.json();
  expectMatchesContract(world.document, method, path, response.status, answer);
  if (response.status >= 400) expectTells(answer);
  return {
    status: response.status,
    body: answer,
    replayed: response.headers.get('idempotency-replayed') === 'true',
  };
}

/** Opens a sandbox by a request that is signed with the key it registers. */
export async function openShop(world: World, input: ShopInput = {}) {
  const { algorithm, privateKey, jwk } = generateKey('ed25519');
  const signer = { algorithm, privateKey };
  const created = await call(
    world,
    { ...signer, keyid: importMerchantKey(jwk).kid },
    'POST',
    '/v1/sandboxes',
    {
      name: 'Tea House',
      jwk,
      allowed_origins: ['https://shop.example'],
      clock: sandboxStart,
      ...input,
    },
  );
  expect(created.status).toBe(201);
  const sandbox = created.body as Sandbox;
  const key: SigningKey = { ...signer, keyid: sandbox.merchant.key_id };
  const environmentId = sandbox.id;

  const send = (method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<Answer> =>
    call(world, options.key ?? key, method, path, body, options);

  async function succeed<T>(method: string, path: string, body?: unknown, options?: CallOptions): Promise<T> {
    const answer = await send(method, path, body, options);
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    return answer.body as T;
  }

  const inTx = <T>(work: (tx: Tx) => Promise<T>, access: 'read' | 'write' = 'write'): Promise<T> =>
    transact(world.context, { environmentId, actor: { kind: 'system', id: 'test' }, access }, work);

  const shop = {
    world,
    key,
    environmentId,
    merchantId: sandbox.merchant.id,
    currency: input.currency ?? 'CNY',
    send,
    get: <T>(path: string) => succeed<T>('GET', path),
    post: <T>(path: string, body?: unknown, options?: CallOptions) => succeed<T>('POST', path, body, options),
    /** The problem with which a request is refused. */
    async refusal(method: string, path: string, body?: unknown, options?: CallOptions): Promise<Problem> {
      const answer = await send(method, path, body, options);
      expect(answer.status, JSON.stringify(answer.body)).toBeGreaterThanOrEqual(400);
      return answer.body as Problem;
    },
    inTx,
    /** Moves the sandbox's clock so many days on, in as many requests as that takes. */
    async advance(days: number): Promise<void> {
      const { clock } = await succeed<Sandbox>('GET', '/v1/sandbox');
      const start = new Date(clock.now).getTime();
      for (let walked = 0; walked < days; walked += 31) {
        const to = new Date(start + Math.min(days, walked + 31) * 86_400_000).toISOString();
        let moving = true;
        // Asked again, a clock goes on whose request did not wait for it on a busy machine.
        while (moving) {
          const { clock } = await succeed<Sandbox>('POST', '/v1/sandbox/clock/advance', { to });
          moving = clock.moving;
        }
      }
    },
    /** Fails unless every invariant of the books holds; returns how many objects each was checked on. */
    async expectSoundBooks(): Promise<Record<string, number>> {
      const invariants = await inTx(checkBooks, 'read');
      expect(invariants.flatMap(({ name, broken }) => broken.map((breach) => ({ name, ...breach })))).toEqual(
        [],
      );
      return Object.fromEntries(invariants.map(({ name, checked }) => [name, checked]));
    },
  };
  return shop;
}

export type Shop = Awaited<ReturnType<typeof openShop>>;
