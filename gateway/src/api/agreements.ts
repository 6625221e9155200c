import { z } from 'zod';
import { findAgreement, listAgreements } from '../agreements/agreements.ts';
import { endAgreement } from '../agreements/end.ts';
import { openAgreement } from '../agreements/open.ts';
import type { Config } from '../config.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { Amount, CurrencyCode, idOf, MerchantReference, PageQuery, pageOf, toPage } from '../http/schemas.ts';
import { GatewayError } from '../lib/errors.ts';
import { authorizeByAgreement, lookAtAgreedOrder } from '../orders/authorize-by-agreement.ts';
import { requireAllowed } from './require-allowed.ts';
import { AgreementJson, agreementExample, agreementJson } from './resources/agreement.ts';
import { OrderJson, orderExample, orderJson } from './resources/order.ts';

const params = z.object({ agreement_id: idOf('agr') });

const activeExample: AgreementJson = {
  ...agreementExample,
  status: 'active',
  url: undefined,
  shopper_id: 'shp_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  allowed_actions: ['authorize', 'end'],
  version: 3,
  expires_at: null,
  agreed_at: '2026-03-01T08:35:00.000Z',
};

const NewAgreement = z.strictObject({
  merchant_reference: MerchantReference,
  description: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[^\p{C}\s](?:[^\p{C}]*[^\p{C}\s])?$/u, 'Use visible characters, and no space at either end.')
    .meta({ description: 'What it is for; the shopper reads it.', example: 'Bicycles by the hour' }),
  currency: CurrencyCode,
  order_ceiling: Amount,
  day_ceiling: Amount,
  month_ceiling: Amount,
  charge_after_days: z
    .literal([0, 14, 30])
    .meta({ description: 'How many days after a capture the card is charged; 0 is the same day.' }),
  return_url: z.url({ protocol: /^https?$/ }).max(2000),
});

/** The routes of agreements: opened by the merchant, agreed to on the hosted page, used without the shopper. */
export function agreementRoutes(config: Config): Route[] {
  const create = defineRoute({
    method: 'post',
    path: '/v1/agreements',
    operationId: 'createAgreement',
    summary: 'Open an agreement',
    description:
      'A shopper may let you authorize orders without confirming each one (先用后付), within ceilings, until either side ends it. ' +
      'Send the shopper to `url`; the event `agreement.active` tells that they agreed. Orders have the plan `pay_after`.',
    tags: ['Agreements'],
    auth: 'merchant',
    scope: 'orders',
    body: NewAgreement,
    bodyExample: {
      merchant_reference: 'customer-7',
      description: 'Bicycles by the hour',
      currency: 'CNY',
      order_ceiling: 20000,
      day_ceiling: 40000,
      month_ceiling: 200000,
      charge_after_days: 0,
      return_url: 'https://shop.example/agreed',
    },
    success: {
      status: 201,
      description: 'The agreement waits for the shopper.',
      schema: AgreementJson,
      example: agreementExample,
    },
    problems: ['merchant_reference_in_use', 'url_forbidden', 'amount_invalid', 'currency_unsupported'],
    async write(tx, { body, merchant }) {
      await requireAllowed(tx, merchant.id, body);
      const { agreement, secret } = await openAgreement(tx, {
        merchantId: merchant.id,
        merchantReference: body.merchant_reference,
        description: body.description,
        currency: body.currency,
        orderCeiling: body.order_ceiling,
        dayCeiling: body.day_ceiling,
        monthCeiling: body.month_ceiling,
        chargeAfterDays: body.charge_after_days,
        returnUrl: body.return_url,
      });
      return agreementJson(tx, agreement, { secret, config });
    },
  });
  return [create, list, get, authorizeRoute, end];
}

const list = defineRoute({
  method: 'get',
  path: '/v1/agreements',
  operationId: 'listAgreements',
  summary: 'List agreements',
  description:
    'Your agreements in the order of their creation, also those that have ended. Use it to find ' +
    "one by your own reference, such as the customer's number.",
  tags: ['Agreements'],
  auth: 'merchant',
  scope: 'read',
  query: PageQuery.extend({ merchant_reference: MerchantReference.optional() }),
  problems: ['cursor_invalid'],
  success: {
    status: 200,
    description: 'In the order of their creation.',
    schema: pageOf(AgreementJson),
    example: { data: [activeExample], next_cursor: null },
  },
  async read(tx, { query, merchant }) {
    const rows = await listAgreements(tx, {
      merchantId: merchant.id,
      merchantReference: query.merchant_reference,
      after: query.cursor,
      limit: query.limit + 1,
    });
    return toPage(
      rows,
      query.limit,
      (row) => row.id,
      (row) => agreementJson(tx, row),
    );
  },
});

