import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import { AmountJson, DateJson, idOf, SignedAmountJson, Timestamp } from '../http/schemas.ts';
import type { Id } from '../lib/ids.ts';
import { toJsonAmount } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import type { Capture } from '../orders/captures.ts';
import { explainSettlementLine, type LineCause } from '../orders/explain-line.ts';
import { findPayout } from '../settlement/payouts.ts';
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
      const { settlementId } = await findPayout(tx, {
        payoutId: params.payout_id,
        merchantId: merchant.id,
      });
      return explain(tx, { settlementId, merchantId: merchant.id, number: params.number });
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
      const { settlement_id: settlementId, number } = params;
      return explain(tx, { settlementId, merchantId: merchant.id, number });
    },
  }),
];

type Asked = { settlementId: string; merchantId: string; number: number };

async function explain(tx: Tx, asked: Asked): Promise<z.output<typeof Explanation>> {
  const { line, order, cause, transfers } = await explainSettlementLine(tx, asked);
  return {
    object: 'line_explanation' as const,
    line: lineJson(line),
    order: order ? { id: order.id, merchant_reference: order.merchantReference } : null,
    cause: causeJson(cause),
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

function causeJson(cause: LineCause): CauseBody {
  const body: CauseBody = {
    object: cause.object,
    id: cause.id,
    reference: null,
    amount: null,
    merchant_fee: null,
    fee: null,
    settlement_id: null,
    release_on: null,
  };
  switch (cause.object) {
    case 'settlement': {
      const { settlementId, net } = cause;
      return {
        ...body,
        settlement_id: settlementId as Id<'stl'>,
        amount: net === null ? null : toJsonAmount(net),
      };
    }
    case 'reserve': {
      const { amount, settlementId, releaseOn } = cause;
      return {
        ...body,
        amount: toJsonAmount(amount),
        settlement_id: settlementId as Id<'stl'>,
        release_on: releaseOn,
      };
    }
    case 'capture': {
      const { reference, amount, merchantFee } = cause.capture;
      return {
        ...body,
        reference,
        amount: toJsonAmount(amount),
        merchant_fee: toJsonAmount(merchantFee),
        fee: feeOf(cause.capture),
      };
    }
    case 'refund': {
      const { reference, amount, feeReturned } = cause.refund;
      return {
        ...body,
        reference,
        amount: toJsonAmount(amount),
        merchant_fee: toJsonAmount(feeReturned),
      };
    }
    case 'repayment':
    case 'dispute':
    case 'debt':
  }
  return body;
}

function feeOf({ merchantFee, feeBasisPoints, feeFixed, feeVolume }: Capture): CauseBody['fee'] {
  return {
    basis_points: feeBasisPoints,
    rate_part: toJsonAmount(merchantFee - feeFixed),
    fixed_part: toJsonAmount(feeFixed),
    captured_before: feeVolume === null ? null : toJsonAmount(feeVolume),
  };
}
