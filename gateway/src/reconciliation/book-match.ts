import { account, type Account } from '../ledger/accounts.ts';
import { post } from '../ledger/post.ts';
import {
  bankLineMatched,
  bankLineUnmatched,
  funderRemitted,
  funderWired,
  merchantDebtPaid,
  type Posting,
  processorFee,
  processorFunded,
  processorSettled,
} from '../ledger/postings.ts';
import { isId, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { chargeBackDownPayment } from '../orders/charge-back-down.ts';
import { chargeBackCollection, giveBackChargeback } from '../orders/charge-back.ts';
import { noteDebtPaid } from '../settlement/debts.ts';
import { findPayoutByReference } from '../settlement/payouts.ts';
import { returnPayout } from '../settlement/return-payout.ts';
import { resolveException } from './exceptions.ts';
import type { How, Target } from './judge.ts';
import { type OutsideRecord, setState } from './records.ts';

/**
 * One matching at a time in an environment: a record and what it is matched to are looked at and taken together. The
 * database refuses a second match all the same.
 */
export async function lockMatching(tx: Tx): Promise<void> {
  await tx.sql.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
    `reconciliation:${tx.environment.id}`,
  ]);
}

/** Keeps that a record is matched, with what that posts, and ends the exceptions about it. */
export async function bookMatch(
  tx: Tx,
  input: { record: OutsideRecord; target: Target; subject: string; how: How; by: string },
): Promise<void> {
  const { record, target, how, by } = input;
  await tx.sql('reconciliation_matches').insert({
    environment_id: tx.environment.id,
    id: newId('mtc'),
    record_id: record.id,
    target_kind: target.kind,
    target_id: target.id,
    how,
    matched_by: by,
    matched_at: tx.wallNow,
  });
  if (record.kind === 'line') await bookLine(tx, record, target);
  else await bookMovement(tx, input);
  await setState(tx, record.id, { state: 'matched' });
  await resolveException(tx, { recordId: record.id }, by);
  if (target.kind === 'attempt') await resolveException(tx, { attemptId: target.id }, by);
  if (target.kind === 'processor_payout' || target.kind === 'payout_back') {
    await setState(tx, target.id, { state: 'matched' });
    await resolveException(tx, { recordId: target.id }, by);
  }
}

function causeOf({ id, currency }: OutsideRecord): { subjectId: string; currency: string } {
  return { subjectId: id, currency };
}

function sizeOf({ amount }: OutsideRecord): bigint {
  return amount < 0n ? -amount : amount;
}

/** What a movement at the processor means beyond what our own attempt has posted. */
async function bookMovement(
  tx: Tx,
  { record, target, subject }: { record: OutsideRecord; target: Target; subject: string },
): Promise<void> {
  const cause = causeOf(record);
  const amount = sizeOf(record);
  if (record.kind === 'dispute') {
    const taken = {
      reference: target.id,
      reason: record.description ?? 'chargeback',
      amount,
      fee: record.fee,
    };
    if (isId('ord', subject)) await chargeBackDownPayment(tx, { ...taken, orderId: subject });
    else await chargeBackCollection(tx, { ...taken, repaymentId: subject });
    return;
  }
  if (record.kind === 'dispute_won') {
    await giveBackChargeback(tx, { reference: target.id, amount, feeReturned: -record.fee });
    return;
  }
  if (record.kind === 'fee') {
    await post(tx, processorFee({ ...cause, amount: amount + record.fee }));
    return;
  }
  // Payouts are booked out of cash, and left our balance at the processor: it has settled with us by that.
  if (record.kind === 'transfer') await post(tx, processorSettled({ ...cause, amount }));
  if (record.kind === 'transfer_back') {
    if (target.kind === 'payout_return') await returnIfPaid(tx, target.id);
    await post(tx, processorFunded({ ...cause, amount }));
  }
  if (record.fee > 0n) await post(tx, processorFee({ ...cause, amount: record.fee }));
}

/** The record shows its money with us. A payout that has failed was never booked as paid, so nothing of it comes back. */
async function returnIfPaid(tx: Tx, payoutId: string): Promise<void> {
  const payout = await findPayoutByReference(tx, payoutId);
  if (payout?.status === 'paid') await returnPayout(tx, { payoutId, code: 'returned_by_bank', isBack: true });
}

async function bookLine(tx: Tx, record: OutsideRecord, target: Target): Promise<void> {
  if (record.suspended) {
    await post(tx, bankLineMatched({ ...causeOf(record), amount: record.amount, target: accountOf(target) }));
  } else if (target.kind !== 'payout_return') {
    await post(tx, postingOf(record, target));
  }
  if (target.kind === 'payout_return') await returnIfPaid(tx, target.id);
  // What the merchant has paid must not be set off against its settlements as well.
  if (target.kind === 'merchant')
    await noteDebtPaid(tx, {
      merchantId: target.id,
      currency: record.currency,
      amount: record.amount,
      sourceId: record.id,
    });
}

/** Where the money of a line in suspense belongs. What a returned payout brings is booked from cash by its own walk. */
function accountOf(target: Target): Account {
  switch (target.kind) {
    case 'processor_payout':
      return 'clearing';
    case 'funder_due':
      return account('funder_due', target.id);
    case 'funder':
      return account('funder', target.id);
    case 'merchant':
      return account('merchant', target.id);
    case 'payout_return':
      return 'cash';
    case 'attempt':
    case 'payout_back':
    case 'processor_fee':
    case 'chargeback':
    case 'chargeback_won':
    default:
      throw new Error(`a line of the bank is no ${target.kind}`);
  }
}

function postingOf(record: OutsideRecord, target: Target): Posting {
  const input = { ...causeOf(record), amount: sizeOf(record) };
  switch (target.kind) {
    case 'processor_payout':
      return record.amount > 0n ? processorSettled(input) : processorFunded(input);
    case 'funder_due':
      return funderWired({ ...input, funderId: target.id });
    case 'funder':
      return funderRemitted({ ...input, funderId: target.id });
    case 'merchant':
      return merchantDebtPaid({ ...input, merchantId: target.id });
    case 'payout_return':
    case 'attempt':
    case 'payout_back':
    case 'processor_fee':
    case 'chargeback':
    case 'chargeback_won':
    default:
      throw new Error(`a line of the bank is no ${target.kind}`);
  }
}

/** A line that nobody can place is our money and nobody's yet: it waits in suspense, once. */
export async function suspend(tx: Tx, record: OutsideRecord): Promise<void> {
  if (record.suspended) return;
  await post(tx, bankLineUnmatched({ ...causeOf(record), amount: record.amount }));
  await setState(tx, record.id, { state: 'exception', suspended: true });
}
