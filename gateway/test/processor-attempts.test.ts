import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  claimAttempt,
  findAttempt,
  findOpenAttempts,
  settleAttempt,
  startAttempt,
} from '../src/processor/attempts.ts';
import { addPaymentMethod, findPaymentMethod, listPaymentMethods } from '../src/processor/payment-methods.ts';
import { createEnvironment, inside } from './support/events-world.ts';
import { begin, createShopper, processorHost, type ProcessorTestHost } from './support/processor-world.ts';

let database: TestDatabase;
let host: ProcessorTestHost;
let environmentId: string;
let shopperId: string;

beforeAll(async () => {
  database = await freshDatabase();
  host = processorHost(database.db);
  environmentId = await createEnvironment(host, 'sandbox');
  shopperId = await createShopper(host, environmentId);
});
afterAll(() => database.drop());

const card = (last4: string) => ({
  kind: 'card' as const,
  customer: 'cus_1',
  method: `pm_${last4}`,
  brand: 'visa',
  last4,
});
const add = (last4: string, owner = shopperId) =>
  inside(host, environmentId, (tx) => addPaymentMethod(tx, { shopperId: owner, saved: card(last4) }));
const refundOf = (target: string) =>
  begin(host, environmentId, { purpose: 'money_back', target, amount: 300n });
const claim = (id: string, environment = environmentId) =>
  inside(host, environment, (tx) => claimAttempt(tx, id));

describe('payment methods', () => {
  it('are listed for their owner, the newest first', async () => {
    const first = await add('4242');
    const second = await add('0005');
    await add('1111', await createShopper(host, environmentId));
    expect(await inside(host, environmentId, (tx) => listPaymentMethods(tx, shopperId))).toEqual([
      second,
      first,
    ]);
    expect(first).toMatchObject({ ...card('4242'), shopperId, status: 'active' });
  });

  it('are neither listed nor found once they are removed', async () => {
    const owner = await createShopper(host, environmentId);
    const { id } = await add('4242', owner);
    await database.db('payment_methods').where({ id }).update({ status: 'removed' });
    expect(await inside(host, environmentId, (tx) => listPaymentMethods(tx, owner))).toEqual([]);
    await expect(
      inside(host, environmentId, (tx) => findPaymentMethod(tx, { id, shopperId: owner })),
    ).rejects.toMatchObject({ code: 'not_found' });
  });

  it('are not found by another shopper or in another environment', async () => {
    const { id } = await add('4242');
    const stranger = await createShopper(host, environmentId);
    const elsewhere = await createEnvironment(host, 'sandbox');
    const find = (environment: string, owner: string) =>
      inside(host, environment, (tx) => findPaymentMethod(tx, { id, shopperId: owner }));
    expect(await find(environmentId, shopperId)).toMatchObject({ id });
    await expect(find(environmentId, stranger)).rejects.toMatchObject({ code: 'not_found' });
    await expect(find(elsewhere, shopperId)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('attempts', () => {
  it('keep what is asked, and belong to their environment', async () => {
    const id = await refundOf('pi_1');
    expect(await inside(host, environmentId, (tx) => findAttempt(tx, id))).toMatchObject({
      id,
      purpose: 'money_back',
      target: 'pi_1',
      paymentMethodId: null,
      amount: 300n,
      currency: 'CNY',
      status: 'pending',
      tries: 0,
    });
    const elsewhere = await createEnvironment(host, 'sandbox');
    await expect(claim(id, elsewhere)).rejects.toMatchObject({ code: 'not_found' });
  });

  it.each(['repayment', 'down_hold', 'down_capture', 'down_release', 'money_back', 'payout'] as const)(
    'at a %s need something to act on',
    async (purpose) => {
      const input = { purpose, subjectId: 'x', amount: 1n, currency: 'CNY' };
      await expect(inside(host, environmentId, (tx) => startAttempt(tx, input))).rejects.toThrow('acts on');
    },
  );

  it('go to one of those that claim them at once', async () => {
    const id = await refundOf('pi_1');
    const claims = await Promise.all(Array.from({ length: 6 }, () => claim(id)));
    expect(claims.filter((claimed) => claimed !== 'busy')).toMatchObject([{ id, tries: 1 }]);
  });

  it('that wait for a later time are neither found nor claimed before', async () => {
    const later = new Date(host.clock.now().getTime() + 60_000);
    const id = await inside(host, environmentId, (tx) =>
      startAttempt(tx, {
        purpose: 'payout',
        subjectId: 'po_1',
        amount: 1n,
        currency: 'CNY',
        target: 'acct_1',
        nextTryAt: later,
      }),
    );
    const open = async () => (await findOpenAttempts(host, { limit: 100 })).map(({ attemptId }) => attemptId);
    expect(await open()).not.toContain(id);
    expect(await claim(id)).toBe('busy');
    host.clock.advance(60_000);
    expect(await open()).toContain(id);
    expect(await claim(id)).toMatchObject({ id });
  });

  it('are settled only by the last who claimed them, and only once', async () => {
    const id = await refundOf('pi_1');
    const first = await claim(id);
    host.clock.advance(30_000);
    const second = await claim(id);
    if (typeof first === 'string' || typeof second === 'string') throw new Error('the lease did not end');
    const settle = (claimed: typeof first) =>
      inside(host, environmentId, (tx) =>
        settleAttempt(tx, claimed, { status: 'succeeded', reference: 're_1' }),
      );
    expect(await settle(first)).toBeUndefined();
    expect(await settle(second)).toMatchObject({ status: 'succeeded', processorReference: 're_1' });
    expect(await settle(second)).toBeUndefined();
    expect(await claim(id)).toBe('done');
  });

  it('that the processor has accepted keep its reference while they stay open', async () => {
    const id = await refundOf('pi_1');
    const claimed = await claim(id);
    if (typeof claimed === 'string') throw new Error(claimed);
    await inside(host, environmentId, (tx) =>
      settleAttempt(tx, claimed, { status: 'unknown', reference: 're_9' }),
    );
    const stored = await inside(host, environmentId, (tx) => findAttempt(tx, id));
    expect(stored).toMatchObject({ status: 'unknown', processorReference: 're_9' });
    expect(await claim(id)).toBe('busy');
  });

  it('are found up to a limit, those that wait longest first, and not where the environment has ended', async () => {
    const ended = await createEnvironment(host, 'sandbox');
    const id = await begin(host, ended, { purpose: 'payout', target: 'acct_1' });
    const all = await findOpenAttempts(host, { limit: 100 });
    expect(all).toContainEqual({ environmentId: ended, attemptId: id, purpose: 'payout' });
    expect(await findOpenAttempts(host, { limit: 1 })).toEqual(all.slice(0, 1));
    await database.db('environments').where({ id: ended }).update({ expires_at: host.clock.now() });
    expect(await findOpenAttempts(host, { limit: 100 })).not.toContainEqual(
      expect.objectContaining({ attemptId: id }),
    );
  });
});