const get = defineRoute({
  method: 'get',
  path: '/v1/agreements/{agreement_id}',
  operationId: 'getAgreement',
  summary: 'Read an agreement',
  description:
    'One agreement: whether orders can be authorized by it now, its ceilings, and who ended it if ' +
    'it has ended.',
  tags: ['Agreements'],
  auth: 'merchant',
  scope: 'read',
  params,
  success: { status: 200, description: 'The agreement.', schema: AgreementJson, example: activeExample },
  read: async (tx, { params: { agreement_id: agreementId }, merchant }) =>
    agreementJson(tx, await findAgreement(tx, { agreementId, merchantId: merchant.id })),
});

const authorizeRoute = defineRoute({
  method: 'post',
  path: '/v1/agreements/{agreement_id}/orders',
  operationId: 'authorizeAgreementOrder',
  summary: 'Authorize an order by an agreement',
  description:
    'Decided at once by ceilings, score, limit and funder, without asking the shopper, who is told of it. Authorize the most that ' +
    'it may cost and capture the final amount with `final`. A decline is a 402 with a `merchant_code`, and is kept with its key.',
  tags: ['Agreements'],
  auth: 'merchant',
  scope: 'orders',
  params,
  body: z.strictObject({ merchant_reference: MerchantReference, amount: Amount, currency: CurrencyCode }),
  bodyExample: { merchant_reference: 'ride-1001', amount: 10000, currency: 'CNY' },
  success: {
    status: 201,
    description: 'The order is authorized.',
    schema: OrderJson,
    example: {
      ...orderExample,
      merchant_reference: 'ride-1001',
      checkout_session_id: null,
      agreement_id: agreementExample.id,
    },
  },
  problems: [
    'not_found',
    'authorization_declined',
    'agreement_ceiling_exceeded',
    'limit_exceeded',
    'agreement_suspended',
    'agreement_ended',
    'currency_mismatch',
    'merchant_reference_in_use',
    'merchant_reference_reversed',
    'state_conflict',
    'amount_invalid',
    'currency_unsupported',
    'funder_unavailable',
  ],
  ask: (tx, { params: { agreement_id: agreementId }, body, merchant }) =>
    lookAtAgreedOrder(tx, {
      agreementId,
      merchantId: merchant.id,
      merchantReference: body.merchant_reference,
    }),
  async write(tx, { params: { agreement_id: agreementId }, body, merchant }, looked) {
    const input = {
      agreementId,
      merchantId: merchant.id,
      merchantReference: body.merchant_reference,
      amount: body.amount,
      currency: body.currency,
    };
    const result = await authorizeByAgreement(tx, input, looked);
    if (result.outcome === 'authorized') return orderJson(tx, result.order);
    return {
      problem: new GatewayError('authorization_declined', {
        detail: 'This order cannot be paid later now.',
        hint: 'Let the shopper choose another way to pay, or try again another day with a new Idempotency-Key.',
        extra: { merchant_code: result.merchantCode },
      }),
    };
  },
});

const end = defineRoute({
  method: 'post',
  path: '/v1/agreements/{agreement_id}/end',
  operationId: 'endAgreement',
  summary: 'End an agreement',
  description:
    'No order can be authorized by it any more; what is authorized stays as it is. Ending it again changes nothing. The shopper can ' +
    'end it at any time, too.',
  tags: ['Agreements'],
  auth: 'merchant',
  scope: 'orders',
  params,
  success: {
    status: 200,
    description: 'The agreement has ended.',
    schema: AgreementJson,
    example: {
      ...activeExample,
      status: 'ended',
      ended_by: 'merchant',
      allowed_actions: [],
      version: 4,
      ended_at: '2026-04-01T08:30:00.000Z',
    },
  },
  write: async (tx, { params: { agreement_id: agreementId }, merchant }) =>
    agreementJson(tx, await endAgreement(tx, { agreementId, merchantId: merchant.id, by: 'merchant' })),
});
