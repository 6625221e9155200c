import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestMethodName } from '../src/processor/test-methods.ts';
import { openShop, type Shop } from './support/shop.ts';
import { authorizedOrder, type Buyer, installmentsOf, lineOf, newBuyer, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

const secondMs = 1000;

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

type Collected = { shop: Shop; buyer: Buyer; planId: string };

/** An order over four installments of 20.00, captured on 1 March, whose first one was asked for at once. */
async function captured(method: TestMethodName): Promise<Collected> {
  const shop = await openShop(world);
  const buyer = await newBuyer(shop, method);
  const order = await authorizedOrder(shop, { amount: 8000, plan: 'pay_in_4', buyer });
  await ship(shop, order.id, 8000);
  return { shop, buyer, planId: order.plan_id };
}

type Repayment = { status: string; amount: bigint; failure_code: string | null; created_at: Date };

const repaymentsOf = ({ planId }: Collected): Promise<Repayment[]> =>
  world
    .db('repayments')
    .where({ plan_id: planId })
    .orderBy('id')
    .select('status', 'amount', 'failure_code', 'created_at');
const statusesOf = async ({ shop, planId }: Collected) =>
  (await installmentsOf(shop, planId)).map(({ status }) => status);
/** The dates, in Shanghai, on which the card was asked. */
const datesOf = async (collected: Collected) =>
  (await repaymentsOf(collected)).map(({ created_at }) =>
    new Date(created_at.getTime() + 8 * 3_600_000).toISOString().slice(0, 10),
  );

/** What the processor has taken of this shop's cards for repayments, one amount for each charge. */
async function chargesOf({ shop }: Collected): Promise<number[]> {
  const rows = await world
    .db('mock_processor.objects')
    .where({ kind: 'payment_intent' })
    .whereRaw("object->'metadata'->>'environment_id' = ? and (object->>'amount_received')::int > 0", [
      shop.environmentId,
    ])
    .orderBy('number')
    .select<{ object: { amount_received: number } }[]>('object');
  return rows.map(({ object }) => object.amount_received);
}

describe('collection', () => {
  it('asks a card that is always declined on the collection days and not in between', async () => {
    const collected = await captured('declined');
    const { shop, buyer } = collected;
    expect(await repaymentsOf(collected)).toMatchObject([
      { status: 'failed', amount: 2000n, failure_code: 'generic_decline' },
    ]);
    expect(await statusesOf(collected)).toEqual(['due', 'scheduled', 'scheduled', 'scheduled']);
    await shop.advance(13);
    expect(await statusesOf(collected)).toEqual(['overdue', 'scheduled', 'scheduled', 'scheduled']);
    // Due on the 1st; asked again 1, 3 and 7 days later.
    expect(await datesOf(collected)).toEqual(['2026-03-01', '2026-03-02', '2026-03-04', '2026-03-08']);
    await shop.advance(1);
    // The second installment falls due 14 days after the first, which is a collection day of both.
    expect((await repaymentsOf(collected)).at(-1)).toMatchObject({ amount: 4000n, status: 'failed' });
    expect(await lineOf(shop, buyer.shopperId)).toEqual({ held: 0n, used: 8000n });
    expect(await chargesOf(collected)).toEqual([]);
    const plan = await shop.get<{ installments: { days_past_due: number }[] }>(
      `/v1/plans/${collected.planId}`,
    );
    expect(plan.installments.map((item) => item.days_past_due)).toEqual([14, 0, 0, 0]);
    await shop.expectSoundBooks();
  });

  it('succeeds on the next collection day with a card that had no money once', async () => {
    const collected = await captured('insufficient_funds_once');
    expect(await repaymentsOf(collected)).toMatchObject([{ failure_code: 'insufficient_funds' }]);
    await collected.shop.advance(1);
    expect(await datesOf(collected)).toEqual(['2026-03-01', '2026-03-02']);
    expect(await repaymentsOf(collected)).toMatchObject([
      { status: 'failed' },
      { status: 'succeeded', amount: 2000n },
    ]);
    expect(await statusesOf(collected)).toEqual(['paid', 'scheduled', 'scheduled', 'scheduled']);
    expect(await chargesOf(collected)).toEqual([2000]);
  });

  it('collects everything that is overdue with what falls due, and splits it earliest first', async () => {
    const collected = await captured('declined');
    const { shop, buyer } = collected;
    await shop.advance(13);
    const ok = await newBuyer(shop);
    // The shopper's card works again.
    const { processor_customer, processor_method } = await world
      .db('payment_methods')
      .where({ id: ok.paymentMethodId })
      .first();
    await world
      .db('payment_methods')
      .where({ id: buyer.paymentMethodId })
      .update({ processor_customer, processor_method });
    await shop.advance(1);
    expect(await chargesOf(collected)).toEqual([4000]);
    expect(await statusesOf(collected)).toEqual(['paid', 'paid', 'scheduled', 'scheduled']);
    const parts = await world
      .db('repayment_allocations')
      .where({ plan_id: collected.planId })
      .orderBy('installment_number')
      .select('installment_number', 'amount');
    expect(parts).toEqual([
      { installment_number: 1, amount: 2000n },
      { installment_number: 2, amount: 2000n },
    ]);
  });

  it('charges once when the answer is lost, and finds the charge by looking', async () => {
    const collected = await captured('answer_lost');
    expect(await repaymentsOf(collected)).toMatchObject([{ status: 'pending' }]);
    await world.runAttempts();
    expect(await repaymentsOf(collected)).toMatchObject([{ status: 'pending' }]);
    world.passMs(5 * secondMs);
    await world.runAttempts();
    expect(await repaymentsOf(collected)).toMatchObject([{ status: 'succeeded' }]);
    expect(await chargesOf(collected)).toEqual([2000]);
    await collected.shop.expectSoundBooks();
  });

  it('on the clock resolves a lost answer before its date is over, without waiting by the wall', async () => {
    const collected = await captured('answer_lost');
    await collected.shop.advance(43);
    expect(await chargesOf(collected)).toEqual([2000, 2000, 2000, 2000]);
    expect(await statusesOf(collected)).toEqual(['paid', 'paid', 'paid', 'paid']);
    expect(await datesOf(collected)).toEqual(['2026-03-01', '2026-03-15', '2026-03-29', '2026-04-12']);
    const finished = await world.db('repayments').where({ plan_id: collected.planId }).orderBy('id');
    expect(finished.map((row) => row.finished_at)).toEqual(finished.map((row) => row.created_at));
    const { rows } = await world.db.raw(
      "select count(*)::int as overdue from events where environment_id = ? and type = 'installment.overdue'",
      [collected.shop.environmentId],
    );
    expect(rows[0].overdue).toBe(0);
    await collected.shop.expectSoundBooks();
  });

  it('asks again under the same key when nobody answered, and charges once', async () => {
    const collected = await captured('timeout');
    expect(await chargesOf(collected)).toEqual([]);
    expect(await repaymentsOf(collected)).toMatchObject([{ status: 'pending' }]);
    await collected.shop.advance(1);
    expect(await chargesOf(collected)).toEqual([2000]);
    expect(await repaymentsOf(collected)).toMatchObject([{ status: 'succeeded' }]);
    expect(await statusesOf(collected)).toEqual(['paid', 'scheduled', 'scheduled', 'scheduled']);
  });
});
