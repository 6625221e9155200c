import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import { Amount, AmountJson, CurrencyCode, DateJson, idOf } from '../http/schemas.ts';
import type { Id } from '../lib/ids.ts';
import { toJsonAmount } from '../lib/money.ts';
import { previewOrderRefund, type RefundPreview } from '../orders/refund-preview.ts';
import type { ScheduledInstallment } from '../plans/schedule.ts';

const ScheduleJson = z.array(
  z.object({
    number: z.int(),
    due_date: DateJson,
    principal: AmountJson,
    interest: AmountJson,
    fee: AmountJson,
    amount: AmountJson,
    paid_amount: AmountJson,
  }),
);

const RefundPreviewJson = z
  .object({
    object: z.literal('refund_preview'),
    order_id: idOf('ord'),
    plan_id: idOf('pln'),
    currency: CurrencyCode,
    amount: AmountJson,
    debt_amount: AmountJson.meta({ description: "What would be taken off the shopper's debt." }),
    money_back_amount: AmountJson.meta({ description: "What would return to the shopper's card." }),
    interest_returned: AmountJson.meta({
      description:
        'Interest on the refunded goods so far, which the shopper gets back: a part of the two above.',
    }),
    fee_returned: AmountJson.meta({ description: 'The rate part of the merchant fee, which you get back.' }),
    subsidy_returned: AmountJson.meta({
      description: 'Interest that you paid for the shopper and that is not earned any more.',
    }),
    schedule_before: ScheduleJson.meta({ description: 'The schedule as it is today.' }),
    schedule_after: ScheduleJson.meta({ description: 'The schedule after the refund.' }),
  })
  .meta({ id: 'RefundPreview' });

const installmentExample = {
  number: 1,
  due_date: '2026-03-01',
  principal: 2500,
  interest: 0,
  fee: 0,
  amount: 2500,
  paid_amount: 2500,
};
const openExample = { ...installmentExample, number: 2, due_date: '2026-03-15', paid_amount: 0 };

const preview = defineRoute({
  method: 'post',
  path: '/v1/orders/{order_id}/refund-preview',
  operationId: 'previewRefund',
  summary: 'See what a refund would do',
  description:
    'The schedule before and after, and what would go to whom, if this amount were refunded now. Nothing changes by it; a refund ' +
    'that follows at once does exactly this. Like every answer to a post this one is kept for its Idempotency-Key: ask anew with a new key.',
  tags: ['Orders'],
  auth: 'merchant',
  scope: 'read',
  params: z.object({ order_id: idOf('ord') }),
  body: z.strictObject({ amount: Amount }),
  bodyExample: { amount: 1000 },
  success: {
    status: 200,
    description: 'What would be.',
    schema: RefundPreviewJson,
    example: {
      object: 'refund_preview',
      order_id: 'ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
      plan_id: 'pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
      currency: 'CNY',
      amount: 1000,
      debt_amount: 1000,
      money_back_amount: 0,
      interest_returned: 0,
      fee_returned: 30,
      subsidy_returned: 0,
      schedule_before: [installmentExample, openExample],
      schedule_after: [installmentExample, { ...openExample, principal: 1500, amount: 1500 }],
    },
  },
  problems: ['amount_invalid', 'refund_exceeds_refundable', 'dispute_open', 'state_conflict'],
  write: async (tx, { params: { order_id: orderId }, body, merchant }) =>
    previewJson(await previewOrderRefund(tx, { orderId, merchantId: merchant.id, amount: body.amount })),
});

function previewJson({ order, effect, ...preview }: RefundPreview): z.output<typeof RefundPreviewJson> {
  return {
    object: 'refund_preview',
    order_id: order.id,
    plan_id: order.planId as Id<'pln'>,
    currency: order.currency,
    amount: toJsonAmount(preview.amount),
    debt_amount: toJsonAmount(preview.debtReduced),
    money_back_amount: toJsonAmount(effect.moneyBack),
    interest_returned: toJsonAmount(effect.interestReturned),
    fee_returned: toJsonAmount(preview.feeReturned),
    subsidy_returned: toJsonAmount(preview.subsidyReturned),
    schedule_before: effect.before.map(installmentJson),
    schedule_after: effect.after.map(installmentJson),
  };
}

function installmentJson(item: ScheduledInstallment): z.output<typeof ScheduleJson>[number] {
  return {
    number: item.number,
    due_date: item.dueDate,
    principal: toJsonAmount(item.principal),
    interest: toJsonAmount(item.interest),
    fee: toJsonAmount(item.fee),
    amount: toJsonAmount(item.amount),
    paid_amount: toJsonAmount(item.paidAmount),
  };
}

export const refundPreviewRoutes: Route[] = [preview];
