import { GatewayError } from '../lib/errors.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx, TxHost } from '../lib/tx.ts';
import type { Instruction, MethodKind, Outcome, Purpose } from './port.ts';

/** One thing asked of the processor, however often. */
export type Attempt = {
  id: Id<'att'>;
  purpose: Purpose;
  /** The object that it is asked for, such as a repayment, an order or a payout. */
  subjectId: string;
  paymentMethodId: string | null;
  /** The processor's name for what is acted on: a hold, an earlier charge, or a merchant's account. */
  target: string | null;
  amount: bigint;
  currency: string;
  status: 'pending' | 'unknown' | 'succeeded' | 'failed';
  processorReference: string | null;
  failureCode: string | null;
  /** How often it was begun. Whoever began it last is the one who may settle it. */
  tries: number;
  createdAt: Date;
};

type AttemptRow = {
  environment_id: string;
  id: Id<'att'>;
  purpose: Purpose;
  subject_id: string;
  payment_method_id: string | null;
  target: string | null;
  amount: bigint;
  currency: string;
  status: Attempt['status'];
  processor_reference: string | null;
  failure_code: string | null;
  tries: number;
  lease_until: Date | null;
  next_try_at: Date;
  created_at: Date;
  finished_at: Date | null;
};

const leaseMs = 30_000;

/** Waits before an attempt without an outcome is tried again; the last one repeats. */
const backoffMs = [5_000, 30_000, 120_000, 600_000, 3_600_000];

const openStatuses = ['pending', 'unknown'] as const;

function toAttempt(row: AttemptRow): Attempt {
  return {
    id: row.id,
    purpose: row.purpose,
    subjectId: row.subject_id,
    paymentMethodId: row.payment_method_id,
    target: row.target,
    amount: row.amount,
    currency: row.currency,
    status: row.status,
    processorReference: row.processor_reference,
    failureCode: row.failure_code,
    tries: row.tries,
    createdAt: row.created_at,
  };
}

/**
 * Stores what is to be asked of the processor, in the transaction of its cause, and returns the attempt's id. It is
 * asked afterwards by `carryOut`, not before `nextTryAt` by the wall's clock. Repayments, holds and cash draws need a
 * payment method; everything else needs a target.
 */
export async function startAttempt(
  tx: Tx,
  input: {
    purpose: Purpose;
    subjectId: string;
    amount: bigint;
    currency: string;
    paymentMethodId?: string;
    target?: string;
    nextTryAt?: Date;
  },
): Promise<Id<'att'>> {
  const needed = usesMethod(input.purpose) ? input.paymentMethodId : input.target;
  if (needed === undefined) throw new Error(`an attempt at a ${input.purpose} lacks what it acts on`);
  const id = newId('att');
  const write = tx.sql<AttemptRow>('processor_attempts').insert({
    environment_id: tx.environment.id,
    id,
    purpose: input.purpose,
    subject_id: input.subjectId,
    payment_method_id: input.paymentMethodId ?? null,
    target: input.target ?? null,
    amount: input.amount,
    currency: input.currency,
    status: 'pending',
    next_try_at: input.nextTryAt ?? tx.wallNow,
    created_at: tx.wallNow,
  });
  tx.later(write);
  return id;
}

function usesMethod(purpose: Purpose): purpose is 'repayment' | 'down_hold' | 'draw_payout' {
  return purpose === 'repayment' || purpose === 'down_hold' || purpose === 'draw_payout';
}

/** One attempt of this environment; throws `not_found`. */
export async function findAttempt(tx: Tx, id: string): Promise<Attempt> {
  const row = await attempts(tx, id).first();
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such payment attempt.' });
  return toAttempt(row);
}

function attempts(tx: Tx, id: string) {
  return tx
    .sql<AttemptRow>('processor_attempts')
    .where({ environment_id: tx.environment.id, id: id as Id<'att'> });
}

/**
 * Takes an attempt for the time of the lease. 'busy' when somebody else has it or its time has not come, 'done' when
 * it has its outcome. Of several that claim at once, one gets it.
 */
export async function claimAttempt(tx: Tx, id: string): Promise<Attempt | 'busy' | 'done'> {
  const [row] = await attempts(tx, id)
    .whereIn('status', openStatuses)
    .where('next_try_at', '<=', tx.wallNow)
    .whereRaw('(lease_until is null or lease_until <= ?)', [tx.wallNow])
    .update({
      tries: tx.sql.raw('tries + 1'),
      lease_until: new Date(tx.wallNow.getTime() + leaseMs),
    } as never)
    .returning('*');
  if (row) return toAttempt(row);
  const { status } = await findAttempt(tx, id);
  return status === 'pending' || status === 'unknown' ? 'busy' : 'done';
}

/** What a claimed attempt asks for, with the payment method's names at the processor. */
export async function instructionOf(tx: Tx, attempt: Attempt): Promise<Instruction> {
  const asked = {
    attemptId: attempt.id,
    environmentId: tx.environment.id,
    amount: attempt.amount,
    currency: attempt.currency,
  };
  if (!usesMethod(attempt.purpose)) {
    if (attempt.target === null) throw new Error(`attempt ${attempt.id} has no target`);
    return { ...asked, purpose: attempt.purpose, target: attempt.target };
  }
  const method = await tx
    .sql<{ processor_customer: string; processor_method: string; kind: MethodKind }>('payment_methods')
    .where({ environment_id: tx.environment.id, id: attempt.paymentMethodId } as never)
    .first('processor_customer', 'processor_method', 'kind');
  if (!method) throw new Error(`attempt ${attempt.id} has no payment method`);
  return {
    ...asked,
    purpose: attempt.purpose,
    customer: method.processor_customer,
    method: method.processor_method,
    kind: method.kind,
  };
}

