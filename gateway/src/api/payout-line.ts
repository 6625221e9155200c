import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import { AmountJson, DateJson, idOf, SignedAmountJson, Timestamp } from '../http/schemas.ts';
import { GatewayError } from '../lib/errors.ts';
import { toJsonAmount } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { type Capture, listCaptures } from '../orders/captures.ts';
import { findOrder, type Order } from '../orders/orders.ts';
import { listRefunds } from '../orders/refunds.ts';
import { explainLine } from '../settlement/explain.ts';
import { type LineKind, listLines, type SettlementLine } from '../settlement/lines.ts';
import { findPayout } from '../settlement/payouts.ts';
import { findReserve } from '../settlement/reserves.ts';
import { findSettlement } from '../settlement/settlements.ts';
import { lineExample, LineJson, lineJson, LineNumber } from './resources/settlement-line.ts';

const Cause = z
  .object({
    object: z.enum(['capture', 'refund', 'settlement', 'repayment', 'reserve', 'dispute', 'debt']),
    id: z.string(),
    reference: z.string().nullable().meta({ description: 'Your reference of the capture or refund.' }),
    amount: SignedAmountJson.nullable().meta({
      description: 'What was captured, refunded or held back, or the net of a settlement.',
    }),
    merchant_fee: AmountJson.nullable().meta({
      description: 'The fee of a capture, or the part of it that a refund gives back.',
    }),
    fee: z
      .object({
        basis_points: z.int().nullable(),
        rate_part: AmountJson,
        fixed_part: AmountJson,
        captured_before: AmountJson.nullable().meta({
          description: 'What you had captured before in the month, where the rate depends on it.',
        }),
      })
      .nullable()
      .meta({ description: 'How the fee of a capture was reckoned: rate_part + fixed_part.' }),
    settlement_id: idOf('stl').nullable().meta({
      description: 'The settlement that a debt was carried over from, or that held a reserve back.',
    }),
    release_on: DateJson.nullable().meta({ description: 'When a reserve is given back.' }),
  })
  .meta({ id: 'SettlementLineCause' });

type CauseBody = z.output<typeof Cause>;

const Explanation = z
  .object({
    object: z.literal('line_explanation'),
    line: LineJson,
    order: z
      .object({ id: idOf('ord'), merchant_reference: z.string() })
      .nullable()
      .meta({ description: 'Null for a line that belongs to no order, as a reserve.' }),
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
          "The ledger's transfers on your account that the line is made of; they sum to it. None where it was carried over: " +
          'the lines of that settlement, which sum to it, have theirs.',
      }),
  })
  .meta({ id: 'SettlementLineExplanation' });

