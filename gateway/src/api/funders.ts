import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import {
  AmountJson,
  CurrencyCode,
  DateJson,
  idOf,
  PageQuery,
  pageOf,
  SignedAmountJson,
  Timestamp,
  toPage,
} from '../http/schemas.ts';
import type { CalendarDate } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import { toJsonAmount } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { buckets } from '../plans/delinquency.ts';
import { planCodes } from '../plans/offers.ts';
import { businessDateOf } from '../portfolio/book.ts';
import { type Holding, readHoldings } from '../portfolio/funders/holdings.ts';
import { lineKinds, statementAccounts } from '../portfolio/funders/lines.ts';
import { type FunderMovement, parsePosition, readFunderMovements } from '../portfolio/funders/movements.ts';
import { readFunderStatement, type StatementPart } from '../portfolio/funders/statement.ts';

const HoldingJson = z
  .object({
    object: z.literal('holding'),
    plan_id: idOf('pln'),
    shopper_id: idOf('shp').meta({
      description: 'Always the same for you, and not to be matched with what anybody else sees.',
    }),
    product: z.enum(planCodes),
    opened_on: DateJson,
    currency: CurrencyCode,
    share_basis_points: z
      .int()
      .min(1)
      .max(10_000)
      .nullable()
      .meta({ description: 'Your agreed part of the plan; null where it has become another’s since.' }),
    principal: AmountJson,
    accrued_interest: AmountJson.meta({ description: 'Earned by then, and not collected.' }),
    fees: AmountJson.meta({ description: 'Late fees that are owed.' }),
    status_bucket: z.enum(buckets).meta({ description: 'By the days past due of the oldest installment.' }),
    days_past_due: z.int().min(0),
    next_due_on: DateJson.nullable().meta({ description: 'Of the oldest installment that is unpaid.' }),
  })
  .meta({ id: 'Holding', description: 'Your part of a plan. It names no person.' });

const holdingExample: z.output<typeof HoldingJson> = {
  object: 'holding',
  plan_id: 'pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  shopper_id: 'shp_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  product: 'pay_in_4',
  opened_on: '2026-03-01',
  currency: 'CNY',
  share_basis_points: 10_000,
  principal: 7500,
  accrued_interest: 0,
  fees: 0,
  status_bucket: 'current',
  days_past_due: 0,
  next_due_on: '2026-03-15',
};

function holdingJson(holding: Holding): z.output<typeof HoldingJson> {
  return {
    object: 'holding',
    plan_id: holding.planId,
    shopper_id: holding.shopperId,
    product: holding.product as (typeof planCodes)[number],
    opened_on: holding.openedOn,
    currency: holding.currency,
    share_basis_points: holding.shareBasisPoints,
    principal: toJsonAmount(holding.principal),
    accrued_interest: toJsonAmount(holding.interest),
    fees: toJsonAmount(holding.fee),
    status_bucket: holding.bucket,
    days_past_due: holding.daysPastDue,
    next_due_on: holding.nextDueOn,
  };
}

const holdings = defineRoute({
  method: 'get',
  path: '/v1/funder/holdings',
  operationId: 'listFunderHoldings',
  summary: 'List the plans that you own',
  description:
    'Your part of each plan at the end of a business date, by the ledger: Σ `principal` is your `participation`, Σ ' +
    '`accrued_interest` and `fees` your `accrued`, to the cent. Plans that owe you nothing are left out.',
  tags: ['Funders'],
  auth: 'funder',
  query: PageQuery.extend({
    on: z.iso.date().optional().meta({
      description:
        'As of the end of this business date; without it, as of now. Keep it the same from page to page.',
      example: '2026-03-31',
    }),
    currency: CurrencyCode.optional().meta({ description: 'Only plans in this currency.' }),
    product: z.enum(planCodes).optional().meta({ description: 'Only plans of this kind.' }),
    status_bucket: z.enum(buckets).optional().meta({ description: 'Only plans that are so late.' }),
  }),
  problems: ['cursor_invalid', 'currency_unsupported'],
  success: {
    status: 200,
    description: 'In the order in which the plans were made.',
    schema: pageOf(HoldingJson),
    example: { data: [holdingExample], next_cursor: null },
  },
  async read(tx, { query, funder }) {
    const rows = await readHoldings(
      tx,
      {
        funderId: funder.id,
        on: pastDate(tx, 'on', query.on ?? businessDateOf(tx)),
        currency: query.currency,
        product: query.product,
        bucket: query.status_bucket,
      },
      { after: query.cursor, limit: query.limit + 1 },
    );
    return toPage(rows, query.limit, ({ planId }) => planId, holdingJson);
  },
});

const AccountName = z.enum(statementAccounts).meta({
  description:
    '`participation`: your stake in principal. `accrued`: interest and fees that you have earned and that are not ' +
    'collected. `funder`: what is payable to you; below zero, what you owe back. `funder_due`: what you owe for what you bought.',
});
const Kind = z.enum(lineKinds);

