import { purchaseAmount } from './known.ts';

/** Calls the gateway as the main merchant; what is refused throws. */
export type Own = <T>(method: string, path: string, body?: unknown) => Promise<T>;

/** Ids and texts by the kind that placeholders name. */
export type Pools = Record<string, string[]>;

export type Named = { id: string };
type Session = Named & { merchant_reference: string; checkout_token: string };
type Order = Named & { plan_id: string };

let people = 0;

export function openCheckout(own: Own, reference: string, amount = purchaseAmount): Promise<Session> {
  return own('POST', '/v1/checkout-sessions', {
    merchant_reference: reference,
    amount,
    currency: 'CNY',
    lines: [{ name: 'Tea', quantity: 1, unit_amount: amount, amount }],
    return_url: 'https://shop.example/return',
  });
}

async function confirm(own: Own, reference: string, plan: string, method = 'ok'): Promise<Session> {
  const { id } = await openCheckout(own, reference);
  people = (people % 900_000) + 1;
  const body = { plan_code: plan, test_person: `good-${people}`, test_method: method };
  return own('POST', `/v1/sandbox/checkout-sessions/${id}/confirm`, body);
}

async function order(own: Own, pools: Pools, session: Session): Promise<string> {
  const { checkout_token, merchant_reference, id } = session;
  const body = { checkout_token, merchant_reference, amount: purchaseAmount, currency: 'CNY' };
  const made = await own<Order>('POST', '/v1/orders', body);
  (pools.ord ??= []).push(made.id);
  (pools.pln ??= []).push(made.plan_id);
  (pools.cs ??= []).push(id);
  return made.id;
}

const ship = (own: Own, id: string, amount: number): Promise<unknown> =>
  own('POST', `/v1/orders/${id}/captures`, { reference: 'shipment-1', amount });

/** Orders of a month ago: some are paid as agreed, and some cannot be collected. */
export async function sellEarly(own: Own, pools: Pools): Promise<void> {
  for (const [index, plan] of ['pay_in_4', 'pay_after', 'pay_in_3'].entries()) {
    await ship(own, await order(own, pools, await confirm(own, `early-${index}`, plan)), purchaseAmount);
  }
  for (const index of [1, 2]) {
    const session = await confirm(own, `unpaid-${index}`, 'pay_after', 'insufficient_funds');
    await ship(own, await order(own, pools, session), purchaseAmount);
  }
  await own('POST', '/v1/sandbox/clock/advance', { to: '2026-03-31T01:00:00.000Z' });
  await own('POST', '/v1/sandbox/clock/advance', { to: '2026-04-05T01:00:00.000Z' });
}

/** Sessions that are open, confirmed and spent; orders that are shipped, refunded, voided and sent back. */
export async function sellNow(own: Own, pools: Pools): Promise<void> {
  const open: Session[] = [];
  for (let index = 0; index < 4; index += 1) open.push(await openCheckout(own, `open-${index}`));
  pools.paired_session = open.map(({ id }) => id);
  pools.client_token = [];
  for (const { id } of open) {
    const { token } = await own<{ token: string }>('POST', `/v1/checkout-sessions/${id}/client-token`);
    pools.client_token.push(token);
  }
  const ids: string[] = [];
  for (const [index, plan] of [
    'pay_in_4',
    'pay_after',
    'pay_in_3',
    'pay_in_4',
    'pay_in_3',
    'pay_in_4',
  ].entries()) {
    ids.push(await order(own, pools, await confirm(own, `sold-${index}`, plan)));
  }
  const unspent: Session[] = [];
  for (let index = 0; index < 4; index += 1) unspent.push(await confirm(own, `unspent-${index}`, 'pay_in_4'));
  pools.token = unspent.map((session) => session.checkout_token);
  pools.token_reference = unspent.map((session) => session.merchant_reference);
  pools.cs = [...open.map(({ id }) => id), ...unspent.map(({ id }) => id), ...(pools.cs ?? [])];
  pools.ret = [];
  for (const [index, id] of ids.slice(0, 4).entries())
    await ship(own, id, index % 2 === 0 ? purchaseAmount : 4_000);
  for (const id of ids.slice(0, 2)) {
    await own('POST', `/v1/orders/${id}/refunds`, { reference: 'return-1', amount: 500 });
    const back = { reference: 'back-1', amount: 1_000, reason: 'damaged' };
    pools.ret.push((await own<Named>('POST', `/v1/orders/${id}/returns`, back)).id);
  }
  pools.disputable = ids.slice(2, 4);
  await own('POST', `/v1/orders/${ids[5]}/void`);
}
