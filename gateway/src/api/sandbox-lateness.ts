import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import { AmountJson, DateJson, idOf } from '../http/schemas.ts';
import { requireSandbox } from '../jobs/scenarios/arrange-fault.ts';
import { GatewayError } from '../lib/errors.ts';
import { sum, toJsonAmount } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { easeTerms } from '../orders/hardship.ts';
import { buckets, delinquencyOf } from '../plans/delinquency.ts';
import { currentHardship, hardshipReasons } from '../repayments/hardships.ts';
import { listInstallments } from '../repayments/installments.ts';
import { waiveLateFee } from '../repayments/late-fees.ts';
import { findPlan, lockDebt, planStatuses, todayOf } from '../repayments/plans.ts';
import { openPromise, takePromise } from '../repayments/promises.ts';
import { recoverableOf } from '../repayments/recover.ts';
import { reschedule } from '../repayments/reschedule.ts';

const LatenessJson = z
  .object({
    plan_id: idOf('pln'),
    object: z.literal('lateness'),
    plan_status: z.enum(planStatuses),
    days_past_due: z.int().min(0),
    bucket: z.enum(buckets).meta({ description: 'By days past due; 1 to 3 are grace.' }),
    late_fees: AmountJson.meta({ description: 'Late fees that are charged and not paid.' }),
    recoverable: AmountJson.meta({ description: 'What is owed on a plan that was charged off.' }),
    promised_on: DateJson.nullable().meta({ description: 'By when the shopper promised to pay.' }),
    hardship: z
      .object({
        status: z.enum(['asked', 'granted', 'ended']),
        paused_until: DateJson.nullable(),
        periods: z.int().nullable(),
        shopper_rate_ppm: z.int().nullable(),
      })
      .nullable()
      .meta({ description: 'Easier terms that are asked for or granted.' }),
  })
  .meta({ id: 'Lateness', description: 'How late a plan is, and what was arranged about it.' });

type LatenessBody = z.output<typeof LatenessJson>;

const example: LatenessBody = {
  plan_id: 'pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  object: 'lateness',
  plan_status: 'active',
  days_past_due: 5,
  bucket: '4_30',
  late_fees: 0,
  recoverable: 0,
  promised_on: '2026-03-20',
  hardship: null,
};

async function latenessJson(tx: Tx, planId: string): Promise<LatenessBody> {
  const plan = await findPlan(tx, { planId });
  const installments = await listInstallments(tx, planId);
  const hardship = await currentHardship(tx, planId);
  const { days } = delinquencyOf(installments, todayOf(tx, plan));
  return {
    plan_id: plan.id,
    object: 'lateness',
    plan_status: plan.status,
    days_past_due: days,
    bucket: plan.bucket,
    late_fees: toJsonAmount(sum(installments.map(({ fee, paidFee }) => fee - paidFee))),
    recoverable: toJsonAmount(recoverableOf(plan)),
    promised_on: (await openPromise(tx, planId))?.promisedOn ?? null,
    hardship: hardship
      ? {
          status: hardship.status,
          paused_until: hardship.pausedUntil,
          periods: hardship.periods,
          shopper_rate_ppm: hardship.shopperRatePpm,
        }
      : null,
  };
}

function refused(code: string): GatewayError {
  return new GatewayError('state_conflict', {
    detail: `Refused: ${code}.`,
    hint: 'Read the plan, and what is allowed in its state.',
    extra: { reason: code },
  });
}

/** What all of these have in common: they are for the sandbox of the key, and about one of its merchant's plans. */
const common = {
  tags: ['Sandbox'],
  auth: 'merchant' as const,
  scope: 'sandbox' as const,
  params: z.object({ plan_id: idOf('pln') }),
  success: { status: 200 as const, description: 'As it is now.', schema: LatenessJson, example },
};

type Of = { params: { plan_id: string }; merchant: { id: string } };

async function ownPlan(tx: Tx, { params, merchant }: Of): Promise<string> {
  requireSandbox(tx);
  return (await findPlan(tx, { planId: params.plan_id, merchantId: merchant.id })).id;
}

