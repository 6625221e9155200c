import type { Stripe } from 'stripe';
import type { BalancePage, BalanceTransaction, ProcessorAccount } from './port.ts';

type Asked = { account: ProcessorAccount; since: Date; after?: string };

const pageSize = 100;

/** Stripe's types of what moves the balance; what is not here is `other`, which people look at. */
const kinds: Record<string, BalanceTransaction['kind']> = {
  charge: 'charge',
  payment: 'charge',
  refund: 'refund',
  payment_refund: 'refund',
  transfer: 'transfer',
  transfer_refund: 'transfer_back',
  transfer_cancel: 'transfer_back',
  transfer_failure: 'transfer_back',
  payout: 'payout',
  payout_failure: 'payout_back',
  payout_cancel: 'payout_back',
  topup: 'topup',
  stripe_fee: 'fee',
  stripe_fx_fee: 'fee',
  tax_fee: 'fee',
};

/**
 * A page of what moved our balance, or the financial account that cash is sent from. Both are listed the newest first, so
 * what is made meanwhile comes before the pages still to read and moves none of them.
 */
export async function listBalance(
  stripe: Stripe,
  asked: Asked,
  options: { financialAccount?: string | undefined; stripeAccount?: string },
): Promise<BalancePage> {
  const { financialAccount, stripeAccount } = options;
  if (asked.account === 'cash_account')
    return financialAccount === undefined
      ? { transactions: [] }
      : listCashAccount(stripe, asked, financialAccount, stripeAccount);
  const page = await stripe.balanceTransactions.list(
    {
      limit: pageSize,
      created: { gte: secondsOf(asked.since) },
      expand: ['data.source'],
      ...(asked.after !== undefined && { starting_after: asked.after }),
    },
    { ...(stripeAccount !== undefined && { stripeAccount }) },
  );
  const last = page.data.at(-1);
  return {
    transactions: page.data.map(toBalanceTransaction),
    ...(page.has_more && last && { next: last.id }),
  };
}

function secondsOf(instant: Date): number {
  return Math.max(0, Math.floor(instant.getTime() / 1000));
}

/** Stripe's amounts are integers of minor units; the fee is apart from the amount, and part of the net. */
function toBalanceTransaction(transaction: Stripe.BalanceTransaction): BalanceTransaction {
  const { source } = transaction;
  const object = typeof source === 'string' || source === null ? undefined : source;
  const kind = kindOf(transaction, object);
  const attemptId = object && 'metadata' in object ? object.metadata?.attempt_id : undefined;
  return {
    id: transaction.id,
    kind,
    // A fee that Stripe takes by itself is the amount of its transaction.
    amount: BigInt(transaction.amount),
    fee: BigInt(transaction.fee),
    currency: transaction.currency.toUpperCase(),
    createdAt: new Date(transaction.created * 1000),
    references: object ? referencesOf(object) : source === null ? [] : [source as string],
    ...(attemptId !== undefined && { attemptId }),
    ...(transaction.description !== null && { description: transaction.description }),
  };
}

type Source = Exclude<Stripe.BalanceTransaction['source'], string | null>;

/** A chargeback and its return are adjustments whose source is the dispute. */
function kindOf(transaction: Stripe.BalanceTransaction, source?: Source): BalanceTransaction['kind'] {
  if (transaction.type === 'adjustment' && source?.object === 'dispute')
    return transaction.amount < 0 ? 'dispute' : 'dispute_won';
  return Object.hasOwn(kinds, transaction.type) ? (kinds[transaction.type] ?? 'other') : 'other';
}

function referencesOf(source: Source): string[] {
  const related = [
    source.id,
    'payment_intent' in source ? source.payment_intent : null,
    'charge' in source ? source.charge : null,
    'transfer' in source ? source.transfer : null,
  ];
  return related.flatMap((named) => {
    if (typeof named === 'string') return [named];
    return named && typeof named === 'object' && 'id' in named ? [named.id] : [];
  });
}

/**
 * The list has pages by a token that the SDK keeps to itself, so all that is new comes as one page: cash draws are few, and
 * reading ends at the first that is older than what is asked.
 */
async function listCashAccount(
  stripe: Stripe,
  asked: Asked,
  financialAccount: string,
  stripeAccount: string | undefined,
): Promise<BalancePage> {
  const transactions: BalanceTransaction[] = [];
  const list = stripe.v2.moneyManagement.transactions.list(
    { financial_account: financialAccount, limit: pageSize, created: { gte: secondsOf(asked.since) } },
    { ...(stripeAccount !== undefined && { stripeAccount }) },
  );
  for await (const transaction of list) {
    // What is pending may still be undone; what is void has moved nothing.
    if (transaction.status !== 'posted') continue;
    transactions.push(toCashTransaction(transaction));
  }
  return { transactions };
}

function toCashTransaction(transaction: Stripe.V2.MoneyManagement.Transaction): BalanceTransaction {
  const { flow, metadata } = transaction;
  const moved = transaction.balance_impact.available;
  const payment = flow?.outbound_payment;
  const attemptId = metadata?.attempt_id;
  return {
    id: transaction.id,
    kind: transaction.category === 'outbound_payment' ? 'draw' : 'other',
    amount: BigInt(moved.value ?? 0),
    fee: 0n,
    currency: (moved.currency ?? '').toUpperCase(),
    createdAt: new Date(transaction.created),
    references: payment === undefined ? [] : [payment],
    ...(attemptId !== undefined && { attemptId }),
    ...(transaction.description !== undefined && { description: transaction.description }),
  };
}
