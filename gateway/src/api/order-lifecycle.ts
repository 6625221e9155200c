import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import { Amount, idOf, MerchantReference } from '../http/schemas.ts';
import { capture } from '../orders/capture.ts';
import { listCaptures } from '../orders/captures.ts';
import { findOrder } from '../orders/orders.ts';
import { refund } from '../orders/refund.ts';
import { listRefunds } from '../orders/refunds.ts';
import { voidOrder } from '../orders/void.ts';
import {
  CaptureJson,
  captureExample,
  captureJson,
  OrderJson,
  orderExample,
  orderJson,
  RefundJson,
  refundExample,
  refundJson,
} from './resources/order.ts';

const params = z.object({ order_id: idOf('ord') });
const ReferencedAmount = z.strictObject({ reference: MerchantReference, amount: Amount });

const createCapture = defineRoute({
  method: 'post',
  path: '/v1/orders/{order_id}/captures',
  operationId: 'createCapture',
  summary: 'Capture an order',
  description:
    'The goods are shipped, whole or in part: the debt starts and the amount is settled to the merchant.',
  tags: ['Orders'],
  auth: 'merchant',
  scope: 'orders',
  params,
  body: ReferencedAmount,
  bodyExample: { reference: 'shipment-1', amount: 6000 },
  success: {
    status: 201,
    description: 'The amount is captured.',
    schema: CaptureJson,
    example: captureExample,
  },
  problems: [
    'amount_invalid',
    'capture_reference_in_use',
    'capture_exceeds_authorized',
    'authorization_expired',
    'state_conflict',
  ],
  write: async (tx, { params: { order_id: orderId }, body, merchant }) =>
    captureJson(await capture(tx, { orderId, merchantId: merchant.id, ...body })),
});

const getCaptures = defineRoute({
  method: 'get',
  path: '/v1/orders/{order_id}/captures',
  operationId: 'listCaptures',
  summary: "List an order's captures",
  tags: ['Orders'],
  auth: 'merchant',
  scope: 'read',
  params,
  success: {
    status: 200,
    description: 'All of them, the oldest first.',
    schema: z.object({ data: z.array(CaptureJson) }),
    example: { data: [captureExample] },
  },
  async read(tx, { params: { order_id: orderId }, merchant }) {
    const order = await findOrder(tx, { orderId, merchantId: merchant.id });
    return { data: (await listCaptures(tx, order.id)).map(captureJson) };
  },
});

const voidRoute = defineRoute({
  method: 'post',
  path: '/v1/orders/{order_id}/void',
  operationId: 'voidOrder',
  summary: 'Void what is not captured',
  description:
    'Releases what the order still holds. After a capture the order stays captured, with the rest voided.',
  tags: ['Orders'],
  auth: 'merchant',
  scope: 'orders',
  params,
  success: {
    status: 200,
    description: 'The remainder is voided.',
    schema: OrderJson,
    example: {
      ...orderExample,
      status: 'voided',
      voided_amount: 10000,
      capturable_amount: 0,
      allowed_actions: [],
    },
  },
  problems: ['state_conflict'],
  write: async (tx, { params: { order_id: orderId }, merchant }) =>
    orderJson(tx, await voidOrder(tx, { orderId, merchantId: merchant.id })),
});

const createRefund = defineRoute({
  method: 'post',
  path: '/v1/orders/{order_id}/refunds',
  operationId: 'createRefund',
  summary: 'Refund captured goods',
  description:
    'Takes the amount off the debt, from the last installment; what is more than owed returns to the card.',
  tags: ['Orders'],
  auth: 'merchant',
  scope: 'refunds',
  params,
  body: ReferencedAmount,
  bodyExample: { reference: 'return-1', amount: 4000 },
  success: {
    status: 201,
    description: 'The refund is accepted.',
    schema: RefundJson,
    example: refundExample,
  },
  problems: ['amount_invalid', 'refund_reference_in_use', 'refund_exceeds_refundable', 'state_conflict'],
  write: async (tx, { params: { order_id: orderId }, body, merchant }) =>
    refundJson(await refund(tx, { orderId, merchantId: merchant.id, ...body })),
});

const getRefunds = defineRoute({
  method: 'get',
  path: '/v1/orders/{order_id}/refunds',
  operationId: 'listRefunds',
  summary: "List an order's refunds",
  tags: ['Orders'],
  auth: 'merchant',
  scope: 'read',
  params,
  success: {
    status: 200,
    description: 'All of them, the oldest first.',
    schema: z.object({ data: z.array(RefundJson) }),
    example: { data: [refundExample] },
  },
  async read(tx, { params: { order_id: orderId }, merchant }) {
    const order = await findOrder(tx, { orderId, merchantId: merchant.id });
    return { data: (await listRefunds(tx, order.id)).map(refundJson) };
  },
});

export const orderLifecycleRoutes: Route[] = [
  createCapture,
  getCaptures,
  voidRoute,
  createRefund,
  getRefunds,
];
