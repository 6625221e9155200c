import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import { AmountJson, CurrencyCode, DateJson, idOf } from '../http/schemas.ts';
import { daysBetween } from '../lib/dates.ts';
import type { Id } from '../lib/ids.ts';
import { toJsonAmount } from '../lib/money.ts';
import { planCodes } from '../plans/offers.ts';
import { planSnapshotSchema } from '../plans/snapshot.ts';
import { installmentStatuses } from '../plans/status.ts';
import { listInstallments } from '../repayments/installments.ts';
import { findPlan, planStatuses, todayOf } from '../repayments/plans.ts';

const InstallmentJson = z
  .object({
    id: idOf('ins'),
    number: z.int(),
    due_date: DateJson,
    amount: AmountJson,
    paid_amount: AmountJson,
    principal: AmountJson,
    interest: AmountJson.meta({ description: 'What it will be when everything is paid on its date.' }),
    fee: AmountJson,
    paid_principal: AmountJson,
    paid_interest: AmountJson,
    paid_fee: AmountJson,
    paused_until: DateJson.nullable().meta({ description: 'Set while a return or a pause stops the dues.' }),
    status: z.enum(installmentStatuses),
    days_past_due: z.int().min(0),
  })
  .meta({ id: 'Installment' });

const PlanJson = z
  .object({
    id: idOf('pln'),
    object: z.literal('plan'),
    order_id: idOf('ord'),
    code: z.enum(planCodes),
    status: z.enum(planStatuses),
    currency: CurrencyCode,
    started_on: DateJson.nullable().meta({
      description: "The first capture's date in the merchant's calendar.",
    }),
    agreed: planSnapshotSchema.meta({
      id: 'PlanSnapshot',
      description: 'What the shopper agreed to; it never changes.',
    }),
    snapshot_hash: z.string().meta({ description: 'SHA-256 of the canonical JSON of `agreed`, in hex.' }),
    installments: z.array(InstallmentJson),
    version: z.int(),
  })
  .meta({ id: 'Plan' });

const example: z.output<typeof PlanJson> = {
  id: 'pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  object: 'plan',
  order_id: 'ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  code: 'pay_after',
  status: 'active',
  currency: 'CNY',
  started_on: '2026-03-02',
  agreed: {
    version: 1,
    code: 'pay_after',
    currency: 'CNY',
    amount: 10000,
    down_payment: 0,
    financed: 10000,
    finance_charge: 0,
    installments: [{ number: 1, offset: { days: 30 }, amount: 10000, due_date: '2026-03-31' }],
    cadence: { days: 30 },
    refund_policy: 'from_last',
    merchant: { id: 'mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071', name: 'Tea House' },
    funder: { id: 'fnd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071', name: 'Lantern Bank' },
    terms_version: '2026-11',
    agreed_on: '2026-03-01',
  },
  snapshot_hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  installments: [
    {
      id: 'ins_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
      number: 1,
      due_date: '2026-04-01',
      amount: 10000,
      paid_amount: 0,
      principal: 10000,
      interest: 0,
      fee: 0,
      paid_principal: 0,
      paid_interest: 0,
      paid_fee: 0,
      paused_until: null,
      status: 'scheduled',
      days_past_due: 0,
    },
  ],
  version: 2,
};

const get = defineRoute({
  method: 'get',
  path: '/v1/plans/{plan_id}',
  operationId: 'getPlan',
  summary: 'Read a plan',
  description:
    'The debt of one order: what was agreed, and its schedule as it is today, with what is paid ' +
    'of each installment. You are paid whatever becomes of it, so this is for showing it to your ' +
    'customer or to your support.',
  tags: ['Plans'],
  auth: 'merchant',
  scope: 'read',
  params: z.object({ plan_id: idOf('pln') }),
  success: { status: 200, description: 'The plan.', schema: PlanJson, example },
  async read(tx, { params, merchant }) {
    const plan = await findPlan(tx, { planId: params.plan_id, merchantId: merchant.id });
    const today = todayOf(tx, plan);
    const installments = await listInstallments(tx, plan.id);
    return {
      id: plan.id,
      object: 'plan' as const,
      order_id: plan.orderId as Id<'ord'>,
      code: plan.snapshot.code,
      status: plan.status,
      currency: plan.currency,
      started_on: plan.startedOn,
      agreed: plan.snapshot,
      snapshot_hash: plan.snapshotHash,
      installments: installments.map((item) => ({
        id: item.id,
        number: item.number,
        due_date: item.dueDate,
        amount: toJsonAmount(item.amount),
        paid_amount: toJsonAmount(item.paidAmount),
        principal: toJsonAmount(item.principal),
        interest: toJsonAmount(item.interest),
        fee: toJsonAmount(item.fee),
        paid_principal: toJsonAmount(item.paidPrincipal),
        paid_interest: toJsonAmount(item.paidInterest),
        paid_fee: toJsonAmount(item.paidFee),
        paused_until: item.pausedUntil ?? null,
        status: item.status,
        days_past_due: item.status === 'overdue' ? daysBetween(item.dueDate, today) : 0,
      })),
      version: plan.version,
    };
  },
});

export const planRoutes: Route[] = [get];
