import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from '@morrow/db';
import { appealAgainst } from '../../gateway/src/appeals/appeal.ts';
import { type Tx, transact, type TxHost } from '../../gateway/src/lib/tx.ts';
import { approve } from '../../gateway/test/support/agreements.ts';
import type { Shop } from '../../gateway/test/support/shop.ts';
import type { NewKey, Objects } from './build.ts';
import { call, makeKey, type Opened, openSandbox, proofOf, send, type Target } from './client.ts';
import { type Named, openCheckout, type Own, type Pools, sellEarly, sellNow } from './selling.ts';

/** What the objects are prepared with: the gateway over HTTP, and its database for what only shoppers can do. */
export type Workshop = Target & {
  host: TxHost;
  /** An address that webhooks may go to. */
  hook: string;
};

/** Prepared sandboxes with some of every kind of object. `books` are the ones whose books and feeds have to be sound. */
export type Prepared = { objects: Objects; books: Opened[] };

type List = { data: Named[]; next_cursor?: string | null };

/** Keys that are not registered: all that a merchant may have. */
export function makeKeys(): NewKey[] {
  const algorithms = [
    'ed25519',
    'ed25519',
    'ed25519',
    'ed25519',
    'ed25519',
    'ecdsa-p256-sha256',
    'rsa-pss-sha512',
    'rsa-v1_5-sha256',
  ] as const;
  return algorithms.map(makeKey);
}

/** Opens three sandboxes and fills the main one. */
export async function prepareObjects(shop: Workshop, newKeys: readonly NewKey[]): Promise<Prepared> {
  const [main, stranger, spare] = await Promise.all(
    ['Main', 'Stranger', 'Spare'].map((name) => openSandbox(shop, name)),
  );
  if (!main || !stranger || !spare) throw new Error('no sandbox was opened');
  const pools: Pools = {
    pub: [main.publishableKey],
    hook: [shop.hook],
    mer: [main.merchantId],
    sbx: [main.id],
  };
  const own = <T>(method: string, path: string, body?: unknown): Promise<T> =>
    call<T>(shop, main.key, method, path, body);
  await sellEarly(own, pools);
  await sellNow(own, pools);
  await sellByAgreement(shop, main, own, pools);
  await complain(shop, main, own, pools);
  await registerMore(shop, main, own, pools);
  await breakSpare(shop, spare, pools);
  await readLists(own, pools);
  pools.rep = await shop.host.db('repayments').where({ environment_id: main.id }).pluck('id');
  const funders = await funderKeys(shop, { main, stranger, spare });
  const objects: Objects = {
    origin: shop.origin,
    merchants: { main: main.key, stranger: stranger.key, spare: spare.key },
    funders,
    newKeys,
    pools,
    prove: (key) => proofOf(key, shop, main.merchantId),
  };
  return { objects, books: [main, stranger] };
}

/** Two agreements, the first of which its shopper has switched on, with an order. */
async function sellByAgreement(shop: Workshop, main: Opened, own: Own, pools: Pools): Promise<void> {
  const body = (reference: string) => ({
    merchant_reference: reference,
    description: 'Bicycles by the hour',
    currency: 'CNY',
    order_ceiling: 20_000,
    day_ceiling: 400_000,
    month_ceiling: 600_000,
    charge_after_days: 0,
    return_url: 'https://shop.example/agreed',
  });
  const active = await own<Named>('POST', '/v1/agreements', body('customer-1'));
  const open = await own<Named>('POST', '/v1/agreements', body('customer-2'));
  // Switching one on takes a browser and a passkey; here, the domain is told what the page would tell it.
  const method = await shop.host
    .db<{ id: string; shopper_id: string; environment_id: string }>('payment_methods')
    .where({ environment_id: main.id })
    // Who came last is not one of those who cannot pay.
    .orderBy('id', 'desc')
    .first('id', 'shopper_id');
  if (!method) throw new Error('nobody has a payment method');
  await approve({ inTx: inTx(shop, main) } as Shop, active.id, {
    shopperId: method.shopper_id,
    paymentMethodId: method.id,
  });
  const order = { merchant_reference: 'ride-1', amount: 1_000, currency: 'CNY' };
  pools.ord?.push((await own<Named>('POST', `/v1/agreements/${active.id}/orders`, order)).id);
  pools.agr = [active.id, open.id];
}

function inTx({ host }: Workshop, { id }: Opened) {
  return <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
    transact(host, { environmentId: id, actor: { kind: 'system', id: 'fuzz' } }, work);
}

