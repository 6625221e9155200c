import type { TestMethodName } from './test-methods.ts';

/**
 * What became of something asked of the processor. `unknown` means that nobody can say yet; it is resolved by
 * looking, never by asking under another key. Its `reference` is set when the processor has accepted the request
 * and is still at work on it.
 */
export type Outcome =
  | { status: 'succeeded'; reference: string }
  | { status: 'failed'; code: string }
  | { status: 'unknown'; reference?: string };

/** An outcome that does not change any more. */
export type FinalOutcome = Exclude<Outcome, { status: 'unknown' }>;

type Asked = {
  /** The processor's idempotency key, and the metadata by which the effect is found again. */
  attemptId: string;
  environmentId: string;
  /** Minor units of `currency`. */
  amount: bigint;
  currency: string;
};

/** What a saved payment method is, by the processor's own names. */
export type MethodKind = 'card' | 'us_bank_account';

/** Something taken from a saved payment method, or sent to it. */
export type MethodRequest = Asked & { customer: string; method: string; kind: MethodKind };

/** Something done to what the processor already has: a hold, an earlier charge, or a merchant's account. */
export type TargetRequest = Asked & { target: string };

/** What an attempt asks for, by its purpose. */
export type Instruction =
  | ({ purpose: 'repayment' | 'down_hold' | 'draw_payout' } & MethodRequest)
  | ({
      purpose: 'down_capture' | 'down_release' | 'money_back' | 'payout' | 'payout_recall';
    } & TargetRequest);

export type Purpose = Instruction['purpose'];

/**
 * A payment method as the processor keeps it; we keep nothing else of a card. `brand` is the bank's name of a bank account.
 * `fingerprint` is the processor's name for its number, the same whoever saved it; `country` is where it was issued.
 */
export type SavedMethod = {
  kind: MethodKind;
  customer: string;
  method: string;
  brand: string;
  last4: string;
  fingerprint?: string | undefined;
  country?: string | undefined;
};

/** The processor's books of ours: the balance that shoppers' payments come to, and the account that cash is sent from. */
export type ProcessorAccount = 'balance' | 'cash_account';

/**
 * One movement in the processor's books. `transfer_back` and `payout_back` are what did not arrive and came back; `payout` and `topup` are between the balance and our bank.
 */
export type BalanceTransaction = {
  id: string;
  kind:
    | 'charge'
    | 'refund'
    | 'transfer'
    | 'transfer_back'
    | 'draw'
    | 'payout'
    | 'payout_back'
    | 'topup'
    | 'fee'
    | 'dispute'
    | 'dispute_won'
    | 'other';
  /** Minor units of `currency`, positive when money came to us, before the fee that was kept of it. */
  amount: bigint;
  fee: bigint;
  currency: string;
  createdAt: Date;
  /** The processor's names for what moved, and for what that belongs to. */
  references: string[];
  /** The attempt that asked for it, where its metadata say so. */
  attemptId?: string;
  description?: string;
};

export type BalancePage = {
  /** The newest first. */
  transactions: BalanceTransaction[];
  /** Where the next page begins; undefined when this is the last. */
  next?: string;
};

/**
 * The payment processor. No call may happen inside a transaction. Each answers within the configured time with an
 * outcome: refusals of cards, banks and balances are `failed`, whatever leaves us in doubt is `unknown`, and only
 * what is wrong with us (a malformed request, a bad key) throws. Repeating a call has no second effect.
 */
export type Processor = {
  /**
   * Saves one of the named test methods for a shopper, of whom the processor may know as `customer` already.
   * Throws `processor_unavailable` when there is no answer, and `validation_failed` in live.
   */
  saveTestMethod(input: {
    idempotencyKey: string;
    environmentId: string;
    name: TestMethodName;
    customer?: string;
  }): Promise<SavedMethod>;
  /**
   * Saves a bank account that its holder lets us debit, from where and with what browser they said so. Throws
   * `processor_unavailable` when there is no answer, and `state_conflict` when the account cannot be debited.
   */
  saveBankAccount(input: {
    idempotencyKey: string;
    environmentId: string;
    holder: string;
    number: string;
    bankCode: string;
    accepted: { address: string; userAgent: string };
    customer?: string;
  }): Promise<SavedMethod>;
  /**
   * Takes the amount, while the shopper is away. The reference can be refunded. A debit of a bank account is accepted and
   * stays `unknown` for days; after it has succeeded the bank may still take it back (`dispute`).
   */
  charge(request: MethodRequest): Promise<Outcome>;
  /** Holds the amount on a card without taking it; nothing can be held on a bank account. The reference is the target of captures and of the release. */
  hold(request: MethodRequest): Promise<Outcome>;
  /** Takes a part of the hold `target` and keeps the rest held. The reference can be refunded. */
  captureHold(request: TargetRequest): Promise<Outcome>;
  /** Lets go of whatever the hold `target` still holds, whichever the amount. */
  releaseHold(request: TargetRequest): Promise<Outcome>;
  /** Returns a part of the earlier charge or capture `target` to where it came from. */
  sendMoneyBack(request: TargetRequest): Promise<Outcome>;
  /**
   * Sends money from our balance to the bank of the merchant whose account is `target`. Succeeded means that it has
   * arrived, and failed that it is back with us; it may still come back later. The reference can be recalled.
   */
  payOut(request: TargetRequest): Promise<Outcome>;
  /** Takes the whole of the earlier payout `target`, which the merchant's bank sent back, to our balance. */
  recallPayout(request: TargetRequest): Promise<Outcome>;
  /** Sends money from our balance to a shopper's method. Succeeded means that it has left; what comes back later is news. */
  payToMethod(request: MethodRequest): Promise<Outcome>;
  /** What became of an attempt that was begun at `startedAt`; `not_found` when the processor has never carried it out. */
  lookUp(instruction: Instruction, startedAt: Date): Promise<Outcome | 'not_found'>;
  /**
   * A page of what moved in one of our accounts since an instant, after `after` of the page before. Throws
   * `processor_unavailable` when there is no answer.
   */
  listBalanceTransactions(input: {
    environmentId: string;
    account: ProcessorAccount;
    since: Date;
    after?: string;
  }): Promise<BalancePage>;
};
