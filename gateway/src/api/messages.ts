import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import { AmountJson } from '../http/schemas.ts';
import { GatewayError } from '../lib/errors.ts';
import { toJsonAmount } from '../lib/money.ts';
import { findMerchant } from '../merchants/merchants.ts';
import { monthlyPlanCodes, orderPlanCodes } from '../plans/offers.ts';
import { cacheSeconds, PurchaseQuery } from './browser-config.ts';
import { closestLocale, messageOf } from './message-texts.ts';
import { partsOf, publicOffers } from './public-offers.ts';
import { exampleOf } from './representative-example.ts';

const message = defineRoute({
  method: 'get',
  path: '/v1/messages',
  operationId: 'getMessage',
  summary: 'Read what to say beside a price',
  description:
    'Computed as the checkout computes its offers. `text` names the one with the smallest parts of those that cost the shopper ' +
    'nothing; an amount that nobody can pay later has an empty text and no plan. `example` is what a plan with interest comes to, in ' +
    "the words that the law of the merchant's market asks for: show it as a whole or not at all.",
  tags: ['Browser'],
  auth: 'publishable',
  cacheSeconds,
  query: PurchaseQuery,
  problems: ['amount_invalid', 'currency_unsupported'],
  success: {
    status: 200,
    description: 'The text, and what it was made from.',
    schema: z
      .object({
        text: z.string().meta({ description: 'Plain text.' }),
        plan_code: z.enum(orderPlanCodes).nullable(),
        parts: z
          .array(AmountJson)
          .meta({ description: 'What is paid one after the other; their sum is the amount.' }),
        example: z
          .object({
            text: z.string(),
            plan_code: z.enum(monthlyPlanCodes),
            parts: z.array(AmountJson),
            payable: AmountJson.meta({ description: 'What is paid in all.' }),
            apr_percent: z
              .number()
              .meta({ description: "The yearly cost by the rule of the merchant's market." }),
          })
          .nullable()
          .meta({ description: 'A representative example; null when there is no plan with interest.' }),
      })
      .meta({ id: 'OfferMessage' }),
    example: {
      text: '4 payments of ¥25.00, interest-free',
      plan_code: 'pay_in_4',
      parts: [2500, 2500, 2500, 2500],
      example: null,
    },
  },
  async read(tx, { query, shop }) {
    const merchant = await findMerchant(tx, shop.merchantId);
    if (query.currency !== merchant.currency) {
      throw new GatewayError('currency_unsupported', {
        detail: `This merchant sells in ${merchant.currency}.`,
        errors: [{ pointer: '/currency', code: 'unsupported' }],
      });
    }
    const locale = closestLocale(query.locale);
    const offers = await publicOffers(tx, merchant, query.amount);
    const free = offers.findLast(({ financeCharge }) => financeCharge === 0n);
    const example = exampleOf(tx, { merchant, locale, offers });
    return {
      text: free ? messageOf(locale, free) : '',
      plan_code: orderPlanCodes.find((code) => code === free?.code) ?? null,
      parts: free ? partsOf(free).map(toJsonAmount) : [],
      example: example
        ? {
            text: example.text,
            plan_code: example.planCode,
            parts: example.installments.map(toJsonAmount),
            payable: toJsonAmount(example.payable),
            apr_percent: example.aprPercent,
          }
        : null,
    };
  },
});

export const messageRoutes: Route[] = [message];
