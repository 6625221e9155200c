import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import nock from 'nock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../src/lib/ids.ts';
import { mountMockProcessor } from '../src/processor/mock/mount.ts';
import type { MethodRequest, Processor, SavedMethod, TargetRequest } from '../src/processor/port.ts';
import { createProcessors } from '../src/processor/processors.ts';
import { failingPayoutAccount, testMethods } from '../src/processor/test-methods.ts';

const startedAt = new Date();
const environmentId = 'sbx_test';

let database: TestDatabase;
let unmount: () => void;
let processor: Processor;

beforeAll(async () => {
  database = await freshDatabase();
  unmount = mountMockProcessor(database.db);
  processor = createProcessors({ sandbox: true })('sandbox');
});
afterAll(async () => {
  unmount();
  await database.drop();
});

const save = (name: Parameters<Processor['saveTestMethod']>[0]['name'] = 'ok'): Promise<SavedMethod> =>
  processor.saveTestMethod({ idempotencyKey: newId('shp'), environmentId, name });

const fromMethod = ({ kind, customer, method }: SavedMethod, amount: bigint): MethodRequest => ({
  kind,
  attemptId: newId('att'),
  environmentId,
  amount,
  currency: 'CNY',
  customer,
  method,
});

const onTarget = (target: string, amount: bigint): TargetRequest => ({
  attemptId: newId('att'),
  environmentId,
  amount,
  currency: 'CNY',
  target,
});

/** The processor's name for what has succeeded. */
async function reference(work: Promise<unknown>): Promise<string> {
  const outcome = await work;
  expect(outcome).toMatchObject({ status: 'succeeded', reference: expect.any(String) });
  return (outcome as { reference: string }).reference;
}

async function intent(
  id: string,
): Promise<{ status: string; amount_received: number; amount_capturable: number }> {
  const row = await database
    .db('mock_processor.objects')
    .where({ kind: 'payment_intent', id })
    .first('object');
  return row.object;
}

describe('saving a test method', () => {
  it.each(testMethods.map(({ name, brand, last4 }) => [name, brand, last4] as const))(
    'keeps brand, last digits, the country and what names the number: %s',
    async (name, brand, last4) => {
      expect(await save(name)).toEqual({
        kind: 'card',
        customer: expect.stringMatching(/^cus_/),
        method: expect.stringMatching(/^pm_/),
        brand,
        last4,
        fingerprint: `mock${brand}${last4}`,
        country: 'CN',
      });
    },
  );

  it('names every method for people, in both languages, and differently', () => {
    for (const language of ['en', 'zh-CN'] as const) {
      expect(new Set(testMethods.map(({ label }) => label[language])).size).toBe(testMethods.length);
    }
  });

  it('gives a known shopper a second method, and the same one when it is asked again', async () => {
    const first = await save();
    const input = {
      idempotencyKey: newId('shp'),
      environmentId,
      name: 'ok_unionpay',
      customer: first.customer,
    } as const;
    const second = await processor.saveTestMethod(input);
    expect(second).toMatchObject({ customer: first.customer, brand: 'unionpay' });
    expect(second.method).not.toBe(first.method);
    expect(await processor.saveTestMethod(input)).toEqual(second);
  });
});

describe('a charge', () => {
  it('is found by the attempt that made it, and repeating it takes nothing more', async () => {
    const request = fromMethod(await save(), 1_999n);
    const instruction = { ...request, purpose: 'repayment' } as const;
    expect(await processor.lookUp(instruction, startedAt)).toBe('not_found');
    const outcome = await processor.charge(request);
    expect(await processor.charge(request)).toEqual(outcome);
    expect(await processor.lookUp(instruction, startedAt)).toEqual(outcome);
    expect(await intent(await reference(Promise.resolve(outcome)))).toMatchObject({
      status: 'succeeded',
      amount_received: 1_999,
    });
  });

  it('that was declined is found as declined', async () => {
    const request = fromMethod(await save('insufficient_funds'), 100n);
    const declined = { status: 'failed', code: 'insufficient_funds' };
    expect(await processor.charge(request)).toEqual(declined);
    expect(await processor.lookUp({ ...request, purpose: 'repayment' }, startedAt)).toEqual(declined);
  });

  it('is found among more than one page of charges', async () => {
    const saved = await save();
    const first = fromMethod(saved, 1n);
    const found = await processor.charge(first);
    const { rows } = await database.db.raw(
      `insert into mock_processor.objects (kind, id, object)
       select kind, 'pi_copy' || n, object || jsonb_build_object('id', 'pi_copy' || n, 'metadata', '{}'::jsonb)
       from mock_processor.objects, generate_series(1, 150) n where id = ? returning id`,
      [(found as { reference: string }).reference],
    );
    expect(rows).toHaveLength(150);
    expect(await processor.lookUp({ ...first, purpose: 'repayment' }, startedAt)).toEqual(found);
  });

  it('under the key of another amount is a mistake of ours and throws', async () => {
    const request = fromMethod(await save(), 100n);
    await processor.charge(request);
    await expect(processor.charge({ ...request, amount: 101n })).rejects.toMatchObject({
      rawType: 'idempotency_error',
    });
  });
});

