import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import { Amount, CurrencyCode, idOf, MerchantReference, PageQuery, pageOf, toPage } from '../http/schemas.ts';
import { authorize } from '../orders/authorize.ts';
import { findOrder, listOrders } from '../orders/orders.ts';
import { reverse } from '../orders/reversal.ts';
import { OrderJson, orderExample, orderJson } from './resources/order.ts';

const create = defineRoute({
  method: 'post',
  path: '/v1/orders',
  operationId: 'authorizeOrder',
  summary: 'Authorize an order',
  description:
    'Spends the checkout token of a confirmed session. Reference, amount and currency must be those that the shopper agreed to. ' +
    'No money moves before the first capture.',
  tags: ['Orders'],
  auth: 'merchant',
  scope: 'orders',
  body: z.strictObject({
    checkout_token: z.string().min(1).max(200),
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
  async write(tx, { body, merchant }) {
    const order = await authorize(tx, {
      merchantId: merchant.id,
      checkoutToken: body.checkout_token,
      merchantReference: body.merchant_reference,
      amount: body.amount,
      currency: body.currency,
    });
    return orderJson(tx, order);
  },
});

const list = defineRoute({
  method: 'get',
  path: '/v1/orders',
  operationId: 'listOrders',
  summary: 'List orders',
  tags: ['Orders'],
  auth: 'merchant',
  scope: 'read',
  query: PageQuery.extend({ merchant_reference: MerchantReference.optional() }),
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
    'For a merchant that does not know whether its request arrived: voids and refunds whatever became of the reference, and refuses ' +
    'an authorization of it that arrives later. Answers the same when there was no order.',
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
