import { recordEvent } from '../events/record.ts';
import type { EventType } from '../events/types.ts';
import { countUpTo } from '../lib/count-up-to.ts';
import { GatewayError } from '../lib/errors.ts';
import { type Id, isId } from '../lib/ids.ts';
import { toJsonAmount } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { lockOrder, type Order } from '../orders/orders.ts';
import { dataKeyOf, erasedText, findDataKey } from '../shoppers/profile.ts';
import { placeOf } from '../shoppers/sealing.ts';
import type { DisputeReason, DisputeStatus } from './state.ts';

/** What ended a dispute: the merchant accepted it, did not answer, an operator decided, or the shopper withdrew it. */
export type DisputeEnd = 'merchant' | 'deadline' | 'operator' | 'shopper';

/**
 * A shopper says that an order is not what they pay for. While it is open the dues of its plan stand still, and `amount`
 * is set apart from what the merchant gets. Amounts are minor units.
 */
export type Dispute = {
  id: Id<'dsp'>;
  orderId: string;
  merchantId: string;
  shopperId: string;
  reason: DisputeReason;
  amount: bigint;
  currency: string;
  status: DisputeStatus;
  /** By business time: the merchant's silence until then is a lost dispute. */
  responseDueAt: Date;
  /** What of the amount the shopper got by the outcome, and the refund that it is. */
  refunded: bigint;
  refundId: string | null;
  endedBy: DisputeEnd | null;
  /** The operator; null unless one decided. */
  decidedBy: string | null;
  version: number;
  createdAt: Date;
  answeredAt: Date | null;
  endedAt: Date | null;
};

export type DisputeRow = {
  environment_id: string;
  id: Id<'dsp'>;
  order_id: string;
  merchant_id: string;
  shopper_id: string;
  form_key: string;
  reason: DisputeReason;
  amount: bigint;
  currency: string;
  status: DisputeStatus;
  words_sealed: string;
  answer_sealed: string | null;
  note_sealed: string | null;
  refunded_amount: bigint;
  refund_id: string | null;
  ended_by: DisputeEnd | null;
  decided_by: string | null;
  response_due_at: Date;
  reminded_at: Date | null;
  answered_at: Date | null;
  version: number;
  created_at: Date;
  ended_at: Date | null;
};

export function toDispute(row: DisputeRow): Dispute {
  return {
    id: row.id,
    orderId: row.order_id,
    merchantId: row.merchant_id,
    shopperId: row.shopper_id,
    reason: row.reason,
    amount: row.amount,
    currency: row.currency,
    status: row.status,
    responseDueAt: row.response_due_at,
    refunded: row.refunded_amount,
    refundId: row.refund_id,
    endedBy: row.ended_by,
    decidedBy: row.decided_by,
    version: row.version,
    createdAt: row.created_at,
    answeredAt: row.answered_at,
    endedAt: row.ended_at,
  };
}

export function disputesOf(tx: Tx) {
  return tx.sql<DisputeRow>('disputes').where({ environment_id: tx.environment.id });
}

/** Who asks for a dispute: a merchant or a shopper gets their own only. */
export type DisputeOf = { disputeId: string; merchantId?: string; shopperId?: string };

async function findRow(tx: Tx, { disputeId, merchantId, shopperId }: DisputeOf): Promise<DisputeRow> {
  const row = await disputesOf(tx)
    .where({ id: disputeId as Id<'dsp'> })
    .modify((query) => {
      if (merchantId !== undefined) void query.where({ merchant_id: merchantId });
      if (shopperId !== undefined) void query.where({ shopper_id: shopperId });
    })
    .first();
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such dispute.' });
  return row;
}

/** The dispute with this id; `not_found` when there is none, or it is somebody else's. */
export async function findDispute(tx: Tx, of: DisputeOf): Promise<Dispute> {
  return toDispute(await findRow(tx, of));
}

/** The dispute as it is while its order is locked: whatever changes it locks the order first. */
export async function lockDispute(tx: Tx, of: DisputeOf): Promise<{ order: Order; dispute: Dispute }> {
  const { orderId } = await findDispute(tx, of);
  const order = await lockOrder(tx, { orderId });
  return { order, dispute: await findDispute(tx, of) };
}

/** An order's disputes, the oldest first. */
export async function listDisputesOf(tx: Tx, orderId: string): Promise<Dispute[]> {
  const rows = await disputesOf(tx).where({ order_id: orderId }).orderBy('id');
  return rows.map(toDispute);
}

