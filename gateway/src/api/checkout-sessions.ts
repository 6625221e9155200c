import { z } from 'zod';
import { cancelSession, expireSessions } from '../checkout/end.ts';
import { findSession, listSessions, openSession, sessionStatuses } from '../checkout/sessions.ts';
import type { Config } from '../config.ts';
import { defineRoute, type Route } from '../http/route.ts';
import {
  Amount,
  createdRange,
  CurrencyCode,
  idOf,
  MerchantReference,
  PageQuery,
  pageOf,
  toPage,
} from '../http/schemas.ts';
import { channels } from '../plans/programmes.ts';
import { requireAllowed } from './require-allowed.ts';
import {
  CheckoutSessionJson,
  sessionExample,
  sessionJson,
  SessionLineJson,
} from './resources/checkout-session.ts';

const SessionParams = z.object({ session_id: idOf('cs') });

const NewSession = z.strictObject({
  merchant_reference: MerchantReference.meta({
    description:
      'Your own number of the order to be; unique among your open and confirmed sessions, and among all your orders.',
  }),
  amount: Amount.meta({ description: 'What is to be paid for the cart, with shipping and taxes.' }),
  currency: CurrencyCode,
  lines: z
    .array(SessionLineJson)
    .min(1)
    .max(200)
    .meta({ description: 'What is in the cart. The lines sum to the amount.' }),
  return_url: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .meta({ description: 'Where the shopper is sent when they are done; of one of your `allowed_origins`.' }),
  channel: z
    .enum(channels)
    .default('online')
    .meta({ description: '`in_store` for a counter: show the code of `qr_url` to the shopper.' }),
  pay_after_days: z.literal([0, 14, 30]).optional().meta({
    description: 'The term of `pay_after`, counted from the first capture; else the category decides.',
  }),
  repayment_day: z.int().min(1).max(28).optional().meta({
    description:
      'The day of the month on which plans by the month fall due, unless the shopper chooses another; else the day of the capture.',
  }),
});

/** The routes of checkout sessions: opened by the merchant, confirmed by the shopper on the hosted page. */
export function checkoutSessionRoutes(config: Config): Route[] {
  const create = defineRoute({
    method: 'post',
    path: '/v1/checkout-sessions',
    operationId: 'createCheckoutSession',
    summary: 'Open a checkout session',
    description:
      'Begins the payment of one cart. Send the shopper to `url` (or show `qr_url` at a counter); ' +
      'there they sign in, see what they may pay later, choose a plan and confirm.\n\n' +
      "Keep the session's id with the cart. When the shopper is back at `return_url`, or when the " +
      'event `checkout_session.confirmed` tells you so, read the session: while it is confirmed it ' +
      'carries `checkout_token`, with which you authorize the order. A session that nobody confirms ' +
      'expires by itself, and a reference is free again once its session has ended without an ' +
      'order.',
    tags: ['Checkout'],
    auth: 'merchant',
    scope: 'orders',
    body: NewSession,
    bodyExample: {
      merchant_reference: 'order-1001',
      amount: 10000,
      currency: 'CNY',
      lines: [{ name: 'Tea set', quantity: 1, unit_amount: 10000, amount: 10000 }],
      return_url: 'https://shop.example/return',
    },
    success: {
      status: 201,
      description: 'The session is open.',
      schema: CheckoutSessionJson,
      example: sessionExample,
    },
    problems: ['merchant_reference_in_use', 'url_forbidden', 'amount_invalid', 'currency_unsupported'],
    async write(tx, { body, merchant }) {
      await requireAllowed(tx, merchant.id, body);
      // A cart that was left for too long may start again at once, before the sweep has come by.
      await expireSessions(tx, { merchantId: merchant.id, merchantReference: body.merchant_reference });
      const { session, secret } = await openSession(tx, {
        merchantId: merchant.id,
        merchantReference: body.merchant_reference,
        amount: body.amount,
        currency: body.currency,
        lines: body.lines,
        returnUrl: body.return_url,
        channel: body.channel,
        payAfterDays: body.pay_after_days,
        repaymentDay: body.repayment_day,
      });
      return sessionJson(tx, session, { secret, config });
    },
  });
  return [create, list, get, cancel];
}

const list = defineRoute({
  method: 'get',
  path: '/v1/checkout-sessions',
  operationId: 'listCheckoutSessions',
  summary: 'List checkout sessions',
  description:
    'Your sessions in the order of their creation. Use it to find a session again by your own ' +
    'reference, or to see which ones wait to be authorized (`status=confirmed`).',
  tags: ['Checkout'],
  auth: 'merchant',
  scope: 'read',
  query: PageQuery.extend({
    merchant_reference: MerchantReference.optional(),
    status: z.enum(sessionStatuses).optional(),
    ...createdRange,
  }),
  problems: ['cursor_invalid'],
  success: {
    status: 200,
    description: 'In the order of their creation.',
    schema: pageOf(CheckoutSessionJson),
    example: { data: [sessionExample], next_cursor: null },
  },
  async read(tx, { query, merchant }) {
    const rows = await listSessions(tx, {
      merchantId: merchant.id,
      merchantReference: query.merchant_reference,
      status: query.status,
      createdFrom: query.created_from,
      createdBefore: query.created_before,
      after: query.cursor,
      limit: query.limit + 1,
    });
    const page = toPage(
      rows,
      query.limit,
      (row) => row.id,
      (row) => row,
    );
    const data: CheckoutSessionJson[] = [];
    for (const row of page.data) data.push(await sessionJson(tx, row));
    return { data, next_cursor: page.next_cursor };
  },
});

const get = defineRoute({
  method: 'get',
  path: '/v1/checkout-sessions/{session_id}',
  operationId: 'getCheckoutSession',
  summary: 'Read a checkout session',
  description:
    'How one session stands. Call it when the shopper comes back, whatever the address in the ' +
    'browser says: a return is only a hint. Compare reference, amount, currency and `lines_hash` ' +
    'with your cart; if `status` is `confirmed`, authorize the order with `checkout_token`.',
  tags: ['Checkout'],
  auth: 'merchant',
  scope: 'read',
  params: SessionParams,
  success: {
    status: 200,
    description: 'The session; with `checkout_token` while it is confirmed.',
    schema: CheckoutSessionJson,
    example: sessionExample,
  },
  read: async (tx, { params, merchant }) =>
    sessionJson(tx, await findSession(tx, { sessionId: params.session_id, merchantId: merchant.id })),
});

const cancel = defineRoute({
  method: 'post',
  path: '/v1/checkout-sessions/{session_id}/cancel',
  operationId: 'cancelCheckoutSession',
  summary: 'Cancel a checkout session',
  description:
    'Ends an open or confirmed session, for instance when the cart was changed or paid in another ' +
    "way. What it held of the shopper's limit is released at once, the token stops working, and " +
    'the hosted page says so to whoever still looks at it. An order that was made of it already ' +
    'is not touched: void that instead.',
  tags: ['Checkout'],
  auth: 'merchant',
  scope: 'orders',
  params: SessionParams,
  success: {
    status: 200,
    description: 'The session is canceled.',
    schema: CheckoutSessionJson,
    example: { ...sessionExample, status: 'canceled', allowed_actions: [] },
  },
  problems: ['state_conflict'],
  write: async (tx, { params, merchant }) =>
    sessionJson(tx, await cancelSession(tx, { sessionId: params.session_id, merchantId: merchant.id })),
});
