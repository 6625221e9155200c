import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import {
  CurrencyCode,
  DateJson,
  idOf,
  PageQuery,
  pageOf,
  SignedAmountJson,
  Timestamp,
  toPage,
} from '../http/schemas.ts';
import { toJsonAmount } from '../lib/money.ts';
import { findSettlement, listSettlements, type Settlement } from '../settlement/settlements.ts';
import { linesPage, linesSuccess } from './resources/settlement-line.ts';

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

const merchantRead = { method: 'get', auth: 'merchant', scope: 'read' } as const;
export const settlementRoutes: Route[] = [
  defineRoute({
    ...merchantRead,
    tags: ['Settlement'],
    path: '/v1/settlements',
    operationId: 'listSettlements',
    summary: 'List settlements',
    query: PageQuery,
    problems: ['cursor_invalid'],
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
    problems: ['cursor_invalid'],
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
