import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import { AmountJson } from '../http/schemas.ts';
import { GatewayError } from '../lib/errors.ts';
import { toJsonAmount } from '../lib/money.ts';
import { findMerchant } from '../merchants/merchants.ts';
import { planCodes } from '../plans/offers.ts';
import { cacheSeconds, PurchaseQuery } from './browser-config.ts';
import { closestLocale, messageOf } from './message-texts.ts';
import { partsOf, publicOffers } from './public-offers.ts';

const message = defineRoute({
  method: 'get',
  path: '/v1/messages',
  operationId: 'getMessage',
  summary: 'Read what to say beside a price',
  description:
    'Computed as the checkout computes its offers, of which it names the one with the smallest parts. An amount that nobody can pay ' +
    'later has an empty text and no plan.',
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
        plan_code: z.enum(planCodes).nullable(),
        parts: z
          .array(AmountJson)
          .meta({ description: 'What is paid one after the other; their sum is the amount.' }),
      })
      .meta({ id: 'OfferMessage' }),
    example: {
      text: '4 payments of ¥25.00, interest-free',
      plan_code: 'pay_in_4',
      parts: [2500, 2500, 2500, 2500],
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
    const offer = publicOffers(tx, merchant, query.amount).at(-1);
    if (!offer) return { text: '', plan_code: null, parts: [] };
    return {
      text: messageOf(closestLocale(query.locale), offer),
      plan_code: offer.code,
      parts: partsOf(offer).map(toJsonAmount),
    };
  },
});

export const messageRoutes: Route[] = [message];
