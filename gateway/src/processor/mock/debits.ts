import type Stripe from 'stripe';
import { addBusinessDays } from '../../lib/business-days.ts';
import { addDays } from '../../lib/dates.ts';
import type { testBankAccounts } from '../test-bank-accounts.ts';
import { invalidRequest } from './answers.ts';
import { bookCharge } from './balance.ts';
import { newChargeId } from './objects.ts';
import type { Store } from './store.ts';

type Behaviour = (typeof testBankAccounts)[number]['debit'];

/** So long a bank takes to answer, and so long after it has paid one that returns late takes its money back. */
const answerBusinessDays = 2;
const returnDays = 30;

const failures: { [behaviour in Behaviour]?: { code: string; message: string } } = {
  insufficient_funds: { code: 'insufficient_funds', message: 'The bank account has insufficient funds.' },
  account_closed: { code: 'account_closed', message: 'The bank account has been closed.' },
  debit_not_authorized: {
    code: 'debit_not_authorized',
    message: 'The holder of the account told their bank not to pay.',
  },
};

/** Asks a bank for money: it answers by the calendar of the sandbox, whose clock moves when its owner says so. */
export async function startDebit(
  store: Store,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
): Promise<Stripe.PaymentIntent> {
  const { environment_id: environmentId, attempt_id: attemptId } = intent.metadata;
  if (environmentId === undefined || attemptId === undefined)
    throw invalidRequest('Debits name their sandbox and their attempt here.', undefined, 'metadata');
  const started: Stripe.PaymentIntent = { ...intent, latest_charge: newChargeId(), status: 'processing' };
  await store.save('payment_intent', started);
  const answersOn = addBusinessDays(await store.today(environmentId), answerBusinessDays);
  const returnsOn = behaviourOf(method) === 'returned_late' ? addDays(answersOn, returnDays) : null;
  await store.saveDebit({
    intentId: started.id,
    environmentId,
    attemptId,
    status: 'processing',
    answersOn,
    returnsOn,
  });
  return started;
}

function behaviourOf(method: Stripe.PaymentMethod): Behaviour {
  return method.metadata?.test_method as Behaviour;
}

/** An intent as it is today: what its bank has answered meanwhile is written down when somebody looks. */
export async function followDebit(
  store: Store,
  intent: Stripe.PaymentIntent,
  now: number,
): Promise<Stripe.PaymentIntent> {
  if (intent.status !== 'processing') return intent;
  const debit = await store.findDebit(intent.id);
  if (debit?.status !== 'processing' || (await store.today(debit.environmentId)) < debit.answersOn)
    return intent;
  const { payment_method: methodId } = intent;
  const method = typeof methodId === 'string' && (await store.find('payment_method', methodId));
  if (!method) throw new Error(`debit ${intent.id} has no payment method`);
  const failure = failures[behaviourOf(method)];
  const answered: Stripe.PaymentIntent = failure
    ? {
        ...intent,
        status: 'requires_payment_method',
        payment_method: null,
        last_payment_error: { type: 'invalid_request_error', ...failure, payment_method: method },
      }
    : { ...intent, status: 'succeeded', amount_received: intent.amount };
  await store.save('payment_intent', answered);
  await store.saveDebit({ ...debit, status: failure ? 'failed' : 'settled' });
  if (!failure) await bookCharge(store, answered, answered.amount, now);
  return answered;
}
