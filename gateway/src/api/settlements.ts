import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import {
  AmountJson,
  CurrencyCode,
  DateJson,
  idOf,
  PageQuery,
  pageOf,
  SignedAmountJson,
  Timestamp,
  toPage,
} from '../http/schemas.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import { toJsonAmount } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { listLines, type SettlementLine } from '../settlement/lines.ts';
import { findPayout, listPayouts, type Payout } from '../settlement/payouts.ts';
import { findSettlement, listSettlements, type Settlement } from '../settlement/settlements.ts';

const SettlementJson = z
  .object({
    id: idOf('stl'),
    object: z.literal('settlement'),
    status: z.enum(['open', 'closed']),
    currency: CurrencyCode,
    business_date: DateJson,
    net: SignedAmountJson.nullable(),
    lines_count: z.int().nullable(),
    closed_at: Timestamp.nullable(),
  })
  .meta({ id: 'Settlement' });

const settlementExample: z.output<typeof SettlementJson> = {
  id: 'stl_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  object: 'settlement',
  status: 'closed',
  currency: 'CNY',
  business_date: '2026-03-02',
  net: 9600,
  lines_count: 2,
  closed_at: '2026-03-02T16:00:00.000Z',
};

const LineJson = z
  .object({
    number: z.int().min(1),
    kind: z.enum(['capture', 'capture_fee', 'refund', 'refund_fee', 'carried_over']),
    amount: SignedAmountJson,
    currency: CurrencyCode,
    business_date: DateJson,
    order_id: idOf('ord').nullable(),
    source_id: z
      .string()
      .meta({ description: 'The capture, refund or earlier settlement that caused the line.' }),
  })
  .meta({ id: 'SettlementLine' });

const lineExample: z.output<typeof LineJson> = {
  number: 1,
  kind: 'capture',
  amount: 10000,
  currency: 'CNY',
  business_date: '2026-03-02',
  order_id: 'ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  source_id: 'cap_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
};

const PayoutJson = z
  .object({
    id: idOf('po'),
    object: z.literal('payout'),
    settlement_id: idOf('stl'),
    amount: AmountJson,
    currency: CurrencyCode,
    status: z.enum(['pending', 'paid', 'failed']),
    failure_code: z.string().nullable(),
    version: z.int(),
    created_at: Timestamp,
    paid_at: Timestamp.nullable(),
  })
  .meta({ id: 'Payout' });

const payoutExample: z.output<typeof PayoutJson> = {
  id: 'po_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  object: 'payout',
  settlement_id: 'stl_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  amount: 9600,
  currency: 'CNY',
  status: 'paid',
  failure_code: null,
  version: 2,
  created_at: '2026-03-02T16:00:00.000Z',
  paid_at: '2026-03-02T16:00:00.000Z',
};

function settlementJson(settlement: Settlement): z.output<typeof SettlementJson> {
  return {
    id: settlement.id,
    object: 'settlement',
    status: settlement.status,
    currency: settlement.currency,
    business_date: settlement.businessDate,
    net: settlement.net === null ? null : toJsonAmount(settlement.net),
    lines_count: settlement.linesCount,
    closed_at: settlement.closedAt?.toISOString() ?? null,
  };
}

function lineJson(line: SettlementLine): z.output<typeof LineJson> {
  return {
    number: line.number ?? 0,
    kind: line.kind,
    amount: toJsonAmount(line.amount),
    currency: line.currency,
    business_date: line.businessDate,
    order_id: line.orderId as Id<'ord'> | null,
    source_id: line.sourceId,
  };
}

function payoutJson(payout: Payout): z.output<typeof PayoutJson> {
  return {
    id: payout.id,
    object: 'payout',
    settlement_id: payout.settlementId as Id<'stl'>,
    amount: toJsonAmount(payout.amount),
    currency: payout.currency,
    status: payout.status,
    failure_code: payout.failureCode,
    version: payout.version,
    created_at: payout.createdAt.toISOString(),
    paid_at: payout.paidAt?.toISOString() ?? null,
  };
}

/** Lines are paged by their number in the settlement. */
async function linesPage(tx: Tx, settlementId: string, query: z.output<typeof PageQuery>) {
  const after = Number(query.cursor ?? '0');
  if (!Number.isSafeInteger(after) || after < 0) {
    throw new GatewayError('cursor_invalid', { detail: 'This cursor does not come from this list.' });
  }
  const rows = await listLines(tx, { settlementId, after, limit: query.limit + 1 });
  return toPage(rows, query.limit, (row) => String(row.number), lineJson);
}

const merchantRead = { method: 'get', auth: 'merchant', scope: 'read' } as const;
const linesSuccess = {
  status: 200 as const,
  description: 'In their order; they sum to the net.',
  schema: pageOf(LineJson),
  example: { data: [lineExample], next_cursor: null },
};

export const settlementRoutes: Route[] = [
  defineRoute({
    ...merchantRead,
    tags: ['Settlement'],
    path: '/v1/settlements',
    operationId: 'listSettlements',
    summary: 'List settlements',
    query: PageQuery,
    success: {
      status: 200,
      description: 'In the order of their creation.',
      schema: pageOf(SettlementJson),
      example: { data: [settlementExample], next_cursor: null },
    },
    async read(tx, { query, merchant }) {
      const rows = await listSettlements(tx, {
        merchantId: merchant.id,
        after: query.cursor,
        limit: query.limit + 1,
      });
      return toPage(rows, query.limit, (row) => row.id, settlementJson);
    },
  }),
  defineRoute({
    ...merchantRead,
    tags: ['Settlement'],
    path: '/v1/settlements/{settlement_id}',
    operationId: 'getSettlement',
    summary: 'Read a settlement',
    params: z.object({ settlement_id: idOf('stl') }),
    success: {
      status: 200,
      description: 'The settlement.',
      schema: SettlementJson,
      example: settlementExample,
    },
    read: async (tx, { params, merchant }) =>
      settlementJson(
        await findSettlement(tx, { settlementId: params.settlement_id, merchantId: merchant.id }),
      ),
  }),
  defineRoute({
    ...merchantRead,
    tags: ['Settlement'],
    path: '/v1/settlements/{settlement_id}/lines',
    operationId: 'listSettlementLines',
    summary: "List a settlement's lines",
    params: z.object({ settlement_id: idOf('stl') }),
    query: PageQuery,
    success: linesSuccess,
    async read(tx, { params, query, merchant }) {
      const settlement = await findSettlement(tx, {
        settlementId: params.settlement_id,
        merchantId: merchant.id,
      });
      return linesPage(tx, settlement.id, query);
    },
  }),
];

export const payoutRoutes: Route[] = [
  defineRoute({
    ...merchantRead,
    tags: ['Settlement'],
    path: '/v1/payouts',
    operationId: 'listPayouts',
    summary: 'List payouts',
    query: PageQuery,
    success: {
      status: 200,
      description: 'In the order of their creation.',
      schema: pageOf(PayoutJson),
      example: { data: [payoutExample], next_cursor: null },
    },
    async read(tx, { query, merchant }) {
      const rows = await listPayouts(tx, {
        merchantId: merchant.id,
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
    description: 'The lines of its settlement: they sum to the payout.',
    params: z.object({ payout_id: idOf('po') }),
    query: PageQuery,
    success: linesSuccess,
    async read(tx, { params, query, merchant }) {
      const payout = await findPayout(tx, { payoutId: params.payout_id, merchantId: merchant.id });
      return linesPage(tx, payout.settlementId, query);
    },
  }),
];
