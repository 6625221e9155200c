import nock from 'nock';
import { afterEach, describe, expect, it } from 'vitest';
import type { MethodRequest, Processor, TargetRequest } from '../src/processor/port.ts';
import { createProcessors } from '../src/processor/processors.ts';
import { createStripeIdentity } from '../src/processor/stripe-identity.ts';

const live = createProcessors({ live: 'sk_test_nobody', sandbox: false, financialAccount: 'fa_1' })('live');

const asked = { attemptId: 'att_1', environmentId: 'live', amount: 100n, currency: 'CNY' };
const ofCard: MethodRequest = { ...asked, kind: 'card', customer: 'cus_1', method: 'pm_1' };
const onTarget: TargetRequest = { ...asked, target: 'xx_1' };

afterEach(() => nock.cleanAll());

/** What stands between us and the processor answers whatever is asked. */
function answers(status: number, body: string): void {
  nock('https://api.stripe.com').persist().post(/./).query(true).reply(status, body);
  nock('https://api.stripe.com').persist().get(/./).query(true).reply(status, body);
}

/** None of it is an answer of the processor's, and the SDK by itself would take some of it for one. */
const noAnswers: [string, number, string][] = [
  ['a failure with an empty object', 500, '{}'],
  ['a failure with somebody else’s words', 502, '{"message":"bad gateway"}'],
  ['a failure without a body', 503, ''],
  ['a failure whose error is nothing', 500, '{"error":null}'],
  ['a failure with a list', 500, '[]'],
  ['a failure with a word', 500, '"oops"'],
  ['a refusal without an error', 404, '{}'],
  ['a redirection', 302, '{}'],
  ['a success with an empty object', 200, '{}'],
  ['a success with a word', 200, '"ok"'],
  ['a success with nothing', 200, 'null'],
  ['a success with an error that is nothing', 200, '{"error":false}'],
];

const moves: [keyof Processor, () => Promise<unknown>][] = [
  ['charge', () => live.charge(ofCard)],
  ['hold', () => live.hold(ofCard)],
  ['captureHold', () => live.captureHold(onTarget)],
  ['releaseHold', () => live.releaseHold(onTarget)],
  ['sendMoneyBack', () => live.sendMoneyBack(onTarget)],
  ['payOut', () => live.payOut(onTarget)],
  ['recallPayout', () => live.recallPayout(onTarget)],
  ['payToMethod', () => live.payToMethod(ofCard)],
];

const purposes = [
  ...(['repayment', 'down_hold', 'draw_payout'] as const).map((purpose) => ({ ...ofCard, purpose })),
  ...(['down_capture', 'down_release', 'money_back', 'payout', 'payout_recall'] as const).map((purpose) => ({
    ...onTarget,
    purpose,
  })),
];

describe.each(noAnswers)('%s', (_, status, body) => {
  it.each(moves)('leaves open what became of a %s', async (_name, move) => {
    answers(status, body);
    expect(await move()).toEqual({ status: 'unknown' });
  });

  it.each(purposes)('is no look at a $purpose', async (instruction) => {
    answers(status, body);
    expect(await live.lookUp(instruction, new Date(0))).toEqual({ status: 'unknown' });
  });

  it.each(['balance', 'cash_account'] as const)('is no page of the %s', async (account) => {
    answers(status, body);
    const read = live.listBalanceTransactions({ environmentId: 'live', account, since: new Date(0) });
    await expect(read).rejects.toMatchObject({ code: 'processor_unavailable' });
  });

  it('starts no identity check, and says nothing of one', async () => {
    answers(status, body);
    const identity = createStripeIdentity({ secretKey: 'sk_test_nobody', checks: 'document' });
    const start = { checkId: 'idc_1', environmentId: 'live', returnUrl: 'https://morrow.test/' };
    await expect(identity.start(start as never)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(identity.lookUp('vs_1')).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('a bank account that is saved', () => {
  it('is not, where a gateway between us and the processor fails', { timeout: 20_000 }, async () => {
    answers(500, '{}');
    const saved = live.saveBankAccount({
      idempotencyKey: 'key',
      environmentId: 'live',
      holder: 'Li Na',
      number: '000123456789',
      bankCode: '110000000',
      accepted: { address: '192.0.2.1', userAgent: 'test' },
    });
    await expect(saved).rejects.toMatchObject({ code: 'processor_unavailable' });
  });
});
