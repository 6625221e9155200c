import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import { Amount, idOf, MerchantReference } from '../http/schemas.ts';
import { GatewayError } from '../lib/errors.ts';
import { capture } from '../orders/capture.ts';
import { listCaptures } from '../orders/captures.ts';
import { extend } from '../orders/extend.ts';
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
/** A final amount of nothing is refused with a word on what to do instead, so the schema lets it pass. */
const CaptureAmount = z
  .int({ error: (issue) => (issue.input === undefined ? undefined : 'amount_invalid') })
  .min(0, { error: 'amount_invalid' })
  .meta({
    description: 'A positive amount of money in minor units of its currency.',
    example: 6000,
    override: { type: 'integer', minimum: 1 },
  })
  .transform((amount) => BigInt(amount));

const NewCapture = z.strictObject({
  reference: MerchantReference,
  amount: CaptureAmount,
  final: z.boolean().default(false).meta({
    description:
      'Whether this is the final amount of the order: what is left of the authorization is voided with the capture.',
  }),
});

const ReferencedAmount = z.strictObject({ reference: MerchantReference, amount: Amount });

const createCapture = defineRoute({
  method: 'post',
  path: '/v1/orders/{order_id}/captures',
  operationId: 'createCapture',
  summary: 'Capture an order',
  description:
    'The goods are shipped, whole or in part: the debt starts and the amount is settled to the merchant. With `final` what ' +
    'is left is voided at once, as when a stay or a rental costs less than was authorized.',
  tags: ['Orders'],
  auth: 'merchant',
  scope: 'orders',
  params,
  body: NewCapture,
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
    'installments_exceeded',
    'authorization_expired',
    'state_conflict',
  ],
  async write(tx, { params: { order_id: orderId }, body, merchant }) {
    if (body.amount === 0n) throw nothingToCapture(body.final);
    return captureJson(await capture(tx, { orderId, merchantId: merchant.id, ...body }));
  },
});

function nothingToCapture(isFinal: boolean): GatewayError {
  return new GatewayError('amount_invalid', {
    detail: '/amount: There is nothing to capture.',
    hint: isFinal
      ? 'A final amount of 0 is a void: send POST /v1/orders/{order_id}/void.'
      : 'Send a positive integer of minor units: 1000 for 10.00 CNY, 1000 for 1000 JPY.',
    errors: [{ pointer: '/amount', code: 'amount_invalid' }],
  });
}

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

const extendRoute = defineRoute({
  method: 'post',
  path: '/v1/orders/{order_id}/extend',
  operationId: 'extendOrder',
  summary: 'Extend an authorization',
  description:
    'The authorization expires seven days later, up to 30 days after it was made, for goods that ship late. The credit ' +
    'behind it is looked at again: `extension_refused` says with `reason` what speaks against it. The notices of its expiry begin anew.',
  tags: ['Orders'],
  auth: 'merchant',
  scope: 'orders',
  params,
  body: z.strictObject({ reference: MerchantReference }),
  bodyExample: { reference: 'backorder-1' },
  success: {
    status: 200,
    description: 'The order with its new `expires_at`.',
    schema: OrderJson,
    example: { ...orderExample, expires_at: '2026-03-15T08:30:00.000Z', version: 2 },
  },
  problems: [
    'extension_reference_in_use',
    'authorization_expired',
    'extension_exhausted',
    'extension_refused',
    'state_conflict',
  ],
  write: async (tx, { params: { order_id: orderId }, body, merchant }) =>
    orderJson(tx, await extend(tx, { orderId, merchantId: merchant.id, ...body })),
});

const createRefund = defineRoute({
  method: 'post',
  path: '/v1/orders/{order_id}/refunds',
  operationId: 'createRefund',
  summary: 'Refund captured goods',
  description:
    'Takes the amount off the debt, from the last installment or pro rata as the plan says; what is more than owed returns to ' +
    'the card, with the interest that the goods have borne. A declared return of as much is accepted by it.',
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
  problems: [
    'amount_invalid',
    'refund_reference_in_use',
    'refund_exceeds_refundable',
    'dispute_open',
    'state_conflict',
  ],
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
  extendRoute,
  createRefund,
  getRefunds,
];
