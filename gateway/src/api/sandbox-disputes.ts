import { z } from 'zod';
import { decideDispute, disputeOutcomes } from '../disputes/decide.ts';
import { findDispute, mostWords } from '../disputes/disputes.ts';
import { openDispute } from '../disputes/open.ts';
import { disputeReasons } from '../disputes/state.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { Amount, AmountJson, CurrencyCode, idOf, MerchantReference, Timestamp } from '../http/schemas.ts';
import { requireSandbox } from '../jobs/scenarios/arrange-fault.ts';
import { GatewayError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import { toJsonAmount } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { chargeBackCollection } from '../orders/charge-back.ts';
import { findOrder, refundableOf } from '../orders/orders.ts';
import { takeBackInMock } from '../processor/mock/take-back.ts';
import { findPlan } from '../repayments/plans.ts';
import { findRepaymentPlan } from '../repayments/repayments.ts';
import { DisputeJson, disputeExample, disputeJson } from './resources/dispute.ts';

const open = defineRoute({
  method: 'post',
  path: '/v1/sandbox/orders/{order_id}/dispute',
  operationId: 'openDispute',
  summary: 'Dispute an order, as its shopper',
  description:
    'Does what a shopper does on their account page, to test how you answer. The dues stand still ' +
    'and the amount is set apart from your settlement until the dispute is over. Without an ' +
    'amount, all that can be refunded is disputed.',
  tags: ['Sandbox'],
  auth: 'merchant',
  scope: 'sandbox',
  params: z.object({ order_id: idOf('ord') }),
  body: z.strictObject({
    reason: z.enum(disputeReasons),
    amount: Amount.optional(),
    text: z.string().min(1).max(mostWords),
  }),
  bodyExample: { reason: 'damaged', amount: 4000, text: 'The cup was broken when it came.' },
  problems: [
    'not_found',
    'dispute_open',
    'return_open',
    'refund_exceeds_refundable',
    'state_conflict',
    'amount_invalid',
  ],
  success: { status: 201, description: 'It is open.', schema: DisputeJson, example: disputeExample },
  async write(tx, { params, body, merchant }) {
    requireSandbox(tx);
    const order = await findOrder(tx, { orderId: params.order_id, merchantId: merchant.id });
    const dispute = await openDispute(tx, {
      orderId: order.id,
      shopperId: order.shopperId,
      formKey: newId('req'),
      reason: body.reason,
      amount: body.amount ?? refundableOf(order),
      words: body.text,
    });
    return disputeJson(tx, dispute);
  },
});

const decide = defineRoute({
  method: 'post',
  path: '/v1/sandbox/disputes/{dispute_id}/decide',
  operationId: 'decideDispute',
  summary: 'Decide a dispute, as the lender',
  description:
    'Does what an operator does with a dispute that you have answered: for you, against you, or a ' +
    'part. A part that is refunded is named, and only that.',
  tags: ['Sandbox'],
  auth: 'merchant',
  scope: 'sandbox',
  params: z.object({ dispute_id: idOf('dsp') }),
  body: z.strictObject({
    outcome: z.enum(disputeOutcomes),
    refunded_amount: Amount.optional(),
    note: z.string().min(1).max(mostWords).meta({ description: 'Why; both sides read it.' }),
  }),
  bodyExample: { outcome: 'partly_won', refunded_amount: 1500, note: 'One of three cups was broken.' },
  problems: ['not_found', 'state_conflict', 'amount_invalid'],
  success: {
    status: 200,
    description: 'It is over.',
    schema: DisputeJson,
    example: {
      ...disputeExample,
      status: 'partly_won',
      answer_text: 'Two of three came whole.',
      decision_text: 'One of three cups was broken.',
      refunded_amount: 1500,
      refund_id: 'rfd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
      ended_by: 'operator',
      allowed_actions: [],
      version: 3,
      answered_at: '2026-03-12T08:30:00.000Z',
      ended_at: '2026-03-14T08:30:00.000Z',
    },
  },
  async write(tx, { params: { dispute_id: disputeId }, body, merchant }) {
    requireSandbox(tx);
    await findDispute(tx, { disputeId, merchantId: merchant.id });
    const decided = await decideDispute(tx, {
      disputeId,
      operatorId: merchant.id,
      outcome: body.outcome,
      refunded: body.refunded_amount,
      note: body.note,
    });
    return disputeJson(tx, decided);
  },
});

const ChargebackJson = z
  .object({
    id: idOf('chb'),
    object: z.literal('chargeback'),
    repayment_id: idOf('rep'),
    plan_id: idOf('pln'),
    reference: MerchantReference,
    reason: z.string(),
    amount: AmountJson.meta({ description: 'What the bank took back.' }),
    owed_again_amount: AmountJson.meta({ description: 'What of it is owed again on the plan.' }),
    currency: CurrencyCode,
    created_at: Timestamp,
  })
  .meta({ id: 'Chargeback', description: "The payer's bank took a repayment back." });

const chargeBack = defineRoute({
  method: 'post',
  path: '/v1/sandbox/repayments/{repayment_id}/charge-back',
  operationId: 'chargeBackRepayment',
  summary: "Take a repayment back, as the payer's bank",
  description:
    'What it paid of one of your plans is owed again: due dates that have passed fall due today, and the card is not asked again. The ' +
    'same reference again changes nothing.',
  tags: ['Sandbox'],
  auth: 'merchant',
  scope: 'sandbox',
  params: z.object({ repayment_id: idOf('rep') }),
  body: z.strictObject({
    reference: MerchantReference,
    amount: Amount.optional().meta({ description: 'By default all that was not sent back before.' }),
    reason: z.string().min(1).max(200).default('fraudulent'),
  }),
  bodyExample: { reference: 'cb-1' },
  problems: ['not_found', 'state_conflict', 'amount_invalid'],
  success: {
    status: 201,
    description: 'It is taken back.',
    schema: ChargebackJson,
    example: {
      id: 'chb_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
      object: 'chargeback',
      repayment_id: 'rep_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
      plan_id: 'pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
      reference: 'cb-1',
      reason: 'fraudulent',
      amount: 2500,
      owed_again_amount: 2500,
      currency: 'CNY',
      created_at: '2026-03-20T08:30:00.000Z',
    },
  },
  async write(tx, { params: { repayment_id: repaymentId }, body, merchant }) {
    requireSandbox(tx);
    const plan = await ownPlan(tx, repaymentId, merchant.id);
    // What a processor asks for a lost chargeback; nobody but us pays it.
    const fee = 1500n;
    const taken = await chargeBackCollection(tx, { repaymentId, ...body, fee });
    await takeBackInMock(tx, taken);
    return {
      id: taken.id,
      object: 'chargeback',
      repayment_id: taken.repaymentId,
      plan_id: plan.id,
      reference: taken.reference,
      reason: taken.reason,
      amount: toJsonAmount(taken.amount),
      owed_again_amount: toJsonAmount(taken.debt),
      currency: plan.currency,
      created_at: taken.createdAt.toISOString(),
    } as const;
  },
});

async function ownPlan(tx: Tx, repaymentId: `rep_${string}`, merchantId: string) {
  const planId = await findRepaymentPlan(tx, repaymentId);
  if (planId === undefined) throw new GatewayError('not_found', { detail: 'There is no such repayment.' });
  return findPlan(tx, { planId, merchantId });
}

export const disputeSandboxRoutes: Route[] = [open, decide, chargeBack];
