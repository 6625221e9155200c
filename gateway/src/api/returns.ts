import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import { Amount, idOf, MerchantReference, PageQuery, pageOf, toPage } from '../http/schemas.ts';
import { acceptReturn, rejectReturn } from '../orders/returns-answer.ts';
import { declareReturn } from '../orders/returns-declare.ts';
import {
  findReturn,
  listReturns,
  rejectionReasons,
  returnReasons,
  returnStatuses,
} from '../orders/returns.ts';
import { ReturnJson, returnExample, returnJson } from './resources/return.ts';

const params = z.object({ return_id: idOf('ret') });

const acceptedExample: ReturnJson = {
  ...returnExample,
  status: 'accepted',
  refund_id: 'rfd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  allowed_actions: [],
  version: 2,
  ended_at: '2026-03-15T08:30:00.000Z',
};

const declare = defineRoute({
  method: 'post',
  path: '/v1/orders/{order_id}/returns',
  operationId: 'declareReturn',
  summary: 'Declare a return',
  description:
    "Goods are on their way back: the shopper's dues stand still, without reminders and fees, until you accept or reject the " +
    'return, 14 days at most. Shoppers declare returns in their account, too; the event `return.declared` tells of them. One ' +
    'return of an order is open at a time, and an order has at most five.',
  tags: ['Returns'],
  auth: 'merchant',
  scope: 'orders',
  params: z.object({ order_id: idOf('ord') }),
  body: z.strictObject({ reference: MerchantReference, amount: Amount, reason: z.enum(returnReasons) }),
  bodyExample: { reference: 'rma-1', amount: 4000, reason: 'damaged' },
  success: {
    status: 201,
    description: 'The dues are paused.',
    schema: ReturnJson,
    example: { ...returnExample, declared_by: 'merchant', reference: 'rma-1', items: [] },
  },
  problems: [
    'amount_invalid',
    'return_reference_in_use',
    'return_open',
    'refund_exceeds_refundable',
    'dispute_open',
    'state_conflict',
  ],
  write: async (tx, { params: { order_id: orderId }, body, merchant }) =>
    returnJson(tx, await declareReturn(tx, { by: 'merchant', merchantId: merchant.id, orderId, ...body })),
});

const list = defineRoute({
  method: 'get',
  path: '/v1/returns',
  operationId: 'listReturns',
  summary: 'List returns',
  description:
    'Returns that you or your shoppers declared, in the order of their declaration. ' +
    '`status=declared` gives those that wait for you; each says in `respond_by` for how long.',
  tags: ['Returns'],
  auth: 'merchant',
  scope: 'read',
  query: PageQuery.extend({
    order_id: idOf('ord').optional(),
    status: z.enum(returnStatuses).optional(),
  }),
  problems: ['cursor_invalid'],
  success: {
    status: 200,
    description: 'In the order of their declaration.',
    schema: pageOf(ReturnJson),
    example: { data: [returnExample], next_cursor: null },
  },
  async read(tx, { query, merchant }) {
    const rows = await listReturns(tx, {
      merchantId: merchant.id,
      orderId: query.order_id,
      status: query.status,
      after: query.cursor,
      limit: query.limit + 1,
    });
    return toPage(
      rows,
      query.limit,
      (row) => row.id,
      (row) => returnJson(tx, row),
    );
  },
});

const get = defineRoute({
  method: 'get',
  path: '/v1/returns/{return_id}',
  operationId: 'getReturn',
  summary: 'Read a return',
  description:
    'One return: what is said to come back and why, until when you are expected to answer, and ' +
    'how it ended.',
  tags: ['Returns'],
  auth: 'merchant',
  scope: 'read',
  params,
  success: { status: 200, description: 'The return.', schema: ReturnJson, example: returnExample },
  read: async (tx, { params: { return_id: returnId }, merchant }) =>
    returnJson(tx, await findReturn(tx, { returnId, merchantId: merchant.id })),
});

const accept = defineRoute({
  method: 'post',
  path: '/v1/returns/{return_id}/accept',
  operationId: 'acceptReturn',
  summary: 'Accept a return',
  description:
    'Refunds the order in the same step, whole or in part; `reference` is the refund’s. The dues go on with what is left, all later ' +
    'by the days that they stood still. A refund of all that was declared accepts the return as well.',
  tags: ['Returns'],
  auth: 'merchant',
  scope: 'refunds',
  params,
  body: z.strictObject({ reference: MerchantReference, amount: Amount }),
  bodyExample: { reference: 'refund-1', amount: 4000 },
  success: { status: 200, description: 'The refund is made.', schema: ReturnJson, example: acceptedExample },
  problems: [
    'amount_invalid',
    'refund_reference_in_use',
    'refund_exceeds_refundable',
    'dispute_open',
    'state_conflict',
  ],
  write: async (tx, { params: { return_id: returnId }, body, merchant }) =>
    returnJson(tx, await acceptReturn(tx, { returnId, merchantId: merchant.id, ...body })),
});

const reject = defineRoute({
  method: 'post',
  path: '/v1/returns/{return_id}/reject',
  operationId: 'rejectReturn',
  summary: 'Reject a return',
  description:
    'Says that the goods did not come, or not as they should, and why. Nothing is refunded, the ' +
    'dues go on, and the shopper is told the reason; they may dispute the order then.',
  tags: ['Returns'],
  auth: 'merchant',
  scope: 'refunds',
  params,
  body: z.strictObject({ reason: z.enum(rejectionReasons) }),
  bodyExample: { reason: 'not_received' },
  success: {
    status: 200,
    description: 'The return is rejected.',
    schema: ReturnJson,
    example: { ...acceptedExample, status: 'rejected', refund_id: null, rejection: 'not_received' },
  },
  problems: ['state_conflict'],
  write: async (tx, { params: { return_id: returnId }, body, merchant }) =>
    returnJson(tx, await rejectReturn(tx, { returnId, merchantId: merchant.id, reason: body.reason })),
});

export const returnRoutes: Route[] = [declare, list, get, accept, reject];
