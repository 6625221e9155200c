import { type Endpoint, type MockReply, MockRefusal, type MockRequest, MockSilence } from './answers.ts';
import { listBalanceTransactions, listCashTransactions } from './balance.ts';
import { createBankMethod, createSetupIntent } from './bank-accounts.ts';
import { attachPaymentMethod, createCustomer } from './customers.ts';
import { createRefund, createTransfer, listRefunds, listTransfers } from './money-out.ts';
import { createOutboundPayment, listOutboundPayments } from './outbound-payments.ts';
import {
  cancelPaymentIntent,
  capturePaymentIntent,
  createPaymentIntent,
  listPaymentIntents,
  retrievePaymentIntent,
} from './payment-intents.ts';
import { createPayout, createReversal, listPayouts, retrieveTransfer } from './payouts.ts';
import type { Remembered, Store } from './store.ts';

const routes: readonly [method: string, path: RegExp, endpoint: Endpoint][] = [
  ['POST', /^\/v1\/customers$/, createCustomer],
  ['POST', /^\/v1\/payment_methods\/([^/]+)\/attach$/, attachPaymentMethod],
  ['POST', /^\/v1\/payment_methods$/, createBankMethod],
  ['POST', /^\/v1\/setup_intents$/, createSetupIntent],
  ['POST', /^\/v1\/payment_intents$/, createPaymentIntent],
  ['GET', /^\/v1\/payment_intents$/, listPaymentIntents],
  ['GET', /^\/v1\/payment_intents\/([^/]+)$/, retrievePaymentIntent],
  ['POST', /^\/v1\/payment_intents\/([^/]+)\/capture$/, capturePaymentIntent],
  ['POST', /^\/v1\/payment_intents\/([^/]+)\/cancel$/, cancelPaymentIntent],
  ['POST', /^\/v1\/refunds$/, createRefund],
  ['GET', /^\/v1\/refunds$/, listRefunds],
  ['POST', /^\/v1\/transfers$/, createTransfer],
  ['GET', /^\/v1\/transfers$/, listTransfers],
  ['GET', /^\/v1\/transfers\/([^/]+)$/, retrieveTransfer],
  ['POST', /^\/v1\/transfers\/([^/]+)\/reversals$/, createReversal],
  ['POST', /^\/v1\/payouts$/, createPayout],
  ['GET', /^\/v1\/payouts$/, listPayouts],
  ['GET', /^\/v1\/balance_transactions$/, listBalanceTransactions],
  ['GET', /^\/v2\/money_management\/transactions$/, listCashTransactions],
  ['POST', /^\/v2\/money_management\/outbound_payments$/, createOutboundPayment],
  ['GET', /^\/v2\/money_management\/outbound_payments$/, listOutboundPayments],
];

/**
 * The mock processor: what Stripe would answer to `request`, for the part of its API that we use. A request under
 * an idempotency key is carried out once; the same again gets the stored answer, another one an error. As with
 * Stripe, what fails validation is not stored and may be tried again under its key.
 */
export async function respond(request: MockRequest, store: Store): Promise<MockReply> {
  const key = request.method === 'POST' ? request.idempotencyKey : undefined;
  if (key === undefined) return (await carryOut(request, store, false)).reply;

  if (!(await store.lockKey(key))) {
    return refusal(
      409,
      'idempotency_key_in_use',
      'Another request with this idempotency key is in progress.',
    );
  }
  const fingerprint = `${request.method} ${request.path}\n${request.rawBody}`;
  const before = await store.recall(key);
  if (before && before.fingerprint !== fingerprint) {
    return refusal(400, undefined, 'This idempotency key was first used with other parameters.');
  }
  if (before?.answer) return before.lost ? { kind: 'broken' } : { kind: 'answer', ...before.answer };

  const { reply, remembered } = await carryOut(request, store, before !== undefined);
  if (remembered) await store.remember(key, { fingerprint, ...remembered });
  return reply;
}

type Done = { reply: MockReply; remembered?: Omit<Remembered, 'fingerprint'> };

async function carryOut(request: MockRequest, store: Store, repeated: boolean): Promise<Done> {
  const route = routes.find(([method, path]) => method === request.method && path.test(request.path));
  if (!route) return { reply: refusal(404, undefined, `Unrecognized request URL (${request.path}).`) };
  let lost = false;
  const loseAnswer = (): void => {
    lost = true;
  };
  try {
    const ids = route[1].exec(request.path)?.slice(1).map(decodeURIComponent) ?? [];
    const body = await route[2]({ request, ids, store, repeated, loseAnswer });
    const answer = { status: 200, body };
    return {
      reply: lost ? { kind: 'broken' } : { kind: 'answer', ...answer },
      remembered: { answer, lost },
    };
  } catch (error) {
    if (error instanceof MockSilence) return { reply: { kind: 'silence' }, remembered: { lost: false } };
    if (!(error instanceof MockRefusal)) throw error;
    const answer = { status: error.status, body: error.body };
    const reply: MockReply = { kind: 'answer', ...answer };
    return error.status === 402 ? { reply, remembered: { answer, lost: false } } : { reply };
  }
}

function refusal(status: number, code: string | undefined, message: string): MockReply {
  const type = status === 404 ? 'invalid_request_error' : 'idempotency_error';
  return { kind: 'answer', status, body: { error: { type, ...(code && { code }), message } } };
}