/**
 * Writes the outcome of a claimed attempt; one that is unknown waits for its next try. Returns the attempt, or
 * undefined when it is no longer the claimant's because the lease ended and somebody else began it again.
 */
export async function settleAttempt(
  tx: Tx,
  claimed: Attempt,
  outcome: Outcome,
): Promise<Attempt | undefined> {
  const final = outcome.status !== 'unknown';
  const [row] = await claimedRow(tx, claimed)
    .update({
      status: outcome.status,
      processor_reference: 'reference' in outcome ? outcome.reference : null,
      failure_code: outcome.status === 'failed' ? outcome.code : null,
      lease_until: null,
      ...(final ? { finished_at: tx.wallNow } : { next_try_at: nextTryAt(tx, claimed) }),
    })
    .returning('*');
  return row && toAttempt(row);
}

/** Gives a claimed attempt back as it was, to be tried again later; after an error that says nothing of the money. */
export async function postponeAttempt(tx: Tx, claimed: Attempt): Promise<void> {
  await claimedRow(tx, claimed).update({ lease_until: null, next_try_at: nextTryAt(tx, claimed) });
}

function claimedRow(tx: Tx, claimed: Attempt) {
  return attempts(tx, claimed.id).whereIn('status', openStatuses).where({ tries: claimed.tries });
}

function nextTryAt(tx: Tx, { tries }: Attempt): Date {
  const wait = backoffMs[Math.min(tries, backoffMs.length) - 1] ?? 0;
  return new Date(tx.wallNow.getTime() + wait);
}

/**
 * The attempts that wait for somebody to carry them out, those that wait longest first: of all environments but those
 * whose clock moves, where writes are refused; or those of `movingEnvironmentId`, for the clock's own mover.
 */
export async function findOpenAttempts(
  host: TxHost,
  input: { limit: number; movingEnvironmentId?: string },
): Promise<{ environmentId: string; attemptId: Id<'att'>; purpose: Purpose }[]> {
  const now = host.clock.now();
  const rows = await host
    .db<AttemptRow>('processor_attempts as attempt')
    .join('environments as environment', 'environment.id', 'attempt.environment_id')
    .where((query) => {
      const moving = input.movingEnvironmentId;
      if (moving === undefined) void query.whereNull('environment.clock_target');
      else void query.where('environment.id', moving);
    })
    // Where the environment has ended, writes will always be refused.
    .whereRaw('(environment.expires_at is null or environment.expires_at > ?)', [now])
    .whereIn('attempt.status', openStatuses)
    .where('attempt.next_try_at', '<=', now)
    .whereRaw('(attempt.lease_until is null or attempt.lease_until <= ?)', [now])
    .orderBy('attempt.next_try_at')
    .limit(input.limit)
    .select('attempt.environment_id', 'attempt.id', 'attempt.purpose');
  return rows.map((row) => ({ environmentId: row.environment_id, attemptId: row.id, purpose: row.purpose }));
}

/**
 * Makes the next try of every open attempt of this environment due now. Tries wait by the wall's clock; in a sandbox
 * a business date may pass within milliseconds, and nothing that was begun should outlive it for want of patience.
 */
export async function bringForward(tx: Tx): Promise<void> {
  await tx
    .sql<AttemptRow>('processor_attempts')
    .where({ environment_id: tx.environment.id })
    .whereIn('status', openStatuses)
    .where('next_try_at', '>', tx.wallNow)
    .update({ next_try_at: tx.wallNow });
}

/** Makes the next try of what is open for one object due now: somebody says that there is news of it. */
export async function bringForwardAttempt(
  tx: Tx,
  input: { purpose: Purpose; subjectId: string },
): Promise<void> {
  await tx
    .sql<AttemptRow>('processor_attempts')
    .where({ environment_id: tx.environment.id, purpose: input.purpose, subject_id: input.subjectId })
    .whereIn('status', openStatuses)
    .where('next_try_at', '>', tx.wallNow)
    .update({ next_try_at: tx.wallNow });
}

/** Whether somebody is asking the processor for an attempt of this environment now; never once that has ended. */
export async function isUnderWay(host: TxHost, environmentId: string): Promise<boolean> {
  const now = host.clock.now();
  const row = await host
    .db<AttemptRow>('processor_attempts as attempt')
    .join('environments as environment', 'environment.id', 'attempt.environment_id')
    .where('environment.id', environmentId)
    .whereRaw('(environment.expires_at is null or environment.expires_at > ?)', [now])
    .whereIn('attempt.status', openStatuses)
    .where('attempt.lease_until', '>', now)
    .first('attempt.id');
  return row !== undefined;
}

/** Whether an attempt of this environment waits for its outcome, whether or not it is to be tried now. */
export async function hasOpenAttempts(host: TxHost, environmentId: string): Promise<boolean> {
  const row = await host
    .db<AttemptRow>('processor_attempts')
    .where({ environment_id: environmentId })
    .whereIn('status', openStatuses)
    .first('id');
  return row !== undefined;
}
