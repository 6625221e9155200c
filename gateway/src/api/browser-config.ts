import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import { AmountJson, AmountQuery, CurrencyCode } from '../http/schemas.ts';
import { toJsonAmount } from '../lib/money.ts';
import { findMerchant } from '../merchants/merchants.ts';
import { orderPlanCodes } from '../plans/offers.ts';
import { programmeOf } from '../plans/programmes.ts';
import { locales } from '../shoppers/profile.ts';
import { largestAmount, publicOffers, smallestAmount } from './public-offers.ts';

/** What is told to pages hangs on the merchant and on rules that change rarely. */
export const cacheSeconds = 60;

/** What a page asks about, and in which language. */
export const PurchaseQuery = z.strictObject({
  amount: AmountQuery,
  currency: CurrencyCode,
  locale: z
    .string()
    .regex(/^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}$/, 'Send a language tag such as en or zh-CN.')
    .default('en')
    .meta({
      description: 'A language tag, for texts; where there are none in that language, they are English.',
    }),
});

const config = defineRoute({
  method: 'get',
  path: '/v1/config',
  operationId: 'getBrowserConfig',
  summary: 'Read what the pages of a shop need to know',
  description:
    'What the pages of a shop need to know before they draw anything: its name, currency, plans, ' +
    'the smallest and largest amount, and the languages there are. Keep it for a minute, then ask ' +
    'again with its ETag.',
  tags: ['Browser'],
  auth: 'publishable',
  cacheSeconds,
  success: {
    status: 200,
    description: 'The shop, and what can be paid later in it.',
    schema: z
      .object({
        merchant: z.object({ name: z.string(), currency: CurrencyCode }),
        plan_codes: z.array(z.enum(orderPlanCodes)),
        min_amount: AmountJson,
        max_amount: AmountJson.meta({
          description: 'The largest amount that anybody could pay later; most shoppers may less.',
        }),
        locales: z.array(z.enum(locales)).meta({ description: 'The languages that there are texts in.' }),
      })
      .meta({ id: 'BrowserConfig' }),
    example: {
      merchant: { name: 'Tea House', currency: 'CNY' },
      plan_codes: ['pay_after', 'pay_in_3', 'pay_in_4'],
      min_amount: 1,
      max_amount: 2_000_000,
      locales: ['en', 'zh-CN'],
    },
  },
  async read(tx, { shop }) {
    const merchant = await findMerchant(tx, shop.merchantId);
    return {
      merchant: { name: merchant.name, currency: merchant.currency },
      plan_codes: [...programmeOf(merchant, 'online').plans],
      min_amount: toJsonAmount(smallestAmount(merchant)),
      max_amount: toJsonAmount(largestAmount(tx, merchant)),
      locales: [...locales],
    };
  },
});

const eligibility = defineRoute({
  method: 'get',
  path: '/v1/eligibility',
  operationId: 'getEligibility',
  summary: 'Ask whether an amount can be paid later at all',
  description:
    'Whether an amount can be paid later at all, so that a page does not offer what no checkout ' +
    'would. It says nothing about a shopper: who may have how much is decided in the checkout. ' +
    'Keep it for a minute, then ask again with its ETag.',
  tags: ['Browser'],
  auth: 'publishable',
  cacheSeconds,
  query: PurchaseQuery,
  problems: ['amount_invalid', 'currency_unsupported'],
  success: {
    status: 200,
    description: 'Whether it can, and if not, why.',
    schema: z
      .object({
        eligible: z.boolean(),
        reason: z
          .enum(['currency_unsupported', 'amount_too_small', 'amount_too_large'])
          .nullable()
          .meta({ description: 'Null when it can.' }),
      })
      .meta({ id: 'Eligibility' }),
    example: { eligible: true, reason: null },
  },
  async read(tx, { query, shop }) {
    const merchant = await findMerchant(tx, shop.merchantId);
    if (query.currency !== merchant.currency) {
      return { eligible: false, reason: 'currency_unsupported' as const };
    }
    if ((await publicOffers(tx, merchant, query.amount)).length > 0) return { eligible: true, reason: null };
    const isSmall = query.amount < smallestAmount(merchant);
    return {
      eligible: false,
      reason: isSmall ? ('amount_too_small' as const) : ('amount_too_large' as const),
    };
  },
});

export const browserConfigRoutes: Route[] = [config, eligibility];
