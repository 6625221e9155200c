import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import { AmountJson, CurrencyCode, SignedAmountJson } from '../http/schemas.ts';
import { toJsonAmount } from '../lib/money.ts';
import { findMerchant } from '../merchants/merchants.ts';
import { payOutEarly, quoteEarlyPayout } from '../settlement/early-payout.ts';
import { listPayoutsOf } from '../settlement/payouts.ts';
import { findSettlement } from '../settlement/settlements.ts';
import { payoutExample, PayoutJson, payoutJson } from './payouts.ts';
import { settlementExample, SettlementJson, settlementJson } from './settlements.ts';

const QuoteJson = z
  .object({
    object: z.literal('early_payout_quote'),
    currency: CurrencyCode,
    waiting: SignedAmountJson.meta({ description: 'What you are owed now by the lines that wait.' }),
    reserve: AmountJson.meta({ description: 'What would be held back of it.' }),
    fee: AmountJson.meta({ description: 'What being paid now would cost.' }),
    net: SignedAmountJson.meta({ description: 'What would be paid.' }),
    unavailable: z
      .enum(['not_agreed', 'nothing_to_pay', 'payouts_held'])
      .nullable()
      .meta({ description: 'Why it cannot be asked for now.' }),
  })
  .meta({ id: 'EarlyPayoutQuote' });

const quote = defineRoute({
  method: 'get',
  path: '/v1/settlements/early-payout',
  operationId: 'quoteEarlyPayout',
  summary: 'Ask what an early payout would cost and bring',
  description:
    'What you would get if you asked to be paid now instead of after the end of the date, and ' +
    'what that would cost by your terms. Nothing changes by asking.',
  tags: ['Settlement'],
  auth: 'merchant',
  scope: 'read',
  success: {
    status: 200,
    description: 'As it is at this moment.',
    schema: QuoteJson,
    example: {
      object: 'early_payout_quote',
      currency: 'CNY',
      waiting: 9600,
      reserve: 1000,
      fee: 143,
      net: 8457,
      unavailable: null,
    },
  },
  async read(tx, { merchant: { id } }) {
    const merchant = await findMerchant(tx, id);
    const { currency } = merchant;
    const { waiting, reserve, fee, net, unavailable } = await quoteEarlyPayout(tx, { merchant, currency });
    return {
      object: 'early_payout_quote' as const,
      currency,
      waiting: toJsonAmount(waiting),
      reserve: toJsonAmount(reserve),
      fee: toJsonAmount(fee),
      net: toJsonAmount(net),
      unavailable,
    };
  },
});

const create = defineRoute({
  method: 'post',
  path: '/v1/settlements/early-payout',
  operationId: 'createEarlyPayout',
  summary: 'Be paid now',
  description:
    "Closes what waits until now as a settlement of its own and pays it out at once, for the fee of your terms. What comes later on the same date is settled when the date is over. The key's scope is the one for refunds: both send money out.",
  tags: ['Settlement'],
  auth: 'merchant',
  scope: 'refunds',
  body: z.strictObject({ currency: CurrencyCode.optional() }),
  bodyExample: {},
  success: {
    status: 201,
    description: 'The settlement is closed and its payout started.',
    schema: z
      .object({
        object: z.literal('early_payout'),
        fee: AmountJson,
        settlement: SettlementJson,
        payout: PayoutJson,
      })
      .meta({ id: 'EarlyPayout' }),
    example: {
      object: 'early_payout',
      fee: 143,
      settlement: { ...settlementExample, early: true },
      payout: payoutExample,
    },
  },
  problems: ['early_payout_unavailable', 'currency_unsupported'],
  async write(tx, { body, merchant: { id } }) {
    const currency = body.currency ?? (await findMerchant(tx, id)).currency;
    const { settlementId, fee } = await payOutEarly(tx, { merchantId: id, currency });
    const [payout] = await listPayoutsOf(tx, settlementId);
    if (!payout) throw new Error(`settlement ${settlementId} has no payout`);
    return {
      object: 'early_payout' as const,
      fee: toJsonAmount(fee),
      settlement: settlementJson(await findSettlement(tx, { settlementId, merchantId: id })),
      payout: payoutJson(payout),
    };
  },
});

export const earlyPayoutRoutes: Route[] = [quote, create];
