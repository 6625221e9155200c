import { recordEvent } from '../events/record.ts';
import { countUpTo } from '../lib/count-up-to.ts';
import { GatewayError } from '../lib/errors.ts';
import { type Id, newId } from '../lib/ids.ts';
import { toJsonAmount } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';

/** Every state of a payout: pending → held | in_transit → paid | failed; paid → returned. */
export const payoutStatuses = ['pending', 'held', 'in_transit', 'paid', 'failed', 'returned'] as const;

/** Why a payout is not sent. */
export const holdReasons = [
  'books_alarm',
  'merchant_suspended',
  'refund_ratio',
  'bank_account_changed',
  'first_payout',
  'above_cap',
] as const;

export type HoldReason = (typeof holdReasons)[number];

/** The bank transfer of one settlement's net to its merchant. A retry is a new payout. */
export type Payout = {
  id: Id<'po'>;
  settlementId: string;
  merchantId: string;
  currency: string;
  amount: bigint;
  status: (typeof payoutStatuses)[number];
  /** The processor's or bank's code of a payout that failed or was returned. */
  failureCode: string | null;
  /** Why it is held, or was. */
  holdReason: HoldReason | null;
  /** When a hold ends by itself, by business time; null for one that two people have to end. */
  holdUntil: Date | null;
  /** The operators who let a held payout go, the first and the second. */
  approvedBy: string | null;
  releasedBy: string | null;
  /** The processor's name for the transfer, once it has accepted it. */
  processorReference: string | null;
  version: number;
  createdAt: Date;
  paidAt: Date | null;
  returnedAt: Date | null;
};

export type PayoutRow = {
  environment_id: string;
  id: Id<'po'>;
  settlement_id: string;
  merchant_id: string;
  currency: string;
  amount: bigint;
  status: Payout['status'];
  failure_code: string | null;
  hold_reason: HoldReason | null;
  hold_until: Date | null;
  approved_by: string | null;
  approved_at: Date | null;
  released_by: string | null;
  released_at: Date | null;
  processor_reference: string | null;
  version: number;
  created_at: Date;
  paid_at: Date | null;
  returned_at: Date | null;
};

export function toPayout(row: PayoutRow): Payout {
  return {
    id: row.id,
    settlementId: row.settlement_id,
    merchantId: row.merchant_id,
    currency: row.currency,
    amount: row.amount,
    status: row.status,
    failureCode: row.failure_code,
    holdReason: row.hold_reason,
    holdUntil: row.hold_until,
    approvedBy: row.approved_by,
    releasedBy: row.released_by,
    processorReference: row.processor_reference,
    version: row.version,
    createdAt: row.created_at,
    paidAt: row.paid_at,
    returnedAt: row.returned_at,
  };
}

/** Stores a payout that is yet to be sent. Of one settlement at most one lives, by constraint. */
export async function storePayout(
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

/** The payout as it stands, which nobody else changes until the transaction ends; throws `not_found`. */
export async function lockPayout(tx: Tx, payoutId: string): Promise<Payout> {
  const row = await payoutRows(tx, payoutId).forUpdate().first();
  if (!row) throw noPayout();
  return toPayout(row);
}

/** Changes a locked payout, which counts as its next version. */
export async function updatePayout(tx: Tx, payout: Payout, change: Partial<PayoutRow>): Promise<Payout> {
  const [after] = await payoutRows(tx, payout.id)
    .update({ ...change, version: payout.version + 1 })
    .returning('*');
  if (!after) throw new Error(`payout ${payout.id} vanished`);
  return toPayout(after);
}

function payoutRows(tx: Tx, payoutId: string) {
  return tx.sql<PayoutRow>('payouts').where({ environment_id: tx.environment.id, id: payoutId as Id<'po'> });
}

export async function recordPayoutEvent(
  tx: Tx,
  type:
    | 'payout.created'
    | 'payout.held'
    | 'payout.in_transit'
    | 'payout.paid'
    | 'payout.failed'
    | 'payout.returned',
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
      hold_reason: payout.status === 'held' ? payout.holdReason : null,
    },
  });
}

export async function findPayout(tx: Tx, input: { payoutId: string; merchantId: string }): Promise<Payout> {
  const row = await payoutRows(tx, input.payoutId).where({ merchant_id: input.merchantId }).first();
  if (!row) throw noPayout();
  return toPayout(row);
}

/**
 * The payout that somebody outside means: by the processor's name for its transfer, or by our own id of it or of the
 * attempt to send it, which the processor keeps and banks print. Undefined when there is none.
 */
export async function findPayoutByReference(tx: Tx, reference: string): Promise<Payout | undefined> {
  const { rows } = await tx.sql.raw<{ rows: PayoutRow[] }>(
    `select * from payouts where environment_id = :environment and id = coalesce(
       (select p.id from payouts p where p.environment_id = :environment and p.id = :reference),
       (select p.id from payouts p where p.environment_id = :environment and p.processor_reference = :reference limit 1),
       (select a.subject_id from processor_attempts a
        where a.environment_id = :environment and a.id = :reference and a.purpose = 'payout'))`,
    { environment: tx.environment.id, reference },
  );
  const [row] = rows;
  return row && toPayout(row);
}

/** A merchant's payouts in the order of their creation, or the newest first, after the cursor's id. */
export async function listPayouts(
  tx: Tx,
  input: {
    merchantId: string;
    status?: Payout['status'] | undefined;
    createdFrom?: Date | undefined;
    createdBefore?: Date | undefined;
    newestFirst?: boolean;
    after: string | undefined;
    limit: number;
  },
): Promise<Payout[]> {
  const { newestFirst = false } = input;
  const rows = await tx
    .sql<PayoutRow>('payouts')
    .where({ environment_id: tx.environment.id, merchant_id: input.merchantId })
    .modify((query) => {
      if (input.status) void query.where({ status: input.status });
      if (input.createdFrom) void query.where('created_at', '>=', input.createdFrom);
      if (input.createdBefore) void query.where('created_at', '<', input.createdBefore);
      if (input.after) void query.where('id', newestFirst ? '<' : '>', input.after);
    })
    .orderBy('id', newestFirst ? 'desc' : 'asc')
    .limit(input.limit);
  return rows.map(toPayout);
}

/** Every try to pay a settlement out, the first one first. */
export async function listPayoutsOf(tx: Tx, settlementId: string): Promise<Payout[]> {
  const rows = await tx
    .sql<PayoutRow>('payouts')
    .where({ environment_id: tx.environment.id, settlement_id: settlementId })
    .orderBy('id');
  return rows.map(toPayout);
}

/** The payouts that wait to be let go, the oldest first, after the cursor's id. */
export async function listHeldPayouts(
  tx: Tx,
  input: { after: string | undefined; limit: number },
): Promise<Payout[]> {
  const rows = await tx
    .sql<PayoutRow>('payouts')
    .where({ environment_id: tx.environment.id, status: 'held' })
    .modify((query) => {
      if (input.after) void query.where('id', '>', input.after);
    })
    .orderBy('id')
    .limit(input.limit);
  return rows.map(toPayout);
}

/** How many payouts wait to be let go, counted up to `most + 1`. */
export function countHeldPayouts(tx: Tx, most: number): Promise<number> {
  const held = tx.sql<PayoutRow>('payouts').where({ environment_id: tx.environment.id, status: 'held' });
  return countUpTo(tx, held, most);
}

function noPayout(): GatewayError {
  return new GatewayError('not_found', { detail: 'There is no such payout.' });
}
