import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import { idOf, PageQuery, pageOf, toPage } from '../http/schemas.ts';
import { listSeals, proofOf } from '../ledger/seals/proof.ts';
import { GatewayError } from '../lib/errors.ts';
import { listCaptures } from '../orders/captures.ts';
import { findOrder } from '../orders/orders.ts';
import { listRefunds } from '../orders/refunds.ts';
import { listLines } from '../settlement/lines.ts';
import { findSettlement } from '../settlement/settlements.ts';
import { LineNumber } from './resources/settlement-line.ts';
import { proofJson, proofSuccess, sealExample, SealJson } from './resources/ledger-proof.ts';

const how =
  'Anybody who has the public keys can check it offline: `npx morrow verify <file>` recomputes each leaf and its way up to ' +
  'the signed root. A row that was changed after it was sealed does not lead there.';

const merchantRead = { method: 'get', auth: 'merchant', scope: 'read' } as const;

const ofOrder = defineRoute({
  ...merchantRead,
  tags: ['Ledger'],
  path: '/v1/orders/{order_id}/proof',
  operationId: 'getOrderProof',
  summary: "Prove an order's transfers",
  description: `What the order, its captures and its refunds moved in the sealed ledger. ${how}`,
  params: z.object({ order_id: idOf('ord') }),
  success: proofSuccess,
  async read(tx, { params, merchant }) {
    const order = await findOrder(tx, { orderId: params.order_id, merchantId: merchant.id });
    const parts = [...(await listCaptures(tx, order.id)), ...(await listRefunds(tx, order.id))];
    return proofJson(await proofOf(tx, { subjectIds: [order.id, ...parts.map(({ id }) => id)] }));
  },
});

const ofLine = defineRoute({
  ...merchantRead,
  tags: ['Ledger'],
  path: '/v1/settlements/{settlement_id}/lines/{number}/proof',
  operationId: 'getSettlementLineProof',
  summary: "Prove a settlement line's transfers",
  description: `What the cause of a line moved on your account in the sealed ledger. ${how}`,
  params: z.object({
    settlement_id: idOf('stl'),
    number: LineNumber,
  }),
  success: proofSuccess,
  async read(tx, { params, merchant }) {
    const settlement = await findSettlement(tx, {
      settlementId: params.settlement_id,
      merchantId: merchant.id,
    });
    const after = params.number - 1;
    const [line] = await listLines(tx, { settlementId: settlement.id, after, limit: 1 });
    if (line?.number !== params.number)
      throw new GatewayError('not_found', { detail: 'The settlement has no line with this number.' });
    return proofJson(await proofOf(tx, { subjectIds: [line.sourceId], touching: merchant.id }));
  },
});

const seals = defineRoute({
  ...merchantRead,
  tags: ['Ledger'],
  path: '/v1/seals',
  operationId: 'listSeals',
  summary: 'List the seals of the ledger',
  description:
    'Each is a signed Merkle root over a range of transfers of the environment, and names the one before. Whoever keeps ' +
    'them can tell later whether the past was rewritten.',
  query: PageQuery,
  problems: ['cursor_invalid'],
  success: {
    status: 200,
    description: 'In the order in which they were made.',
    schema: pageOf(SealJson),
    example: { data: [sealExample], next_cursor: null },
  },
  async read(tx, { query }) {
    const after = Number(query.cursor ?? '0');
    if (!Number.isSafeInteger(after) || after < 0) {
      throw new GatewayError('cursor_invalid', { detail: 'This cursor does not come from this list.' });
    }
    const rows = await listSeals(tx, { after, limit: query.limit + 1 });
    return toPage(
      rows,
      query.limit,
      (row) => String(row.number),
      (row) => row,
    );
  },
});

export const ledgerProofRoutes: Route[] = [ofOrder, ofLine, seals];
