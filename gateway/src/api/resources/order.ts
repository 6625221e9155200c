import { z } from 'zod';
import { AmountJson, CurrencyCode, idOf, MerchantReference, Timestamp } from '../../http/schemas.ts';
import type { Id } from '../../lib/ids.ts';
import { toJsonAmount } from '../../lib/money.ts';
import type { Tx } from '../../lib/tx.ts';
import { type Capture, carrierPattern, type Shipment, trackingNumberPattern } from '../../orders/captures.ts';
import { capturableOf, type OrderState, orderStatuses, refundableOf } from '../../orders/orders.ts';
import type { Refund } from '../../orders/refunds.ts';
import { orderActions } from '../../orders/state.ts';
import { pairwiseId } from '../../shoppers/profile.ts';

export const OrderJson = z
  .object({
    id: idOf('ord'),
    object: z.literal('order'),
    status: z.enum(orderStatuses).meta({
      description:
        'How it stands: `authorized` until the first capture, `captured` when nothing is left to capture.',
    }),
    merchant_reference: MerchantReference,
    checkout_session_id: idOf('cs')
      .nullable()
      .meta({ description: 'The checkout that it comes from; null for an order by an agreement.' }),
    agreement_id: idOf('agr')
      .nullable()
      .meta({ description: 'The agreement that it was authorized by; null for an order from a checkout.' }),
    plan_id: idOf('pln').meta({ description: 'What the shopper owes for it, and when.' }),
    shopper_id: z.string().meta({ description: 'The shopper as this merchant knows them.' }),
    currency: CurrencyCode,
    authorized_amount: AmountJson.meta({ description: 'What the shopper agreed to pay.' }),
    captured_amount: AmountJson.meta({ description: 'What was shipped of it, and is settled to you.' }),
    voided_amount: AmountJson.meta({ description: 'What was released, because it will not be shipped.' }),
    refunded_amount: AmountJson.meta({ description: 'What was refunded of what was captured.' }),
    capturable_amount: AmountJson.meta({ description: 'What can still be captured.' }),
    refundable_amount: AmountJson.meta({ description: 'What can still be refunded.' }),
    allowed_actions: z
      .array(z.enum(['capture', 'void', 'extend', 'refund']))
      .meta({ description: 'What you can do with it now.' }),
    version: z.int().meta({
      description: 'Counts the changes: of two states, the one with the higher version is the newer.',
    }),
    created_at: Timestamp,
    expires_at: Timestamp.meta({
      description: "When what is not captured expires, by the environment's clock.",
    }),
  })
  .meta({ id: 'Order' });

export type OrderJson = z.output<typeof OrderJson>;

export const orderExample: OrderJson = {
  id: 'ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  object: 'order',
  status: 'authorized',
  merchant_reference: 'order-1001',
  checkout_session_id: 'cs_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  agreement_id: null,
  plan_id: 'pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  shopper_id: 'shp_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  currency: 'CNY',
  authorized_amount: 10000,
  captured_amount: 0,
  voided_amount: 0,
  refunded_amount: 0,
  capturable_amount: 10000,
  refundable_amount: 0,
  allowed_actions: ['capture', 'void', 'extend'],
  version: 1,
  created_at: '2026-03-01T08:30:00.000Z',
  expires_at: '2026-03-08T08:30:00.000Z',
};

export function orderJson(tx: Tx, order: OrderState): OrderJson {
  return {
    id: order.id,
    object: 'order',
    status: order.status,
    merchant_reference: order.merchantReference,
    checkout_session_id: order.checkoutSessionId as Id<'cs'> | null,
    agreement_id: order.agreementId as Id<'agr'> | null,
    plan_id: order.planId as Id<'pln'>,
    shopper_id: pairwiseId(tx, order.merchantId, order.shopperId),
    currency: order.currency,
    authorized_amount: toJsonAmount(order.authorized),
    captured_amount: toJsonAmount(order.captured),
    voided_amount: toJsonAmount(order.voided),
    refunded_amount: toJsonAmount(order.refunded),
    capturable_amount: toJsonAmount(capturableOf(order)),
    refundable_amount: toJsonAmount(refundableOf(order)),
    allowed_actions: [...orderActions(order, tx.now)],
    version: order.version,
    created_at: order.createdAt.toISOString(),
    expires_at: order.expiresAt.toISOString(),
  };
}

