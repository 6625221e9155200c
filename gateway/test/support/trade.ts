import { randomUUID } from 'node:crypto';
import type { Morrow } from '@morrow/sdk-js/server';

/** An order that its merchant was told to exist. */
export type Bought = {
  id: string;
  reference: string;
  amount: number;
  /** When it was acknowledged, by performance.now(). */
  at: number;
};

export type Trade = {
  /** In the order of their acknowledgement. */
  bought: Bought[];
  /** How many were bought so far; throws what a request was refused with for good. */
  count(): number;
  /** Lets those who are buying end, whatever that takes; throws as `count` does. */
  end(): Promise<void>;
};

/**
 * Shoppers who buy one thing after the other, by checkouts. Each request is sent again under its key until it is answered, as
 * merchants' servers do. Everybody is a test person of their own, after `firstPerson`.
 */
export function startTrade(
  morrow: Morrow,
  { buyers, firstPerson }: { buyers: number; firstPerson: number },
): Trade {
  const bought: Bought[] = [];
  let person = firstPerson;
  const over = new AbortController();
  const buy = async (): Promise<void> => {
    while (!over.signal.aborted) {
      person += 1;
      bought.push(await buyOnce(morrow, person));
    }
  };
  const all = Promise.all(Array.from({ length: buyers }, buy));
  const refusals: unknown[] = [];
  all.catch((error: unknown) => refusals.push(error));
  return {
    bought,
    count() {
      if (refusals.length > 0) throw refusals[0];
      return bought.length;
    },
    async end() {
      over.abort();
      await all;
    },
  };
}

async function buyOnce(morrow: Morrow, person: number): Promise<Bought> {
  const patiently = () => ({ idempotencyKey: randomUUID(), keepTrying: true });
  const reference = `purchase-${person}`;
  const amount = 12_000;
  const { id: sessionId } = await morrow.checkoutSessions.create(
    {
      merchant_reference: reference,
      amount,
      currency: 'CNY',
      lines: [{ name: 'Tea', quantity: 1, unit_amount: amount, amount }],
      return_url: 'https://shop.example/return',
    },
    patiently(),
  );
  await morrow.sandbox.confirmSession(
    sessionId,
    { plan_code: 'pay_in_4', test_person: `good-${person}` },
    patiently(),
  );
  const { checkout_token } = await morrow.checkoutSessions.get(sessionId, { keepTrying: true });
  if (checkout_token === undefined) throw new Error(`${sessionId} has no token`);
  const { id } = await morrow.orders.authorize(
    { checkout_token, merchant_reference: reference, amount, currency: 'CNY' },
    patiently(),
  );
  return { id, reference, amount, at: performance.now() };
}