describe('a hold', () => {
  // Rule 3 of the money rules: 25 held, 15 taken, 10 let go.
  it('is taken in parts, and what remains is let go', async () => {
    const request = fromMethod(await save(), 2_500n);
    const hold = await reference(processor.hold(request));
    expect(await intent(hold)).toMatchObject({ status: 'requires_capture', amount_capturable: 2_500 });
    expect(await processor.lookUp({ ...request, purpose: 'down_hold' }, startedAt)).toEqual({
      status: 'succeeded',
      reference: hold,
    });

    const captures = [onTarget(hold, 1_000n), onTarget(hold, 500n)] as const;
    for (const capture of captures) {
      const instruction = { ...capture, purpose: 'down_capture' } as const;
      expect(await processor.lookUp(instruction, startedAt)).toBe('not_found');
      expect(await processor.captureHold(capture)).toEqual({ status: 'succeeded', reference: hold });
      expect(await processor.captureHold(capture)).toEqual({ status: 'succeeded', reference: hold });
      expect(await processor.lookUp(instruction, startedAt)).toEqual({
        status: 'succeeded',
        reference: hold,
      });
    }
    expect(await intent(hold)).toMatchObject({ amount_received: 1_500, amount_capturable: 1_000 });

    const release = onTarget(hold, 1_000n);
    expect(await processor.lookUp({ ...release, purpose: 'down_release' }, startedAt)).toBe('not_found');
    await reference(processor.releaseHold(release));
    expect(await intent(hold)).toMatchObject({
      status: 'succeeded',
      amount_received: 1_500,
      amount_capturable: 0,
    });
    expect(await processor.lookUp({ ...release, purpose: 'down_release' }, startedAt)).toMatchObject({
      status: 'succeeded',
    });
  });

  it('is let go whole, and letting go again under another key succeeds as well', async () => {
    const hold = await reference(processor.hold(fromMethod(await save(), 2_500n)));
    await reference(processor.releaseHold(onTarget(hold, 2_500n)));
    await reference(processor.releaseHold(onTarget(hold, 2_500n)));
    expect(await intent(hold)).toMatchObject({ status: 'canceled', amount_received: 0 });
  });

  it('gives no more than it holds', async () => {
    const hold = await reference(processor.hold(fromMethod(await save(), 1_000n)));
    await reference(processor.captureHold(onTarget(hold, 600n)));
    expect(await processor.captureHold(onTarget(hold, 401n))).toEqual({
      status: 'failed',
      code: 'amount_too_large',
    });
    expect(await intent(hold)).toMatchObject({ amount_received: 600, amount_capturable: 400 });
  });
});

describe('money back', () => {
  it('returns parts of a charge and never more than was taken', async () => {
    const charge = await reference(processor.charge(fromMethod(await save(), 1_000n)));
    const first = onTarget(charge, 700n);
    expect(await processor.lookUp({ ...first, purpose: 'money_back' }, startedAt)).toBe('not_found');
    const refund = await reference(processor.sendMoneyBack(first));
    expect(refund).toMatch(/^re_/);
    expect(await processor.lookUp({ ...first, purpose: 'money_back' }, startedAt)).toEqual({
      status: 'succeeded',
      reference: refund,
    });
    await expect(processor.sendMoneyBack(onTarget(charge, 301n))).rejects.toThrow('301 is more than the 300');
    await reference(processor.sendMoneyBack(onTarget(charge, 300n)));
    expect(await processor.sendMoneyBack(onTarget(charge, 1n))).toEqual({
      status: 'failed',
      code: 'charge_already_refunded',
    });
  });

  it('returns what was taken of a hold, and not what is only held', async () => {
    const hold = await reference(processor.hold(fromMethod(await save(), 1_000n)));
    await reference(processor.captureHold(onTarget(hold, 600n)));
    await expect(processor.sendMoneyBack(onTarget(hold, 601n))).rejects.toThrow('601 is more than the 600');
    await reference(processor.sendMoneyBack(onTarget(hold, 600n)));
  });
});

