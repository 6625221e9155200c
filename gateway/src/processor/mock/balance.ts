import type Stripe from 'stripe';
import { uuidv7obj } from 'uuidv7';
import { z } from 'zod';
import { type Call, invalidRequest } from './answers.ts';
import { pageOf, pageQuery, read } from './params.ts';
import type { Store } from './store.ts';

/** What the mock keeps of every charge of a card and of every debit of a bank account: 2.9 % and 0.8 %, rounded down. */
const feeBasisPoints: Record<string, number> = { charge: 290, payment: 80 };

/** What it charges for a dispute, in minor units of any currency. */
const disputeFee = 1500;

type Entry = {
  created: number;
  type: Stripe.BalanceTransaction['type'];
  /** Positive when money came in. */
  amount: number;
  currency: string;
  source: { id: string; object: string; metadata?: Stripe.Metadata | null | undefined } & Record<
    string,
    unknown
  >;
  environment: string | undefined;
};

/** Writes a movement of an environment's balance. What another tester of the mock moves is in nobody's books. */
export async function bookBalance(store: Store, entry: Entry): Promise<void> {
  const { environment, created, type, amount, currency, source } = entry;
  if (environment === undefined) return;
  const fee = feeOf(type, amount);
  await store.save('balance_transaction', {
    id: `txn_${uuidv7obj().toHex()}`,
    object: 'balance_transaction',
    environment,
    amount,
    available_on: created,
    balance_type: 'payments',
    created,
    currency,
    description: null,
    exchange_rate: null,
    fee,
    fee_details: [],
    net: amount - fee,
    reporting_category: type,
    source: source as unknown as Stripe.Charge,
    status: 'available',
    type,
  });
}

function feeOf(type: string, amount: number): number {
  const rate = feeBasisPoints[type];
  if (rate !== undefined) return Math.floor((amount * rate) / 10_000);
  return type === 'adjustment' && amount < 0 ? disputeFee : 0;
}

/**
 * A part of an intent's money was taken. Stripe copies an intent's metadata to its charges; those of bank accounts are
 * payments.
 */
export function bookCharge(store: Store, intent: Stripe.PaymentIntent, amount: number, created: number) {
  return bookBalance(store, {
    created,
    type: intent.payment_method_types.includes('card') ? 'charge' : 'payment',
    amount,
    currency: intent.currency,
    source: {
      id: typeof intent.latest_charge === 'string' ? intent.latest_charge : intent.id,
      object: 'charge',
      payment_intent: intent.id,
      metadata: intent.metadata,
    },
    environment: intent.metadata.environment_id,
  });
}

export function bookRefund(store: Store, refund: Stripe.Refund, created: number) {
  return bookBalance(store, {
    created,
    type: 'refund',
    amount: -refund.amount,
    currency: refund.currency,
    source: {
      id: refund.id,
      object: 'refund',
      payment_intent: refund.payment_intent,
      metadata: refund.metadata,
    },
    environment: refund.metadata?.environment_id,
  });
}

export function bookTransfer(store: Store, transfer: Stripe.Transfer, created: number) {
  return bookBalance(store, {
    created,
    type: 'transfer',
    amount: -transfer.amount,
    currency: transfer.currency,
    source: { id: transfer.id, object: 'transfer', metadata: transfer.metadata },
    environment: transfer.metadata.environment_id,
  });
}

/** A transfer came back to our balance, because the merchant's account did not keep it. */
export function bookTransferBack(store: Store, transfer: Stripe.Transfer, created: number) {
  return bookBalance(store, {
    created,
    type: 'transfer_refund',
    amount: transfer.amount,
    currency: transfer.currency,
    source: { id: `trr_${uuidv7obj().toHex()}`, object: 'transfer_reversal', transfer: transfer.id },
    environment: transfer.metadata.environment_id,
  });
}

/** A shopper's bank took a charge back (a negative amount), or gave it back to us after all. */
export function bookDispute(
  store: Store,
  input: { disputeId: string; intent: Stripe.PaymentIntent; amount: number; created: number },
) {
  const { disputeId, intent, amount, created } = input;
  return bookBalance(store, {
    created,
    type: 'adjustment',
    amount,
    currency: intent.currency,
    source: {
      id: disputeId,
      object: 'dispute',
      charge: intent.latest_charge,
      payment_intent: intent.id,
    },
    environment: intent.metadata.environment_id,
  });
}

/**
 * An environment's movements. Before the first page is read, what its balance holds is paid out to our bank, and what it
 * lacks is drawn from there: so the balance is never short, and nothing waits for a date that a sandbox may never see.
 */
export async function listBalanceTransactions({ request, store }: Call): Promise<unknown> {
  const query = read(z.strictObject({ ...pageQuery, expand: z.unknown() }), request.query);
  const environment = accountOf(request.account);
  if (query.starting_after === undefined && (await store.lockKey(`balance:${environment}`)))
    await settleWithBank(store, environment, request.now);
  const all = await store.list('balance_transaction', { environment });
  return pageOf(request.path, all, query);
}

async function settleWithBank(store: Store, environment: string, now: number): Promise<void> {
  const balances = new Map<string, number>();
  for (const { currency, net } of await store.list('balance_transaction', { environment }))
    balances.set(currency, (balances.get(currency) ?? 0) + net);
  for (const [currency, net] of balances) {
    if (net === 0) continue;
    const [type, prefix] = net > 0 ? (['payout', 'po'] as const) : (['topup', 'tu'] as const);
    const source = { id: `${prefix}_${uuidv7obj().toHex()}`, object: type };
    await bookBalance(store, { created: now, type, amount: -net, currency, source, environment });
  }
}

function accountOf(account: string | undefined): string {
  if (account === undefined) throw invalidRequest('Name the environment in Stripe-Account.');
  return account;
}

const CashQuery = z.strictObject({
  ...pageQuery,
  financial_account: z.string().regex(/^fa_/),
});

/** What an environment sent as cash. */
export async function listCashTransactions({ request, store }: Call): Promise<unknown> {
  const { created } = read(CashQuery, request.query);
  const environment_id = accountOf(request.account);
  const payments = await store.list('outbound_payment', { metadata: { environment_id } });
  const since = (created?.gte ?? 0) * 1000;
  const data = payments
    .filter((payment) => payment.status === 'posted' && Date.parse(payment.created) >= since)
    .map((payment) => ({
      id: `${payment.id}_txn`,
      object: 'v2.money_management.transaction',
      amount: payment.amount,
      balance_impact: {
        available: { value: -(payment.amount.value ?? 0), currency: payment.amount.currency },
      },
      category: 'outbound_payment',
      created: payment.created,
      flow: { type: 'outbound_payment', outbound_payment: payment.id },
      metadata: payment.metadata,
      status: 'posted',
    }));
  return { data, next_page_url: null, previous_page_url: null };
}
