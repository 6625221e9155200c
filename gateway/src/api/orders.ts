import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import {
  Amount,
  createdRange,
  CurrencyCode,
  idOf,
  MerchantReference,
  PageQuery,
  pageOf,
  toPage,
} from '../http/schemas.ts';
import { authorize, lookAtToken } from '../orders/authorize.ts';
import { findOrder, listOrders, orderStatuses } from '../orders/orders.ts';
import { reverse } from '../orders/reversal.ts';
import { OrderJson, orderExample, orderJson } from './resources/order.ts';

const create = defineRoute({
  method: 'post',
  path: '/v1/orders',
  operationId: 'authorizeOrder',
  summary: 'Authorize an order',
  description:
    'Turns a confirmed session into an order, by spending its checkout token. Reference, amount ' +
    'and currency must be those that the shopper agreed to.\n\n' +
    'Call it as soon as the session is confirmed, and send the goods only after it succeeded. The ' +
    'amount is promised to you until `expires_at`, seven days later; no money moves before the ' +
    'first capture. If the answer never reaches you, send the same request again with the same ' +
    'Idempotency-Key.',
  tags: ['Orders'],
  auth: 'merchant',
  scope: 'orders',
  body: z.strictObject({
    checkout_token: z
      .string()
      .min(1)
      .max(200)
      .meta({ description: 'What the confirmed session carries; it can be spent once.' }),
    merchant_reference: MerchantReference,
    amount: Amount,
    currency: CurrencyCode,
  }),
  bodyExample: {
    checkout_token: 'ctk_cs_018f6b2a9c7d7e3f8a1b2c3d4e5f6071.47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU',
    merchant_reference: 'order-1001',
    amount: 10000,
    currency: 'CNY',
  },
  success: { status: 201, description: 'The order is authorized.', schema: OrderJson, example: orderExample },
  problems: [
    'not_found',
    'checkout_token_used',
    'checkout_token_expired',
    'amount_invalid',
    'currency_unsupported',
    'amount_mismatch',
    'currency_mismatch',
    'merchant_reference_in_use',
    'merchant_reference_reversed',
    'state_conflict',
  ],
  ask: (tx, { body, merchant }) =>
    lookAtToken(tx, {
      merchantId: merchant.id,
      checkoutToken: body.checkout_token,
      merchantReference: body.merchant_reference,
    }),
  async write(tx, { body, merchant }, looked) {
    const input = {
      merchantId: merchant.id,
      checkoutToken: body.checkout_token,
      merchantReference: body.merchant_reference,
      amount: body.amount,
      currency: body.currency,
    };
    return orderJson(tx, await authorize(tx, input, looked));
  },
});

const list = defineRoute({
  method: 'get',
  path: '/v1/orders',
  operationId: 'listOrders',
  summary: 'List orders',
  description:
    'Your orders in the order of their creation. Use it to find an order by your own reference or ' +
    'to look through those of a time or a status. To follow what changes, read the events ' +
    'instead.',
  tags: ['Orders'],
  auth: 'merchant',
  scope: 'read',
  query: PageQuery.extend({
    merchant_reference: MerchantReference.optional(),
    status: z.enum(orderStatuses).optional(),
    ...createdRange,
  }),
  problems: ['cursor_invalid'],
  success: {
    status: 200,
    description: 'In the order of their creation.',
    schema: pageOf(OrderJson),
    example: { data: [orderExample], next_cursor: null },
  },
  async read(tx, { query, merchant }) {
    const rows = await listOrders(tx, {
      merchantId: merchant.id,
      merchantReference: query.merchant_reference,
      status: query.status,
      createdFrom: query.created_from,
      createdBefore: query.created_before,
      after: query.cursor,
      limit: query.limit + 1,
    });
    return toPage(
      rows,
      query.limit,
      (row) => row.id,
      (row) => orderJson(tx, row),
    );
  },
});

const get = defineRoute({
  method: 'get',
  path: '/v1/orders/{order_id}',
  operationId: 'getOrder',
  summary: 'Read an order',
  description:
    'One order with its amounts: authorized, captured, voided, refunded, and what can still be ' +
    'captured or refunded. `allowed_actions` says what you may do with it now.',
  tags: ['Orders'],
  auth: 'merchant',
  scope: 'read',
  params: z.object({ order_id: idOf('ord') }),
  success: { status: 200, description: 'The order.', schema: OrderJson, example: orderExample },
  read: async (tx, { params, merchant }) =>
    orderJson(tx, await findOrder(tx, { orderId: params.order_id, merchantId: merchant.id })),
});

const reversal = defineRoute({
  method: 'post',
  path: '/v1/orders/reversal',
  operationId: 'reverseOrder',
  summary: 'Undo an order whose outcome is unknown',
  description:
    'For when you do not know whether your request arrived, and no longer want the order. Names ' +
    'it by your own reference: voids and refunds whatever became of it, and refuses an ' +
    'authorization of it that arrives later. It answers the same when there was no order, so you ' +
    'can send it as often as it takes until there is an answer.',
  tags: ['Orders'],
  auth: 'merchant',
  scope: 'orders',
  body: z.strictObject({ merchant_reference: MerchantReference }),
  bodyExample: { merchant_reference: 'order-1001' },
  success: {
    status: 200,
    description: 'The reference is reversed.',
    schema: z
      .object({
        object: z.literal('reversal'),
        merchant_reference: MerchantReference,
        order: OrderJson.nullable(),
      })
      .meta({ id: 'Reversal' }),
    example: { object: 'reversal', merchant_reference: 'order-1001', order: null },
  },
  async write(tx, { body, merchant }) {
    const order = await reverse(tx, { merchantId: merchant.id, merchantReference: body.merchant_reference });
    return {
      object: 'reversal' as const,
      merchant_reference: body.merchant_reference,
      order: order ? orderJson(tx, order) : null,
    };
  },
});

export const orderRoutes: Route[] = [create, list, reversal, get];