/** Disputes with a file, and an appeal against a decline. */
async function complain(shop: Workshop, main: Opened, own: Own, pools: Pools): Promise<void> {
  pools.dsp = [];
  for (const id of pools.disputable ?? []) {
    const body = { reason: 'damaged', text: 'It was broken.' };
    pools.dsp.push((await own<Named>('POST', `/v1/sandbox/orders/${id}/dispute`, body)).id);
  }
  const file = `/v1/disputes/${pools.dsp[0]}/evidence-files?name=a.txt`;
  pools.evi = [(await call<Named>(shop, main.key, 'POST', file, 'It was sent.', 'text/plain')).id];
  const { id } = await openCheckout(own, 'too-much', 100_000_000);
  await send(shop, main.key, 'POST', `/v1/sandbox/checkout-sessions/${id}/confirm`, {
    plan_code: 'pay_in_4',
    test_person: 'good-1',
  });
  const declined = await shop.host
    .db<{ id: string; shopper_id: string; environment_id: string; decision: string; created_at: Date }>(
      'assessments',
    )
    .where({ environment_id: main.id })
    .orderBy('id', 'desc')
    .first('id', 'shopper_id');
  if (!declined) throw new Error('nothing was decided');
  const appealed = await inTx(
    shop,
    main,
  )((tx) => appealAgainst(tx, { assessmentId: declined.id, shopperId: declined.shopper_id }));
  pools.apl = appealed.outcome === 'refused' ? [] : [appealed.appeal.id];
}

/** Endpoints and further keys. */
async function registerMore(shop: Workshop, main: Opened, own: Own, pools: Pools): Promise<void> {
  pools.whe = [];
  for (const type of ['*', '*', 'order.captured', 'refund.created']) {
    const body = { url: shop.hook, event_types: [type] };
    pools.whe.push((await own<Named>('POST', '/v1/webhook-endpoints', body)).id);
  }
  pools.kid = [];
  for (const algorithm of ['ed25519', 'ecdsa-p256-sha256'] as const) {
    const key = makeKey(algorithm);
    const body = { jwk: key.jwk, scopes: ['read'], proof: proofOf(key, shop, main.merchantId) };
    const { status } = await send(shop, main.key, 'POST', '/v1/keys', body);
    if (status === 201) pools.kid.push(key.signing.keyid);
  }
}

async function breakSpare(shop: Workshop, spare: Opened, pools: Pools): Promise<void> {
  const fault = await call<Named>(shop, spare.key, 'POST', '/v1/sandbox/faults', {
    kind: 'card_declines',
    times: 1,
  });
  pools.flt = [fault.id];
}

const lists: Record<string, string> = {
  stl: '/v1/settlements',
  po: '/v1/payouts',
  evt: '/v1/events',
  ord: '/v1/orders',
  cs: '/v1/checkout-sessions',
  ret: '/v1/returns',
};

/** What came by itself, once it has come, and cursors of lists. */
async function readLists(own: Own, pools: Pools): Promise<void> {
  pools.cursor = [];
  for (const [kind, path] of Object.entries(lists)) {
    const { data } = await eventually(() => own<List>('GET', `${path}?limit=20`));
    pools[kind] ??= data.map(({ id }) => id);
    const { next_cursor: cursor } = await own<List>('GET', `${path}?limit=1`);
    if (typeof cursor === 'string') pools.cursor.push(cursor);
  }
}

async function eventually(read: () => Promise<List>): Promise<List> {
  for (let tries = 0; ; tries += 1) {
    const list = await read();
    if (list.data.length > 0) return list;
    if (tries === 100) throw new Error('the worker did nothing for 10 s');
    await sleep(100);
  }
}

/** A key for a funder of each sandbox. */
async function funderKeys(
  shop: Workshop,
  opened: Record<'main' | 'stranger' | 'spare', Opened>,
): Promise<Objects['funders']> {
  const entries = await Promise.all(
    Object.entries(opened).map(async ([name, { id, key }]) => {
      const { signing, jwk } = makeKey('ed25519');
      const funder = await firstFunder(shop.host.db, id);
      const { status } = await send(shop, key, 'POST', '/v1/sandbox/funder-keys', { funder, jwk });
      return [
        name,
        { ...signing, keyid: status === 201 ? `${funder}/${signing.keyid}` : signing.keyid },
      ] as const;
    }),
  );
  return Object.fromEntries(entries) as Objects['funders'];
}

async function firstFunder(db: Knex, environmentId: string): Promise<string> {
  const funder = await db('funders').where({ environment_id: environmentId }).first('id');
  return String(funder?.id);
}
