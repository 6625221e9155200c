import { z } from 'zod';
import { defineRoute } from '../http/route.ts';
import { AmountJson, idOf, SignedAmountJson, Timestamp } from '../http/schemas.ts';
import { GatewayError } from '../lib/errors.ts';
import { toJsonAmount } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { listCaptures } from '../orders/captures.ts';
import { findOrder, type Order } from '../orders/orders.ts';
import { listRefunds } from '../orders/refunds.ts';
import { explainLine } from '../settlement/explain.ts';
import { listLines, type SettlementLine } from '../settlement/lines.ts';
import { findPayout } from '../settlement/payouts.ts';
import { findSettlement } from '../settlement/settlements.ts';
import { lineExample, LineJson, lineJson, LineNumber } from './resources/settlement-line.ts';

const Cause = z
  .object({
    object: z.enum(['capture', 'refund', 'settlement', 'repayment']),
    id: z.string(),
    reference: z.string().nullable().meta({ description: 'Your reference of the capture or refund.' }),
    amount: SignedAmountJson.nullable().meta({
      description: 'What was captured or refunded, or the net of an earlier settlement.',
    }),
    merchant_fee: AmountJson.nullable().meta({
      description: 'The fee of a capture, or the part of it that a refund gives back.',
    }),
  })
  .meta({ id: 'SettlementLineCause' });

const Explanation = z
  .object({
    object: z.literal('line_explanation'),
    line: LineJson,
    order: z
      .object({ id: idOf('ord'), merchant_reference: z.string() })
      .nullable()
      .meta({ description: 'Null for a line that was carried over.' }),
    cause: Cause,
    transfers: z
      .array(
        z.object({
          id: z.string(),
          posting_id: z.string(),
          event: z.string(),
          counter_account: z.string(),
          amount: SignedAmountJson,
          occurred_at: Timestamp,
        }),
      )
      .meta({
        description:
          "The ledger's transfers on your account that the line is made of; they sum to it. None where it was carried over.",
      }),
  })
  .meta({ id: 'SettlementLineExplanation' });

/** Walks a line of a payout back to its order, its cause and the ledger. */
export const payoutLineRoute = defineRoute({
  method: 'get',
  auth: 'merchant',
  scope: 'read',
  tags: ['Settlement'],
  path: '/v1/payouts/{payout_id}/lines/{number}/explain',
  operationId: 'explainPayoutLine',
  summary: 'Explain a line of a payout',
  description:
    'From the line to its order, the capture or refund that caused it, and the transfers that sum to it.',
  params: z.object({ payout_id: idOf('po'), number: LineNumber }),
  success: {
    status: 200,
    description: 'Where the amount comes from.',
    schema: Explanation,
    example: {
      object: 'line_explanation',
      line: lineExample,
      order: { id: 'ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071', merchant_reference: 'cart-42' },
      cause: {
        object: 'capture',
        id: 'cap_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
        reference: 'parcel-1',
        amount: 10000,
        merchant_fee: 400,
      },
      transfers: [
        {
          id: '4711',
          posting_id: 'pst_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
          event: 'capture',
          counter_account:
            'principal:pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071:fnd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
          amount: 10000,
          occurred_at: '2026-03-01T08:30:00.000Z',
        },
      ],
    },
  },
  async read(tx, { params, merchant }) {
    const payout = await findPayout(tx, { payoutId: params.payout_id, merchantId: merchant.id });
    const after = params.number - 1;
    const [line] = await listLines(tx, { settlementId: payout.settlementId, after, limit: 1 });
    if (line?.number !== params.number)
      throw new GatewayError('not_found', { detail: 'The payout has no line with this number.' });
    const order =
      line.orderId === null
        ? undefined
        : await findOrder(tx, { orderId: line.orderId, merchantId: merchant.id });
    const transfers = await explainLine(tx, { line, merchantId: merchant.id });
    return {
      object: 'line_explanation' as const,
      line: lineJson(line),
      order: order ? { id: order.id, merchant_reference: order.merchantReference } : null,
      cause: await causeOf(tx, { line, order, merchantId: merchant.id }),
      transfers: transfers.map((transfer) => ({
        id: String(transfer.id),
        posting_id: transfer.postingId,
        event: transfer.event,
        counter_account: transfer.counterAccount,
        amount: toJsonAmount(transfer.amount),
        occurred_at: transfer.occurredAt.toISOString(),
      })),
    };
  },
});

async function causeOf(
  tx: Tx,
  { line, order, merchantId }: { line: SettlementLine; order: Order | undefined; merchantId: string },
): Promise<z.output<typeof Cause>> {
  const id = line.sourceId;
  if (!order) {
    const { net } = await findSettlement(tx, { settlementId: id, merchantId });
    const amount = net === null ? null : toJsonAmount(net);
    return { object: 'settlement', id, reference: null, amount, merchant_fee: null };
  }
  const capture = (await listCaptures(tx, order.id)).find((one) => one.id === id);
  if (capture) {
    const { reference, amount, merchantFee } = capture;
    return {
      object: 'capture',
      id,
      reference,
      amount: toJsonAmount(amount),
      merchant_fee: toJsonAmount(merchantFee),
    };
  }
  const refund = (await listRefunds(tx, order.id)).find((one) => one.id === id);
  return {
    object: refund ? 'refund' : 'repayment',
    id,
    reference: refund?.reference ?? null,
    amount: refund ? toJsonAmount(refund.amount) : null,
    merchant_fee: refund ? toJsonAmount(refund.feeReturned) : null,
  };
}