/**
 * Disputes in the order in which they were opened, or the newest first, after `after`: a merchant's, or those of the
 * environment.
 */
export async function listDisputes(
  tx: Tx,
  input: {
    merchantId?: string;
    orderId?: string | undefined;
    statuses?: readonly DisputeStatus[] | undefined;
    newestFirst?: boolean;
    after?: string | undefined;
    limit: number;
  },
): Promise<Dispute[]> {
  const { merchantId, orderId, statuses, newestFirst = false, after } = input;
  const rows = await disputesOf(tx)
    .modify((query) => {
      if (merchantId !== undefined) void query.where({ merchant_id: merchantId });
      if (orderId !== undefined) void query.where({ order_id: orderId });
      if (statuses !== undefined) void query.whereIn('status', statuses);
      if (isId('dsp', after)) void query.where('id', newestFirst ? '<' : '>', after);
    })
    .orderBy('id', newestFirst ? 'desc' : 'asc')
    .limit(input.limit);
  return rows.map(toDispute);
}

/** How many disputes of the environment are in this status, counted up to `most + 1`. */
export function countDisputes(
  tx: Tx,
  { status, most }: { status: DisputeStatus; most: number },
): Promise<number> {
  return countUpTo(tx, disputesOf(tx).where({ status }), most);
}

/** What each side wrote, opened: for both of them and for whoever decides. None of it opens once its shopper was erased. */
export type DisputeWords = { words: string; answer: string | null; note: string | null };

type Column = keyof DisputeWords;

export async function readWords(tx: Tx, disputeId: string): Promise<DisputeWords> {
  const row = await findRow(tx, { disputeId });
  const dataKey = await findDataKey(tx, row.shopper_id);
  const open = (text: string, column: Column): string =>
    dataKey ? tx.vault.open(text, placeOf(tx, 'disputes', column, row.id), dataKey) : erasedText;
  return {
    words: open(row.words_sealed, 'words'),
    answer: row.answer_sealed === null ? null : open(row.answer_sealed, 'answer'),
    note: row.note_sealed === null ? null : open(row.note_sealed, 'note'),
  };
}

/** A text has at most so many characters. */
export const mostWords = 2000;

/** A text as it is kept; `validation_failed` when there is none, or too much. */
export function textOf(text: string, pointer: string): string {
  const kept = text.normalize('NFC').trim();
  if (kept !== '' && kept.length <= mostWords) return kept;
  throw new GatewayError('validation_failed', {
    detail: `A text has 1 to ${mostWords} characters.`,
    errors: [{ pointer, code: 'invalid_length' }],
  });
}

/** Seals a text of a dispute under its shopper's key. */
export async function sealWords(
  tx: Tx,
  { id, shopperId }: Pick<Dispute, 'id' | 'shopperId'>,
  column: Column,
  text: string,
): Promise<string> {
  return tx.vault.seal(text, placeOf(tx, 'disputes', column, id), await dataKeyOf(tx, shopperId));
}

export async function updateDispute(tx: Tx, dispute: Dispute, change: Partial<DisputeRow>): Promise<Dispute> {
  const [row] = await disputesOf(tx)
    .where({ id: dispute.id })
    .update({ ...change, version: dispute.version + 1 })
    .returning('*');
  if (!row) throw new Error(`dispute ${dispute.id} was not changed`);
  return toDispute(row);
}

/** Tells what became of a dispute; that it is to be answered soon is the merchant's business alone. */
export async function recordDisputeEvent(
  tx: Tx,
  type: Extract<EventType, `dispute.${string}`>,
  dispute: Dispute,
): Promise<void> {
  const { merchantId, shopperId } = dispute;
  await recordEvent(tx, {
    streams: type === 'dispute.response_due' ? [merchantId] : [merchantId, shopperId],
    type,
    objectId: dispute.id,
    objectVersion: dispute.version,
    data: {
      order_id: dispute.orderId,
      status: dispute.status,
      reason: dispute.reason,
      amount: toJsonAmount(dispute.amount),
      currency: dispute.currency,
      response_due_at: dispute.responseDueAt.toISOString(),
      refunded_amount: toJsonAmount(dispute.refunded),
      refund_id: dispute.refundId,
      ended_by: dispute.endedBy,
    },
  });
}
