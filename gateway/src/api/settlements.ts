import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import {
  CurrencyCode,
  DateJson,
  dateRange,
  idOf,
  PageQuery,
  pageOf,
  SignedAmountJson,
  Timestamp,
  toPage,
} from '../http/schemas.ts';
import { toJsonAmount } from '../lib/money.ts';
import { transact } from '../lib/tx.ts';
import { findSettlement, listSettlements, type Settlement } from '../settlement/settlements.ts';
import { statementLink } from '../settlement/statement-link.ts';
import { linesPage, linesSuccess } from './resources/settlement-line.ts';

export const SettlementJson = z
  .object({
    id: idOf('stl'),
    object: z.literal('settlement'),
    status: z.enum(['open', 'closed']).meta({ description: 'A closed one never changes.' }),
    currency: CurrencyCode,
    business_date: DateJson.meta({ description: 'The date that it settles, in your time zone.' }),
    net: SignedAmountJson.nullable().meta({
      description: 'The sum of its lines: what you are paid, or, when negative, owe; null while it is open.',
    }),
    lines_count: z.int().nullable().meta({ description: 'How many lines it has; null while it is open.' }),
    early: z.boolean().meta({ description: 'You asked for it before the date was over.' }),
    closed_at: Timestamp.nullable(),
  })
  .meta({ id: 'Settlement' });

export const settlementExample: z.output<typeof SettlementJson> = {
  id: 'stl_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  object: 'settlement',
  status: 'closed',
  currency: 'CNY',
  business_date: '2026-03-02',
  net: 9600,
  lines_count: 2,
  early: false,
  closed_at: '2026-03-02T16:00:00.000Z',
};

export function settlementJson(settlement: Settlement): z.output<typeof SettlementJson> {
  return {
    id: settlement.id,
    object: 'settlement',
    status: settlement.status,
    currency: settlement.currency,
    business_date: settlement.businessDate,
    net: settlement.net === null ? null : toJsonAmount(settlement.net),
    lines_count: settlement.linesCount,
    early: settlement.early,
    closed_at: settlement.closedAt?.toISOString() ?? null,
  };
}

const DocumentsJson = z
  .object({
    statement_url: z.url(),
    lines_csv_url: z.url(),
    expires_at: Timestamp,
  })
  .meta({ id: 'SettlementDocuments' });

const merchantRead = { method: 'get', auth: 'merchant', scope: 'read' } as const;
export const settlementRoutes: Route[] = [
  defineRoute({
    ...merchantRead,
    tags: ['Settlement'],
    path: '/v1/settlements',
    operationId: 'listSettlements',
    summary: 'List settlements',
    description:
      'Your settlements in the order of their creation. Each is everything of one business date in ' +
      'one currency, or of what you asked to be paid early. An open one has no sum yet.',
    query: PageQuery.extend({ status: z.enum(['open', 'closed']).optional(), ...dateRange }),
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
        status: query.status,
        dateFrom: query.date_from,
        dateTo: query.date_to,
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
    description:
      'One settlement with its net: positive when you are paid, negative when refunds and fees were ' +
      'more than what you captured, which is carried over to the next one.',
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
    description:
      'Every line of a settlement in its order: captures, refunds, fees, reserves, disputes. They ' +
      'sum to its net, and each names the order and what caused it, so that your bookkeeping can ' +
      'match them one by one.',
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
  defineRoute({
    ...merchantRead,
    tags: ['Settlement'],
    path: '/v1/settlements/{settlement_id}/documents',
    operationId: 'getSettlementDocuments',
    summary: 'Get links to the papers of a settlement',
    description:
      'A statement to print, in English and 简体中文, and all lines as a file for spreadsheets. Whoever has a link may ' +
      'open it until it expires.',
    params: z.object({ settlement_id: idOf('stl') }),
    success: {
      status: 200,
      description: 'The links.',
      schema: DocumentsJson,
      example: {
        statement_url:
          'https://pay.example/settlements/live/stl_018f6b2a9c7d7e3f8a1b2c3d4e5f6071/1772409600/s',
        lines_csv_url:
          'https://pay.example/settlements/live/stl_018f6b2a9c7d7e3f8a1b2c3d4e5f6071/1772409600/s/lines.csv',
        expires_at: '2026-03-02T00:00:00.000Z',
      },
    },
    async run(context, { params, merchant }) {
      const { environmentId, id, kid } = merchant;
      return transact(
        context,
        { environmentId, actor: { kind: 'merchant', id, kid }, access: 'read' },
        async (tx) => {
          const found = await findSettlement(tx, { settlementId: params.settlement_id, merchantId: id });
          const { path, expiresAt } = statementLink(tx, found.id);
          const url = `${context.config.origins.api}${path}`;
          return {
            statement_url: url,
            lines_csv_url: `${url}/lines.csv`,
            expires_at: expiresAt.toISOString(),
          };
        },
      );
    },
  }),
];
