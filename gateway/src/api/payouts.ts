import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import {
  AmountJson,
  createdRange,
  CurrencyCode,
  idOf,
  PageQuery,
  pageOf,
  Timestamp,
  toPage,
} from '../http/schemas.ts';
import type { Id } from '../lib/ids.ts';
import { toJsonAmount } from '../lib/money.ts';
import { findPayout, holdReasons, listPayouts, type Payout, payoutStatuses } from '../settlement/payouts.ts';
import { linesPage, linesSuccess } from './resources/settlement-line.ts';

export const PayoutJson = z
  .object({
    id: idOf('po'),
    object: z.literal('payout'),
    settlement_id: idOf('stl').meta({ description: 'The settlement that it pays.' }),
    amount: AmountJson,
    currency: CurrencyCode,
    status: z.enum(payoutStatuses).meta({ description: '`paid` when your bank has accepted it.' }),
    failure_code: z.string().nullable().meta({ description: 'Why the bank refused it.' }),
    hold_reason: z
      .enum(holdReasons)
      .nullable()
      .meta({ description: 'Why it waits; null where it does not.' }),
    hold_until: Timestamp.nullable().meta({
      description: 'When that ends by itself; null where people have to end it.',
    }),
    version: z.int().meta({
      description: 'Counts the changes: of two states, the one with the higher version is the newer.',
    }),
    created_at: Timestamp,
    paid_at: Timestamp.nullable().meta({ description: 'When your bank accepted it.' }),
    returned_at: Timestamp.nullable().meta({ description: 'When your bank sent it back.' }),
  })
  .meta({ id: 'Payout' });

export const payoutExample: z.output<typeof PayoutJson> = {
  id: 'po_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  object: 'payout',
  settlement_id: 'stl_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  amount: 9600,
  currency: 'CNY',
  status: 'paid',
  failure_code: null,
  hold_reason: null,
  hold_until: null,
  version: 2,
  created_at: '2026-03-02T16:00:00.000Z',
  paid_at: '2026-03-02T16:00:00.000Z',
  returned_at: null,
};

export function payoutJson(payout: Payout): z.output<typeof PayoutJson> {
  return {
    id: payout.id,
    object: 'payout',
    settlement_id: payout.settlementId as Id<'stl'>,
    amount: toJsonAmount(payout.amount),
    currency: payout.currency,
    status: payout.status,
    failure_code: payout.failureCode,
    hold_reason: payout.status === 'held' ? payout.holdReason : null,
    hold_until: payout.status === 'held' ? (payout.holdUntil?.toISOString() ?? null) : null,
    version: payout.version,
    created_at: payout.createdAt.toISOString(),
    paid_at: payout.paidAt?.toISOString() ?? null,
    returned_at: payout.returnedAt?.toISOString() ?? null,
  };
}

const merchantRead = { method: 'get', auth: 'merchant', scope: 'read' } as const;
export const payoutRoutes: Route[] = [
  defineRoute({
    ...merchantRead,
    tags: ['Settlement'],
    path: '/v1/payouts',
    operationId: 'listPayouts',
    summary: 'List payouts',
    description:
      'Transfers to your bank account in the order of their creation. A payout that failed or came ' +
      'back is followed by a new one of the same settlement.',
    query: PageQuery.extend({ status: z.enum(payoutStatuses).optional(), ...createdRange }),
    problems: ['cursor_invalid'],
    success: {
      status: 200,
      description: 'In the order of their creation.',
      schema: pageOf(PayoutJson),
      example: { data: [payoutExample], next_cursor: null },
    },
    async read(tx, { query, merchant }) {
      const rows = await listPayouts(tx, {
        merchantId: merchant.id,
        status: query.status,
        createdFrom: query.created_from,
        createdBefore: query.created_before,
        after: query.cursor,
        limit: query.limit + 1,
      });
      return toPage(rows, query.limit, (row) => row.id, payoutJson);
    },
  }),
  defineRoute({
    ...merchantRead,
    tags: ['Settlement'],
    path: '/v1/payouts/{payout_id}',
    operationId: 'getPayout',
    summary: 'Read a payout',
    description:
      'One payout: its amount, the settlement that it pays, and how far it is. While it is held, ' +
      '`hold_reason` says why and `hold_until` until when.',
    params: z.object({ payout_id: idOf('po') }),
    success: { status: 200, description: 'The payout.', schema: PayoutJson, example: payoutExample },
    read: async (tx, { params, merchant }) =>
      payoutJson(await findPayout(tx, { payoutId: params.payout_id, merchantId: merchant.id })),
  }),
  defineRoute({
    ...merchantRead,
    tags: ['Settlement'],
    path: '/v1/payouts/{payout_id}/lines',
    operationId: 'listPayoutLines',
    summary: "List a payout's lines",
    description:
      "The lines of the payout's settlement, which sum to the payout: what each cent on your bank " +
      'statement is for.',
    params: z.object({ payout_id: idOf('po') }),
    query: PageQuery,
    problems: ['cursor_invalid'],
    success: linesSuccess,
    async read(tx, { params, query, merchant }) {
      const payout = await findPayout(tx, { payoutId: params.payout_id, merchantId: merchant.id });
      return linesPage(tx, payout.settlementId, query);
    },
  }),
];
