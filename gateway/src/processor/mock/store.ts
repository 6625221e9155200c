import type Stripe from 'stripe';
import type { Fault } from '../../faults/faults.ts';
import type { CalendarDate } from '../../lib/dates.ts';

/** A balance transaction, with the environment whose books it is in; its source is kept as the list shows it. */
export type MockBalanceTransaction = Stripe.BalanceTransaction & { environment: string };

/** A payout, with the account from which it goes to the merchant's bank. */
export type MockPayout = Stripe.Payout & { account: string };

/** A debit that its bank has been asked for, and when it answers; with `returnsOn` it takes the money back on that date. */
export type MockDebit = {
  intentId: string;
  environmentId: string;
  attemptId: string;
  status: 'processing' | 'settled' | 'failed' | 'returned';
  answersOn: CalendarDate;
  returnsOn: CalendarDate | null;
};

/** What the mock processor keeps, by the name that Stripe gives to the kind of object. */
export type Objects = {
  customer: Stripe.Customer;
  payment_method: Stripe.PaymentMethod;
  payment_intent: Stripe.PaymentIntent;
  setup_intent: Stripe.SetupIntent;
  refund: Stripe.Refund;
  transfer: Stripe.Transfer;
  payout: MockPayout;
  balance_transaction: MockBalanceTransaction;
  outbound_payment: Stripe.V2.MoneyManagement.OutboundPayment;
};

export type Kind = keyof Objects;

/** What is remembered of a request by its idempotency key. Without an answer, it arrived and was never answered. */
export type Remembered = {
  /** Method, path and body of the request; another one under the same key is refused. */
  fingerprint: string;
  answer?: { status: number; body: unknown };
  /** The answer was given to a connection that broke, and will be each time. */
  lost: boolean;
};

/** Values of fields, and of fields inside them. */
export type Fields = { [name: string]: string | Fields };

/** The mock's memory during one request: all of it is kept together at the end, or nothing. */
export type Store = {
  /** One object, which nobody else changes until the request ends. */
  find<K extends Kind>(kind: K, id: string): Promise<Objects[K] | undefined>;
  /** The objects whose fields have these values, the newest first. */
  list<K extends Kind>(kind: K, fields: Fields): Promise<Objects[K][]>;
  save<K extends Kind>(kind: K, object: Objects[K]): Promise<void>;
  /** Whether this request is the only one under its key that is being worked on. */
  lockKey(key: string): Promise<boolean>;
  recall(key: string): Promise<Remembered | undefined>;
  remember(key: string, remembered: Remembered): Promise<void>;
  /** The business date of an environment, by which banks answer. */
  today(environmentId: string): Promise<CalendarDate>;
  findDebit(intentId: string): Promise<MockDebit | undefined>;
  saveDebit(debit: MockDebit): Promise<void>;
  /** What was asked to go wrong with this payment by a sandbox's owner, which is then counted; see `faults/`. */
  takeFault(payment: { environmentId: string; method: string }): Promise<Fault | undefined>;
};