const PartJson = z
  .object({
    account: AccountName,
    opening: SignedAmountJson,
    lines: z
      .array(z.object({ kind: Kind, amount: SignedAmountJson }))
      .meta({ description: 'What moved it, summed by kind. Opening and lines come to closing.' }),
    closing: SignedAmountJson,
  })
  .meta({ id: 'FunderAccount' });

const MovementJson = z
  .object({
    account: AccountName,
    kind: Kind.meta({
      description:
        'As in `lines`; but `collected` is interest and late fees in one, which `lines` tells apart.',
    }),
    amount: SignedAmountJson,
    plan_id: idOf('pln').nullable().meta({ description: 'Null where it was about no plan, such as a wire.' }),
    occurred_at: Timestamp,
  })
  .meta({ id: 'FunderMovement' });

const StatementJson = pageOf(MovementJson).extend({
  object: z.literal('funder_statement'),
  funder_id: idOf('fnd'),
  currency: CurrencyCode,
  date_from: DateJson,
  date_to: DateJson,
  accounts: z.array(PartJson).meta({ description: 'The same on each page.' }),
});

const statementExample: z.output<typeof StatementJson> = {
  object: 'funder_statement',
  funder_id: 'fnd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  currency: 'CNY',
  date_from: '2026-03-01',
  date_to: '2026-03-31',
  accounts: [
    { account: 'participation', opening: 0, lines: [{ kind: 'bought', amount: 7500 }], closing: 7500 },
  ],
  data: [
    {
      account: 'participation',
      kind: 'bought',
      amount: 7500,
      plan_id: 'pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
      occurred_at: '2026-03-01T08:30:00.000Z',
    },
  ],
  next_cursor: null,
};

const statement = defineRoute({
  method: 'get',
  path: '/v1/funder/statements',
  operationId: 'getFunderStatement',
  summary: 'Read what moved on your accounts',
  description:
    'From the beginning of one business date to the end of another one: what each account held before, what moved it, and ' +
    'what it held then; and each movement, in the order in which they were posted. The closing of one period is the ' +
    'opening of the next.',
  tags: ['Funders'],
  auth: 'funder',
  query: PageQuery.extend({
    currency: CurrencyCode,
    date_from: z.iso
      .date()
      .meta({ description: 'The first business date, which is included.', example: '2026-03-01' }),
    date_to: z.iso
      .date()
      .meta({ description: 'The last business date, which is included.', example: '2026-03-31' }),
    account: AccountName.optional().meta({ description: 'Only this account.' }),
  }),
  problems: ['cursor_invalid', 'currency_unsupported'],
  success: { status: 200, description: 'The statement.', schema: StatementJson, example: statementExample },
  async read(tx, { query, funder }) {
    const { currency, account, limit } = query;
    const [from, to] = [query.date_from, pastDate(tx, 'date_to', query.date_to)];
    if (from > to) throw dateRefused('date_from', 'It is after date_to.');
    const period = { funderId: funder.id, currency, from, to };
    const { parts } = await readFunderStatement(tx, period);
    const rows = await readFunderMovements(tx, {
      ...period,
      account,
      after: query.cursor === undefined ? undefined : positionOf(query.cursor),
      limit: limit + 1,
    });
    return {
      object: 'funder_statement' as const,
      funder_id: funder.id as Id<'fnd'>,
      currency,
      date_from: from,
      date_to: to,
      accounts: parts.filter((part) => account === undefined || part.account === account).map(partJson),
      ...toPage(rows, limit, ({ position }) => position, movementJson),
    };
  },
});

function partJson({ account, opening, lines, closing }: StatementPart): z.output<typeof PartJson> {
  return {
    account,
    opening: toJsonAmount(opening),
    lines: lines.map(({ kind, amount }) => ({ kind, amount: toJsonAmount(amount) })),
    closing: toJsonAmount(closing),
  };
}

function movementJson(movement: FunderMovement): z.output<typeof MovementJson> {
  return {
    account: movement.account,
    kind: movement.kind,
    amount: toJsonAmount(movement.amount),
    plan_id: movement.planId as Id<'pln'> | null,
    occurred_at: movement.occurredAt.toISOString(),
  };
}

function positionOf(cursor: string) {
  const position = parsePosition(cursor);
  if (!position) throw new GatewayError('cursor_invalid', { detail: 'This is no cursor of this list.' });
  return position;
}

/** The business date, which must have begun. */
function pastDate(tx: Tx, name: string, date: CalendarDate): CalendarDate {
  const today = businessDateOf(tx);
  if (date > today) throw dateRefused(name, `${date} has not begun: today is ${today}.`);
  return date;
}

function dateRefused(name: string, detail: string): GatewayError {
  return new GatewayError('validation_failed', {
    detail,
    errors: [{ pointer: `/${name}`, code: 'out_of_range' }],
  });
}

export const funderRoutes: Route[] = [holdings, statement];
