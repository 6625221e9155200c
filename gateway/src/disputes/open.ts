import { post } from '../ledger/post.ts';
import { disputeOpened } from '../ledger/postings.ts';
import { addDays, type CalendarDate, startOf } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { findMerchant } from '../merchants/merchants.ts';
import { lockOrder, type Order, refundableOf } from '../orders/orders.ts';
import { requireRefundable } from '../orders/refundable.ts';
import { listReturnsOf } from '../orders/returns.ts';
import { pausePlan } from '../repayments/pause.ts';
import { findPlan, todayOf } from '../repayments/plans.ts';
import { addLines } from '../settlement/lines.ts';
import {
  type Dispute,
  disputesOf,
  listDisputesOf,
  recordDisputeEvent,
  sealWords,
  textOf,
  toDispute,
} from './disputes.ts';
import { type DisputeReason, isOver } from './state.ts';

/** The merchant has so many days to answer. */
export const answerDays = 14;

/** The dues stand still until somebody has decided; at first so many days are expected. */
export const pauseDays = 30;

/** Nobody stops the dues of one order for ever by disputing it over and over. */
const mostDisputes = 3;

export type NewDispute = {
  orderId: string;
  shopperId: string;
  /** Names the form: sent twice, it opens one dispute. */
  formKey: string;
  reason: DisputeReason;
  amount: bigint;
  words: string;
};

/**
 * A shopper disputes an order of theirs, whole or in part: the dues of its plan stand still until it is over, and the
 * amount is set apart from what the merchant gets. One dispute of an order is open at a time, and none beside a return that
 * the merchant has not answered.
 *
 * @throws GatewayError `not_found`, `dispute_open`, `return_open`, `refund_exceeds_refundable`, `state_conflict` (nothing
 *   that could be refunded, or no more disputes), `validation_failed` (the words).
 */
export async function openDispute(tx: Tx, input: NewDispute): Promise<Dispute> {
  const order = await lockOrder(tx, { orderId: input.orderId });
  if (order.shopperId !== input.shopperId)
    throw new GatewayError('not_found', { detail: 'There is no such order.' });
  const sent = await disputesOf(tx).where({ order_id: order.id, form_key: input.formKey }).first();
  if (sent) return toDispute(sent);
  const before = await listDisputesOf(tx, order.id);
  await requireFree(tx, order, before);
  requireRefundable(order, input.amount);
  if (input.amount === 0n) {
    throw new GatewayError('state_conflict', { detail: 'Nothing of this order can be refunded any more.' });
  }
  const dispute = await store(tx, order, input);
  await setApart(tx, order, dispute);
  await recordDisputeEvent(tx, 'dispute.created', dispute);
  return dispute;
}

/** Whether the shopper of an order may dispute it now, after the disputes that there were. */
export function mayDispute(order: Order, before: readonly Dispute[]): boolean {
  const isOpen = before.some(({ status }) => !isOver(status));
  return refundableOf(order) > 0n && !isOpen && before.length < mostDisputes;
}

async function requireFree(tx: Tx, order: Order, before: readonly Dispute[]): Promise<void> {
  const open = before.find(({ status }) => !isOver(status));
  if (open) {
    throw new GatewayError('dispute_open', {
      detail: 'A dispute of this order is not decided yet.',
      extra: { dispute_id: open.id },
    });
  }
  const declared = (await listReturnsOf(tx, order.id)).find(({ status }) => status === 'declared');
  if (declared) {
    throw new GatewayError('return_open', {
      detail: 'A return of this order is not answered yet.',
      hint: 'Wait for the answer or withdraw the return first.',
      extra: { return_id: declared.id },
    });
  }
  if (before.length >= mostDisputes) {
    throw new GatewayError('state_conflict', {
      detail: 'This order was disputed so often that nothing more can be.',
    });
  }
}

async function store(tx: Tx, order: Order, input: NewDispute): Promise<Dispute> {
  const { planId } = order;
  const plan = await findPlan(tx, { planId });
  const today = todayOf(tx, plan);
  const id = newId('dsp');
  const words = await sealWords(
    tx,
    { id, shopperId: order.shopperId },
    'words',
    textOf(input.words, '/text'),
  );
  const [row] = await disputesOf(tx)
    .insert({
      environment_id: tx.environment.id,
      id,
      order_id: order.id,
      merchant_id: order.merchantId,
      shopper_id: order.shopperId,
      form_key: input.formKey,
      reason: input.reason,
      amount: input.amount,
      currency: order.currency,
      status: 'open',
      words_sealed: words,
      response_due_at: startOf(addDays(today, answerDays), plan.timeZone),
      created_at: tx.now,
    })
    .returning('*');
  if (!row) throw new Error('the dispute was not stored');
  await pausePlan(tx, { planId, sourceId: id, until: pausedUntil(today) });
  return toDispute(row);
}

function pausedUntil(today: CalendarDate): CalendarDate {
  return addDays(today, pauseDays);
}

async function setApart(tx: Tx, order: Order, { id, amount }: Dispute): Promise<void> {
  const { merchantId, currency } = order;
  await post(tx, disputeOpened({ currency, subjectId: id, merchantId, disputeId: id, amount }));
  await addLines(tx, {
    merchant: await findMerchant(tx, merchantId),
    currency,
    orderId: order.id,
    sourceId: id,
    lines: [{ kind: 'dispute', amount: -amount }],
  });
}
