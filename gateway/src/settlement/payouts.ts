import { recordEvent } from '../events/record.ts';
import { post } from '../ledger/post.ts';
import { payoutPaid, payoutRetried, settlementClosed } from '../ledger/postings.ts';
import { addMs, hourMs } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import { type Id, newId } from '../lib/ids.ts';
import { toJsonAmount } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { findMerchant, type Merchant } from '../merchants/merchants.ts';
import { type Attempt, startAttempt } from '../processor/attempts.ts';
import type { FinalOutcome } from '../processor/port.ts';

/** A failed bank transfer is tried again so often, a day apart. */
const maxPayouts = 5;

/** The bank transfer of one settlement's net to its merchant. A retry is a new payout. */
export type Payout = {
  id: Id<'po'>;
  settlementId: string;
  merchantId: string;
  currency: string;
  amount: bigint;
  status: 'pending' | 'paid' | 'failed';
  failureCode: string | null;
  version: number;
  createdAt: Date;
  paidAt: Date | null;
};

type PayoutRow = {
  environment_id: string;
  id: Id<'po'>;
  settlement_id: string;
  merchant_id: string;
  currency: string;
  amount: bigint;
  status: Payout['status'];
  failure_code: string | null;
  processor_reference: string | null;
  version: number;
  created_at: Date;
  paid_at: Date | null;
};

function toPayout(row: PayoutRow): Payout {
  return {
    id: row.id,
    settlementId: row.settlement_id,
    merchantId: row.merchant_id,
    currency: row.currency,
    amount: row.amount,
    status: row.status,
    failureCode: row.failure_code,
    version: row.version,
    createdAt: row.created_at,
    paidAt: row.paid_at,
  };
}

/** Sets a closed settlement's positive net apart and asks the processor to send it to the merchant's bank. */
export async function startPayout(
  tx: Tx,
  input: { settlementId: string; merchant: Merchant; currency: string; amount: bigint },
): Promise<void> {
  const payout = await storePayout(tx, { ...input, merchantId: input.merchant.id });
  await post(
    tx,
    settlementClosed({
      merchantId: input.merchant.id,
      payoutId: payout.id,
      net: input.amount,
      currency: input.currency,
      subjectId: input.settlementId,
    }),
  );
  await sendPayout(tx, payout, input.merchant.payoutAccount, tx.wallNow);
}

/** What the processor said of a payout: paid, or failed and tried again as a new payout that takes over its money. */
export async function finishPayout(tx: Tx, attempt: Attempt, outcome: FinalOutcome): Promise<void> {
  const row = await tx
    .sql<PayoutRow>('payouts')
    .where({ environment_id: tx.environment.id, id: attempt.subjectId as Id<'po'>, status: 'pending' })
    .forUpdate()
    .first();
  if (!row) throw new Error(`payout ${attempt.subjectId} is not pending`);
  if (outcome.status === 'succeeded') {
    const paid = await updatePayout(tx, row, {
      status: 'paid',
      processor_reference: outcome.reference,
      paid_at: tx.now,
    });
    await post(
      tx,
      payoutPaid({ payoutId: paid.id, amount: paid.amount, currency: paid.currency, subjectId: paid.id }),
    );
    await recordPayoutEvent(tx, 'payout.paid', paid);
    return;
  }
  const failed = await updatePayout(tx, row, { status: 'failed', failure_code: outcome.code });
  await recordPayoutEvent(tx, 'payout.failed', failed);
  await retryPayout(tx, failed);
}

/** The account is read anew: the merchant may have mended it since. */
async function retryPayout(tx: Tx, failed: Payout): Promise<void> {
  const tries = await tx
    .sql('payouts')
    .where({ environment_id: tx.environment.id, settlement_id: failed.settlementId })
    .select('id');
  if (tries.length >= maxPayouts) return;
  const next = await storePayout(tx, failed);
  await post(
    tx,
    payoutRetried({
      fromPayoutId: failed.id,
      toPayoutId: next.id,
      amount: next.amount,
      currency: next.currency,
      subjectId: next.id,
    }),
  );
  const { payoutAccount } = await findMerchant(tx, failed.merchantId);
  await sendPayout(tx, next, payoutAccount, addMs(tx.wallNow, 24 * hourMs));
}

async function storePayout(
  tx: Tx,
  input: { settlementId: string; merchantId: string; currency: string; amount: bigint },
): Promise<Payout> {
  const [row] = await tx
    .sql<PayoutRow>('payouts')
    .insert({
      environment_id: tx.environment.id,
      id: newId('po'),
      settlement_id: input.settlementId,
      merchant_id: input.merchantId,
      currency: input.currency,
      amount: input.amount,
      status: 'pending',
      created_at: tx.now,
    })
    .returning('*');
  if (!row) throw new Error('the payout was not stored');
  const payout = toPayout(row);
  await recordPayoutEvent(tx, 'payout.created', payout);
  return payout;
}

async function sendPayout(tx: Tx, payout: Payout, account: string, nextTryAt: Date): Promise<void> {
  await startAttempt(tx, {
    purpose: 'payout',
    subjectId: payout.id,
    amount: payout.amount,
    currency: payout.currency,
    target: account,
    nextTryAt,
  });
}

async function updatePayout(tx: Tx, row: PayoutRow, change: Partial<PayoutRow>): Promise<Payout> {
  const [after] = await tx
    .sql<PayoutRow>('payouts')
    .where({ environment_id: tx.environment.id, id: row.id })
    .update({ ...change, version: row.version + 1 })
    .returning('*');
  if (!after) throw new Error(`payout ${row.id} vanished`);
  return toPayout(after);
}

async function recordPayoutEvent(
  tx: Tx,
  type: 'payout.created' | 'payout.paid' | 'payout.failed',
  payout: Payout,
): Promise<void> {
  await recordEvent(tx, {
    streams: [payout.merchantId],
    type,
    objectId: payout.id,
    objectVersion: payout.version,
    data: {
      settlement_id: payout.settlementId,
      amount: toJsonAmount(payout.amount),
      currency: payout.currency,
      status: payout.status,
      failure_code: payout.failureCode,
    },
  });
}

export async function findPayout(tx: Tx, input: { payoutId: string; merchantId: string }): Promise<Payout> {
  const row = await tx
    .sql<PayoutRow>('payouts')
    .where({
      environment_id: tx.environment.id,
      id: input.payoutId as Id<'po'>,
      merchant_id: input.merchantId,
    })
    .first();
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such payout.' });
  return toPayout(row);
}

/** A merchant's payouts in the order of their creation, after the cursor's id. */
export async function listPayouts(
  tx: Tx,
  input: { merchantId: string; after: string | undefined; limit: number },
): Promise<Payout[]> {
  const rows = await tx
    .sql<PayoutRow>('payouts')
    .where({ environment_id: tx.environment.id, merchant_id: input.merchantId })
    .modify((query) => {
      if (input.after) void query.where('id', '>', input.after);
    })
    .orderBy('id')
    .limit(input.limit);
  return rows.map(toPayout);
}