/** How goods went, as requests name it and answers repeat it. */
export const ShipmentJson = z
  .strictObject({
    carrier: z
      .string()
      .regex(carrierPattern)
      .meta({ description: 'Who carries the goods, by name: 1 to 60 characters.', example: 'SF Express' }),
    tracking_number: z.string().regex(trackingNumberPattern).meta({
      description: 'Under which number: 1 to 60 letters, digits, spaces and `.`, `-`, `/`.',
      example: 'SF1234567890123',
    }),
  })
  .meta({ id: 'Shipment' });

export function shipmentJson({ carrier, trackingNumber }: Shipment): z.output<typeof ShipmentJson> {
  return { carrier, tracking_number: trackingNumber };
}

export const CaptureJson = z
  .object({
    id: idOf('cap'),
    object: z.literal('capture'),
    order_id: idOf('ord'),
    reference: MerchantReference.meta({ description: 'Your own number of the shipment.' }),
    amount: AmountJson,
    merchant_fee: AmountJson.meta({ description: 'What you pay for it, taken off your settlement.' }),
    shipment: ShipmentJson.nullable().meta({
      description: 'How the goods went; null where you did not tell.',
    }),
    created_at: Timestamp,
  })
  .meta({ id: 'Capture' });

export const captureExample: z.output<typeof CaptureJson> = {
  id: 'cap_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  object: 'capture',
  order_id: 'ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  reference: 'shipment-1',
  amount: 6000,
  merchant_fee: 280,
  shipment: { carrier: 'SF Express', tracking_number: 'SF1234567890123' },
  created_at: '2026-03-02T08:30:00.000Z',
};

export function captureJson(capture: Capture): z.output<typeof CaptureJson> {
  return {
    id: capture.id,
    object: 'capture',
    order_id: capture.orderId as Id<'ord'>,
    reference: capture.reference,
    amount: toJsonAmount(capture.amount),
    merchant_fee: toJsonAmount(capture.merchantFee),
    shipment: capture.shipment && shipmentJson(capture.shipment),
    created_at: capture.createdAt.toISOString(),
  };
}

export const RefundJson = z
  .object({
    id: idOf('rfd'),
    object: z.literal('refund'),
    order_id: idOf('ord'),
    reference: MerchantReference.meta({ description: 'Your own number of the refund.' }),
    amount: AmountJson.meta({ description: 'What was refunded in all.' }),
    debt_amount: AmountJson.meta({ description: "What was taken off the shopper's debt." }),
    money_back_amount: AmountJson.meta({ description: "What returns to the shopper's card." }),
    interest_returned: AmountJson.meta({
      description: 'Interest on the refunded goods, which the shopper gets back: a part of the two above.',
    }),
    fee_returned: AmountJson.meta({
      description: 'The rate part of the merchant fee on the refunded amount.',
    }),
    status: z
      .enum(['pending', 'succeeded', 'failed'])
      .meta({ description: '`pending` while money is still on its way back to the card.' }),
    version: z.int().meta({
      description: 'Counts the changes: of two states, the one with the higher version is the newer.',
    }),
    created_at: Timestamp,
  })
  .meta({ id: 'Refund' });

export const refundExample: z.output<typeof RefundJson> = {
  id: 'rfd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  object: 'refund',
  order_id: 'ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  reference: 'return-1',
  amount: 4000,
  debt_amount: 4000,
  money_back_amount: 0,
  interest_returned: 0,
  fee_returned: 120,
  status: 'succeeded',
  version: 1,
  created_at: '2026-03-10T08:30:00.000Z',
};

export function refundJson(refund: Refund): z.output<typeof RefundJson> {
  return {
    id: refund.id,
    object: 'refund',
    order_id: refund.orderId as Id<'ord'>,
    reference: refund.reference,
    amount: toJsonAmount(refund.amount),
    debt_amount: toJsonAmount(refund.debtAmount),
    money_back_amount: toJsonAmount(refund.moneyBackAmount),
    interest_returned: toJsonAmount(refund.interestReturned),
    fee_returned: toJsonAmount(refund.feeReturned),
    status: refund.status,
    version: refund.version,
    created_at: refund.createdAt.toISOString(),
  };
}