const success = {
  status: 200 as const,
  description: 'Where the amount comes from.',
  schema: Explanation,
  example: {
    object: 'line_explanation' as const,
    line: lineExample,
    order: { id: 'ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071' as const, merchant_reference: 'cart-42' },
    cause: {
      object: 'capture' as const,
      id: 'cap_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
      reference: 'parcel-1',
      amount: 10000,
      merchant_fee: 400,
      fee: { basis_points: 300, rate_part: 300, fixed_part: 100, captured_before: null },
      settlement_id: null,
      release_on: null,
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
};

const shared = {
  method: 'get',
  auth: 'merchant',
  scope: 'read',
  description:
    'From the line to its order, the capture, refund or other event that caused it, and the transfers that sum to it.',
} as const;

/** Walks a line of a payout, or of any settlement, back to its order, its cause and the ledger. */
export const lineExplanationRoutes: Route[] = [
  defineRoute({
    ...shared,
    tags: ['Settlement'],
    path: '/v1/payouts/{payout_id}/lines/{number}/explain',
    operationId: 'explainPayoutLine',
    summary: 'Explain a line of a payout',
    description:
      'From one line of a payout to its order, the capture, refund or other event that caused it, ' +
      'and the transfers in the ledger that sum to it. Use it when somebody asks what an amount is ' +
      'for.',
    params: z.object({ payout_id: idOf('po'), number: LineNumber }),
    success,
    async read(tx, { params, merchant }) {
      const payout = await findPayout(tx, { payoutId: params.payout_id, merchantId: merchant.id });
      return explain(tx, { ...payout, merchantId: merchant.id, number: params.number });
    },
  }),
  defineRoute({
    ...shared,
    tags: ['Settlement'],
    path: '/v1/settlements/{settlement_id}/lines/{number}/explain',
    operationId: 'explainSettlementLine',
    summary: 'Explain a line of a settlement',
    description:
      'From one line of a settlement to its order, the capture, refund or other event that caused ' +
      'it, and the transfers in the ledger that sum to it. Use it when somebody asks what an amount ' +
      'is for.',
    params: z.object({ settlement_id: idOf('stl'), number: LineNumber }),
    success,
    async read(tx, { params, merchant }) {
      const { id } = await findSettlement(tx, {
        settlementId: params.settlement_id,
        merchantId: merchant.id,
      });
      return explain(tx, { settlementId: id, merchantId: merchant.id, number: params.number });
    },
  }),
];

async function explain(
  tx: Tx,
  input: { settlementId: string; merchantId: string; number: number },
): Promise<z.output<typeof Explanation>> {
  const { settlementId, merchantId, number } = input;
  const [line] = await listLines(tx, { settlementId, after: number - 1, limit: 1 });
  if (line?.number !== number)
    throw new GatewayError('not_found', { detail: 'The settlement has no line with this number.' });
  const order =
    line.orderId === null ? undefined : await findOrder(tx, { orderId: line.orderId, merchantId });
  const transfers = await explainLine(tx, { line, merchantId });
  return {
    object: 'line_explanation' as const,
    line: lineJson(line),
    order: order ? { id: order.id, merchant_reference: order.merchantReference } : null,
    cause: await causeOf(tx, { line, order, merchantId }),
    transfers: transfers.map((transfer) => ({
      id: String(transfer.id),
      posting_id: transfer.postingId,
      event: transfer.event,
      counter_account: transfer.counterAccount,
      amount: toJsonAmount(transfer.amount),
      occurred_at: transfer.occurredAt.toISOString(),
    })),
  };
}

type Line = { line: SettlementLine; order: Order | undefined; merchantId: string };

/** What caused a line that belongs to no capture or refund, by its kind. */
const otherCauses: { [kind in LineKind]?: CauseBody['object'] } = {
  carried_over: 'settlement',
  early_payout_fee: 'settlement',
  reserve: 'reserve',
  reserve_released: 'reserve',
  dispute: 'dispute',
  dispute_won: 'dispute',
  debt_paid: 'debt',
  debt_written_off: 'debt',
};

async function causeOf(tx: Tx, { line, order, merchantId }: Line): Promise<CauseBody> {
  const id = line.sourceId;
  const cause: CauseBody = {
    object: otherCauses[line.kind] ?? 'repayment',
    id,
    reference: null,
    amount: null,
    merchant_fee: null,
    fee: null,
    settlement_id: null,
    release_on: null,
  };
  if (cause.object === 'settlement') {
    const { id: settlement_id, net } = await findSettlement(tx, { settlementId: id, merchantId });
    return { ...cause, settlement_id, amount: net === null ? null : toJsonAmount(net) };
  }
  if (cause.object === 'reserve') {
    const reserve = await findReserve(tx, { reserveId: id, merchantId });
    if (!reserve) throw new Error(`line ${line.id} has no reserve`);
    const { amount, settlementId, releaseOn } = reserve;
    return { ...cause, amount: toJsonAmount(amount), settlement_id: settlementId, release_on: releaseOn };
  }
  return order ? goodsCauseOf(tx, order, cause) : cause;
}

async function goodsCauseOf(tx: Tx, order: Order, cause: CauseBody): Promise<CauseBody> {
  const capture = (await listCaptures(tx, order.id)).find(({ id }) => id === cause.id);
  if (capture) {
    const { reference, amount, merchantFee } = capture;
    return {
      ...cause,
      object: 'capture',
      reference,
      amount: toJsonAmount(amount),
      merchant_fee: toJsonAmount(merchantFee),
      fee: feeOf(capture),
    };
  }
  const refund = (await listRefunds(tx, order.id)).find(({ id }) => id === cause.id);
  if (!refund) return cause;
  return {
    ...cause,
    object: 'refund',
    reference: refund.reference,
    amount: toJsonAmount(refund.amount),
    merchant_fee: toJsonAmount(refund.feeReturned),
  };
}

function feeOf({ merchantFee, feeBasisPoints, feeFixed, feeVolume }: Capture): CauseBody['fee'] {
  return {
    basis_points: feeBasisPoints,
    rate_part: toJsonAmount(merchantFee - feeFixed),
    fixed_part: toJsonAmount(feeFixed),
    captured_before: feeVolume === null ? null : toJsonAmount(feeVolume),
  };
}
