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
  ShipmentJson,
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
  shipment: ShipmentJson.optional().meta({
    description:
      'How the goods went. The shopper sees it, and it is part of every dispute about the order: who can show where a ' +
      'parcel went is seldom wrong about it.',
  }),
});

const ReferencedAmount = z.strictObject({ reference: MerchantReference, amount: Amount });

const createCapture = defineRoute({
  method: 'post',
  path: '/v1/orders/{order_id}/captures',
  operationId: 'createCapture',
  summary: 'Capture an order',
  description:
    "Call it when goods are shipped, whole or in part. The shopper's debt starts, the first " +
    'payment is taken where the plan has one, and the amount comes into your next settlement, ' +
    'less the fee.\n\n' +
    'With `final` what is left is voided in the same step, as when a stay or a rental costs less ' +
    'than was authorized. Without it the rest can be captured later, until the authorization ' +
    'expires. `reference` is your own number of the shipment: the same one is never captured ' +
    'twice.',
  tags: ['Orders'],
  auth: 'merchant',
  scope: 'orders',
  params,
  body: NewCapture,
  bodyExample: {
    reference: 'shipment-1',
    amount: 6000,
    shipment: { carrier: 'SF Express', tracking_number: 'SF1234567890123' },
  },
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
    const { shipment: told, ...fields } = body;
    const shipment = told && { carrier: told.carrier, trackingNumber: told.tracking_number };
    return captureJson(await capture(tx, { orderId, merchantId: merchant.id, ...fields, shipment }));
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
  description:
    'What of an order was captured so far, each with your reference and the fee that it was ' +
    'charged, the oldest first.',
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
    'Releases what an order still holds, when the goods or the rest of them will not be shipped. ' +
    "The shopper's limit is free again at once. After a capture the order stays captured, with " +
    'the rest voided. For goods that were captured already, refund.',
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
    'Gives the shopper back what they owe or paid for captured goods. The amount is taken off the ' +
    'debt, from the last installment or pro rata as the plan says; what is more than owed returns ' +
    'to the card, with the interest that the goods have borne.\n\n' +
    'It comes off your next settlement, and the rate part of the fee comes back to you. A ' +
    'declared return of as much is accepted by it. The debt falls at once; `refund.succeeded` ' +
    'tells when money that goes back was sent.',
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
  description:
    'What of an order was refunded so far, how much of it came off the debt and how much went ' +
    'back to the card, the oldest first.',
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
