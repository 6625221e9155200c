import { z } from 'zod';
import { appealStatuses } from '../appeals/appeals.ts';
import { decideAppeal, grantDays, mostGrantDays } from '../appeals/decide.ts';
import { findAppealOfMerchant, listAppealsOfMerchant, type MerchantsAppeal } from '../appeals/of-merchant.ts';
import { defineRoute, type Route } from '../http/route.ts';
import {
  Amount,
  AmountJson,
  CurrencyCode,
  idOf,
  PageQuery,
  pageOf,
  Timestamp,
  toPage,
} from '../http/schemas.ts';
import { requireSandbox } from '../jobs/scenarios/arrange-fault.ts';
import { toJsonAmount } from '../lib/money.ts';

const AppealJson = z
  .object({
    id: idOf('apl'),
    object: z.literal('appeal'),
    status: z.enum(appealStatuses).meta({
      description: 'rescored: decided again, and nobody was asked for; open: a person has to answer it.',
    }),
    checkout_session_id: idOf('cs').nullable(),
    agreement_id: idOf('agr').nullable(),
    amount: AmountJson,
    currency: CurrencyCode,
    created_at: Timestamp,
    asked_at: Timestamp.nullable(),
    ended_at: Timestamp.nullable(),
  })
  .meta({
    id: 'Appeal',
    description:
      'A shopper does not agree with a decision. Why it was made, and what was written, is between the two.',
  });

type AppealBody = z.output<typeof AppealJson>;

const example: AppealBody = {
  id: 'apl_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  object: 'appeal',
  status: 'granted',
  checkout_session_id: 'cs_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  agreement_id: null,
  amount: 62_000,
  currency: 'CNY',
  created_at: '2026-03-01T08:30:00.000Z',
  asked_at: '2026-03-01T08:31:00.000Z',
  ended_at: '2026-03-01T09:00:00.000Z',
};

function appealJson(appeal: MerchantsAppeal): AppealBody {
  return {
    id: appeal.id,
    object: 'appeal',
    status: appeal.status,
    checkout_session_id: appeal.checkoutSessionId,
    agreement_id: appeal.agreementId,
    amount: toJsonAmount(appeal.amount),
    currency: appeal.currency,
    created_at: appeal.createdAt.toISOString(),
    asked_at: appeal.askedAt?.toISOString() ?? null,
    ended_at: appeal.endedAt?.toISOString() ?? null,
  };
}

const list = defineRoute({
  method: 'get',
  path: '/v1/sandbox/appeals',
  operationId: 'listAppeals',
  summary: "List appeals of the sandbox's shoppers",
  description:
    "Against decisions about the merchant's own checkouts and agreements. Live shows them to no merchant.",
  tags: ['Sandbox'],
  auth: 'merchant',
  scope: 'sandbox',
  query: PageQuery,
  problems: ['not_found', 'cursor_invalid'],
  success: {
    status: 200,
    description: 'The oldest first.',
    schema: pageOf(AppealJson),
    example: { data: [example], next_cursor: null },
  },
  async read(tx, { query, merchant }) {
    requireSandbox(tx);
    const rows = await listAppealsOfMerchant(tx, {
      merchantId: merchant.id,
      after: query.cursor,
      limit: query.limit + 1,
    });
    return toPage(rows, query.limit, (row) => row.id, appealJson);
  },
});

const decide = defineRoute({
  method: 'post',
  path: '/v1/sandbox/appeals/{appeal_id}/decide',
  operationId: 'decideAppeal',
  summary: 'Answer an appeal, as the lender',
  description:
    'Granted, one next decision of the shopper up to the amount does not ask for the score; every other rule holds. Only what ' +
    'the score, a contradicting history or a suspicion declined can be granted.',
  tags: ['Sandbox'],
  auth: 'merchant',
  scope: 'sandbox',
  params: z.object({ appeal_id: idOf('apl') }),
  body: z.strictObject({
    outcome: z.enum(['upheld', 'granted']),
    note: z.string().min(1).max(2000).meta({ description: 'Why; the shopper reads it.' }),
    grant_amount: Amount.optional().meta({ description: 'Instead of what was decided about.' }),
    grant_days: z
      .int()
      .min(1)
      .max(mostGrantDays)
      .optional()
      .meta({ description: `How long it holds; ${grantDays} days unless given.` }),
  }),
  bodyExample: { outcome: 'granted', note: 'The late payments were a mistake of the bank.' },
  problems: ['not_found', 'state_conflict', 'amount_invalid'],
  success: { status: 200, description: 'As it is now.', schema: AppealJson, example },
  async write(tx, { params, body, merchant }) {
    requireSandbox(tx);
    const of = { merchantId: merchant.id, appealId: params.appeal_id };
    await findAppealOfMerchant(tx, of);
    await decideAppeal(tx, {
      appealId: params.appeal_id,
      operatorId: merchant.id,
      outcome: body.outcome,
      note: body.note,
      grant: {
        amount: body.grant_amount,
        untilDays: body.grant_days,
      },
    });
    return appealJson(await findAppealOfMerchant(tx, of));
  },
});

export const appealRoutes: Route[] = [list, decide];