describe('a payout', () => {
  it('reaches the account once', async () => {
    const request = onTarget(`acct_${newId('mer')}`, 9_700n);
    const instruction = { ...request, purpose: 'payout' } as const;
    expect(await processor.lookUp(instruction, startedAt)).toBe('not_found');
    const transfer = await reference(processor.payOut(request));
    expect(transfer).toMatch(/^tr_/);
    expect(await processor.payOut(request)).toEqual({ status: 'succeeded', reference: transfer });
    expect(await processor.lookUp(instruction, startedAt)).toEqual({
      status: 'succeeded',
      reference: transfer,
    });
  });

  it('fails for the account that fails', async () => {
    expect(await processor.payOut(onTarget(failingPayoutAccount, 9_700n))).toEqual({
      status: 'failed',
      code: 'insufficient_capabilities_for_transfer',
    });
  });
});

describe('live', () => {
  const within = (timeoutMs: number) =>
    createProcessors({ live: 'sk_test_nobody', sandbox: false, timeoutMs })('live');
  const live = within(10_000);
  const request = fromMethod(
    { kind: 'card', customer: 'cus_1', method: 'pm_1', brand: 'visa', last4: '4242' },
    100n,
  );
  const atStripe = () => nock('https://api.stripe.com').post('/v1/payment_intents');
  const error = (type: string, code?: string) => ({ error: { type, code, message: 'no' } });
  const held = {
    id: 'pi_1',
    object: 'payment_intent',
    metadata: {},
    cancellation_reason: null,
    last_payment_error: null,
  };

  it('asks Stripe with the attempt as the key and in the metadata', async () => {
    const asked: { key: unknown; body: unknown }[] = [];
    atStripe().reply(function (_, body) {
      asked.push({ key: this.req.headers['idempotency-key'], body });
      return [200, { ...held, status: 'succeeded' }];
    });
    expect(await live.charge(request)).toEqual({ status: 'succeeded', reference: 'pi_1' });
    expect(asked).toHaveLength(1);
    expect(asked[0]?.key).toBe(request.attemptId);
    expect(Object.fromEntries(new URLSearchParams(String(asked[0]?.body)))).toEqual({
      amount: '100',
      currency: 'cny',
      customer: 'cus_1',
      payment_method: 'pm_1',
      'allowed_payment_method_types[0]': 'card',
      capture_method: 'automatic',
      confirm: 'true',
      off_session: 'true',
      'metadata[attempt_id]': request.attemptId,
      'metadata[environment_id]': environmentId,
    });
  });

  it.each([
    ['a failing processor', 500, error('api_error')],
    ['an overloaded processor', 503, error('api_error')],
    ['too many requests', 429, error('invalid_request_error', 'rate_limit')],
    ['the same key still being worked on', 409, error('idempotency_error', 'idempotency_key_in_use')],
    ['an answer that cannot be read', 200, '<html>gateway</html>'],
  ])('does not know after %s', async (_, status, body) => {
    atStripe().reply(status, body);
    expect(await live.charge(request)).toEqual({ status: 'unknown' });
  });

  it('does not know when the connection cannot be made', async () => {
    atStripe().replyWithError(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
    expect(await live.charge(request)).toEqual({ status: 'unknown' });
  });

  it('does not know within its time when there is no answer', async () => {
    atStripe().reply(() => new Promise<never>(() => undefined));
    expect(await within(200).charge(request)).toEqual({ status: 'unknown' });
  });

  it.each([
    ['processing', { status: 'unknown', reference: 'pi_1' }],
    ['requires_action', { status: 'failed', code: 'authentication_required' }],
    ['requires_payment_method', { status: 'failed', code: 'card_declined' }],
    ['canceled', { status: 'failed', code: 'canceled' }],
    ['requires_capture', { status: 'unknown', reference: 'pi_1' }],
  ])('reads a charge that is %s', async (status, outcome) => {
    atStripe().reply(200, { ...held, status });
    expect(await live.charge(request)).toEqual(outcome);
  });

  it.each([
    ['pending', { status: 'unknown', reference: 're_1' }],
    ['requires_action', { status: 'unknown', reference: 're_1' }],
    ['failed', { status: 'failed', code: 'lost_or_stolen_card' }],
    ['succeeded', { status: 'succeeded', reference: 're_1' }],
  ])('reads a refund that is %s', async (status, outcome) => {
    nock('https://api.stripe.com')
      .post('/v1/refunds')
      .reply(200, { id: 're_1', object: 'refund', status, failure_reason: 'lost_or_stolen_card' });
    expect(await live.sendMoneyBack(onTarget('pi_1', 100n))).toEqual(outcome);
  });

  it('fails when the hold has lapsed or our balance is short', async () => {
    nock('https://api.stripe.com')
      .post('/v1/payment_intents/pi_1/capture')
      .reply(400, error('invalid_request_error', 'charge_expired_for_capture'));
    expect(await live.captureHold(onTarget('pi_1', 100n))).toEqual({
      status: 'failed',
      code: 'charge_expired_for_capture',
    });
    nock('https://api.stripe.com')
      .post('/v1/transfers')
      .reply(400, error('invalid_request_error', 'balance_insufficient'));
    expect(await live.payOut(onTarget('acct_1', 100n))).toEqual({
      status: 'failed',
      code: 'balance_insufficient',
    });
  });

  it.each([
    ['a bad key', 401, 'invalid_request_error'],
    ['a right that we lack', 403, 'invalid_request_error'],
    ['a malformed request', 400, 'invalid_request_error'],
    ['another body under the same key', 400, 'idempotency_error'],
  ])('throws after %s', async (_, status, type) => {
    atStripe().reply(status, error(type));
    await expect(live.charge(request)).rejects.toMatchObject({ statusCode: status });
  });

  it('does not know when it cannot look', async () => {
    nock('https://api.stripe.com').get('/v1/payment_intents').query(true).reply(500, error('api_error'));
    expect(await live.lookUp({ ...request, purpose: 'repayment' }, startedAt)).toEqual({ status: 'unknown' });
  });

  it('saves no test methods', async () => {
    const saving = live.saveTestMethod({ idempotencyKey: 'k', environmentId: 'live', name: 'ok' });
    await expect(saving).rejects.toMatchObject({ code: 'validation_failed' });
  });

  it('is refused without a key, and so is a sandbox without the mock', () => {
    expect(() => createProcessors({ sandbox: true })('live')).toThrow(
      expect.objectContaining({ code: 'processor_unavailable' }),
    );
    expect(() => createProcessors({ live: 'sk_test_nobody', sandbox: false })('sandbox')).toThrow(
      expect.objectContaining({ code: 'processor_unavailable' }),
    );
  });
});

describe('money sent to a shopper', () => {
  const send = async (name: Parameters<typeof save>[0]) => {
    const request = fromMethod(await save(name), 120_000n);
    return { request, instruction: { ...request, purpose: 'draw_payout' } as const };
  };

  it('is sent once, also under the same key again, and is found', async () => {
    const { request, instruction } = await send('ok');
    expect(await processor.lookUp(instruction, startedAt)).toBe('not_found');
    const outcome = await processor.payToMethod(request);
    expect(outcome).toMatchObject({ status: 'succeeded', reference: expect.stringMatching(/^obp_/) });
    expect(await processor.payToMethod(request)).toEqual(outcome);
    expect(await processor.lookUp(instruction, startedAt)).toEqual(outcome);
    const [row] = await database
      .db('mock_processor.objects')
      .where({ kind: 'outbound_payment' })
      .whereRaw("object->'metadata'->>'attempt_id' = ?", [request.attemptId]);
    expect(row.object).toMatchObject({
      amount: { value: 120_000, currency: 'cny' },
      to: { recipient: request.customer, payout_method: request.method },
    });
  });

  it.each([
    ['declined', 'payout_method_declined'],
    ['expired_card', 'payout_method_expired'],
  ] as const)('is not sent to a card that takes none (%s)', async (name, code) => {
    const { request, instruction } = await send(name);
    expect(await processor.payToMethod(request)).toEqual({ status: 'failed', code });
    expect(await processor.lookUp(instruction, startedAt)).toEqual({ status: 'failed', code });
  });

  it('is found when its answer was lost', async () => {
    const { request, instruction } = await send('answer_lost');
    expect(await processor.payToMethod(request)).toEqual({ status: 'unknown' });
    expect(await processor.lookUp(instruction, startedAt)).toMatchObject({ status: 'succeeded' });
  });

  it('fails where no account is set up from which it could be sent', async () => {
    const live = createProcessors({ sandbox: false, live: 'sk_live_x' })('live');
    const { request } = await send('ok');
    expect(await live.payToMethod(request)).toEqual({ status: 'failed', code: 'payouts_not_set_up' });
  });
});