const read = defineRoute({
  ...common,
  method: 'get',
  path: '/v1/sandbox/plans/{plan_id}/lateness',
  operationId: 'getLateness',
  summary: 'Read how late a plan is',
  description:
    'How late a plan is, and what was arranged about it: promises, hardship, fees. This is ' +
    'between the shopper and the lender; live shows it to no merchant.',
  problems: ['not_found'],
  read: async (tx, request) => latenessJson(tx, await ownPlan(tx, request)),
});

const DateBody = z.strictObject({ date: DateJson });

const promise = defineRoute({
  ...common,
  method: 'post',
  path: '/v1/sandbox/plans/{plan_id}/promise',
  operationId: 'promisePayment',
  summary: 'Promise a date, as the shopper',
  description:
    'Does what a shopper does who cannot pay on the due date: names another one, at most 14 days ' +
    'ahead. Until then nobody reminds, collects or charges a late fee.',
  body: DateBody,
  bodyExample: { date: '2026-03-20' },
  problems: ['not_found', 'state_conflict'],
  async write(tx, request) {
    const plan = await lockDebt(tx, await ownPlan(tx, request));
    const answer = await takePromise(tx, plan, {
      date: request.body.date,
      installments: await listInstallments(tx, plan.id),
      today: todayOf(tx, plan),
    });
    if (answer.outcome === 'refused') throw refused(answer.code);
    return latenessJson(tx, plan.id);
  },
});

const move = defineRoute({
  ...common,
  method: 'post',
  path: '/v1/sandbox/plans/{plan_id}/reschedule',
  operationId: 'reschedulePayment',
  summary: 'Move a first missed installment, as the shopper',
  description:
    'Does what a shopper may do once for a plan: moves its first missed installment to another ' +
    'date, at most 30 days ahead, free of charge.',
  body: DateBody,
  bodyExample: { date: '2026-03-31' },
  problems: ['not_found', 'state_conflict'],
  async write(tx, request) {
    const plan = await lockDebt(tx, await ownPlan(tx, request));
    const answer = await reschedule(tx, plan, {
      date: request.body.date,
      installments: await listInstallments(tx, plan.id),
      today: todayOf(tx, plan),
    });
    if (answer.outcome === 'refused') throw refused(answer.code);
    return latenessJson(tx, plan.id);
  },
});

const hardship = defineRoute({
  ...common,
  method: 'post',
  path: '/v1/sandbox/plans/{plan_id}/hardship',
  operationId: 'grantHardship',
  summary: 'Grant easier terms, as the lender',
  description:
    'A pause of at most 90 days, or what is left spread over at most twice the installments that are left, at the agreed rate or ' +
    'a lower one, or both. There are no late fees from then on.',
  body: z.strictObject({
    reason: z.enum(hardshipReasons),
    pause_until: DateJson.optional(),
    periods: z.int().min(1).max(36).optional(),
    shopper_rate_ppm: z.int().min(0).max(1_000_000).optional(),
  }),
  bodyExample: { reason: 'income', periods: 6 },
  problems: ['not_found', 'state_conflict'],
  async write(tx, request) {
    const planId = await ownPlan(tx, request);
    const { reason, pause_until: pauseUntil, periods, shopper_rate_ppm: shopperRatePpm } = request.body;
    const ask = { reason, pauseUntil, periods, shopperRatePpm };
    const answer = await easeTerms(tx, { planId, ask, by: 'operator' });
    if (answer.outcome === 'refused') throw refused(answer.code);
    return latenessJson(tx, planId);
  },
});

const waive = defineRoute({
  ...common,
  method: 'post',
  path: '/v1/sandbox/plans/{plan_id}/late-fee-waiver',
  operationId: 'waiveLateFee',
  summary: 'Let go of a late fee, as the lender',
  description:
    'Lets go of what is unpaid of a late fee, as the lender does when it was charged for a good ' +
    'reason to be lenient. What was paid of it stays paid.',
  body: z.strictObject({
    installment: z.int().min(1).meta({ description: 'The number of the installment.' }),
  }),
  bodyExample: { installment: 2 },
  problems: ['not_found', 'state_conflict'],
  async write(tx, request) {
    const planId = await ownPlan(tx, request);
    await waiveLateFee(tx, { planId, number: request.body.installment });
    return latenessJson(tx, planId);
  },
});

export const latenessRoutes: Route[] = [read, promise, move, hardship, waive];
