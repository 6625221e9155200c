import { z } from 'zod';
import { eventTypes } from '../../events/types.ts';
import { problemStatus } from '../../lib/errors.ts';
import { orderPlanCodes } from '../../plans/offers.ts';
import { testMethods, type TestMethodName } from '../../processor/test-methods.ts';
import { planStatuses } from '../../repayments/plans.ts';
import { declineCodes } from './fault-input.ts';

const methodNames = testMethods.map(({ name }) => name) as [TestMethodName, ...TestMethodName[]];

const Moment = z
  .string()
  .regex(/^(due:([1-9]\d?|last)|order)([+-][1-9]\d{0,2})?$/)
  .meta({
    description:
      'A date of the plan as it then is: `due:2` when the second installment falls due, `due:2-3` three days before, ' +
      '`due:last+31` so many days after the last one; `order+5` is five days after the order.',
    example: 'due:2',
  });

const Part = z
  .union([z.enum(['half', 'rest']), z.int().min(1)])
  .meta({ description: 'Half of it, all that is left of it, or an amount in minor units.' });

/** `at` moves the clock there first; what does not name it happens where the clock stands. */
const at = { at: Moment.optional() };

const Which = z.enum(['first', 'all']).default('all').meta({ description: 'Which funders.' });

/** A fault of a scenario is about its own order's card, once there is one. */
const ScenarioFault = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('card_declines'),
    times: z.int().min(1).max(1000).default(1),
    decline_code: z.enum(declineCodes).default('insufficient_funds'),
  }),
  z.strictObject({
    kind: z.enum(['processor_timeout', 'processor_late_answer', 'webhook_lost', 'double_webhook']),
    times: z.int().min(1).max(1000).default(1),
  }),
  z.strictObject({ kind: z.enum(['funder_down', 'funder_flaps']), which: Which }),
  z.strictObject({
    kind: z.enum(['funder_refuses', 'funder_hangs']),
    times: z.int().min(1).max(1000).default(1),
    which: Which,
  }),
]);

const Step = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('advance'),
    until: z.union([Moment, z.enum(['next_event', 'end'])]).meta({
      description: '`end` is when the plan is over, or when nothing more happens to it by itself.',
    }),
  }),
  z.strictObject({ at: Moment, do: z.literal('miss'), times: z.int().min(1).max(10).default(1) }),
  z.strictObject({
    ...at,
    do: z.literal('pay'),
    part: z
      .union([z.enum(['half', 'next', 'rest']), z.int().min(1)])
      .meta({ description: 'Half of the next installment, all of it, all that is owed, or an amount.' }),
  }),
  z.strictObject({ ...at, do: z.literal('ship'), part: Part.default('rest') }),
  z.strictObject({ ...at, do: z.literal('void') }),
  z.strictObject({ ...at, do: z.literal('refund'), part: Part.default('rest') }),
  z.strictObject({ ...at, do: z.literal('declare_return'), part: Part.default('rest') }),
  z.strictObject({ ...at, do: z.literal('accept_return') }),
  z.strictObject({ ...at, do: z.literal('reject_return') }),
  z.strictObject({ ...at, do: z.literal('card_expires') }),
  z.strictObject({ ...at, do: z.literal('change_card'), test_method: z.enum(methodNames).default('ok') }),
  z.strictObject({ ...at, do: z.literal('fault'), fault: ScenarioFault }),
  z.strictObject({ ...at, do: z.literal('clear_faults') }),
]);

const Order = z.strictObject({
  amount: z.int().min(1).max(1_000_000_000),
  plan_code: z.enum(orderPlanCodes).default('pay_in_4'),
  test_method: z.enum(methodNames).default('ok'),
  ship: z.boolean().default(true).meta({ description: 'Whether it ships whole, on the day it is placed.' }),
});

const Expectations = z.strictObject({
  plan: z.enum(planStatuses).optional(),
  failed_repayments: z.int().min(0).optional(),
  funder: z.enum(['first', 'other']).optional(),
  refused: z.enum(Object.keys(problemStatus) as [string, ...string[]]).optional(),
  feed: z.literal('contiguous').optional(),
  events: z
    .array(z.enum(Object.keys(eventTypes) as [string, ...string[]]))
    .max(20)
    .optional(),
});

/** A story of one order, as small JSON: what happens when, and what must have come of it. */
export const ScenarioDocument = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(60)
      .regex(/^[\p{L}\p{N}]+(?: [\p{L}\p{N}]+)*$/u, 'Use words of letters and digits.'),
    description: z.string().max(500).default(''),
    order: Order,
    before: z
      .array(Step)
      .max(10)
      .default([])
      .refine((steps) => steps.every((step) => step.do === 'fault'), 'only faults come before the order')
      .meta({ description: 'Faults that are arranged before the order is placed.' }),
    steps: z.array(Step).max(50),
    expect: Expectations.default({}),
  })
  .meta({ description: 'A story of one order: what happens when, and what must have come of it.' });

export type ScenarioDocument = z.output<typeof ScenarioDocument>;
export type ScenarioInput = z.input<typeof ScenarioDocument>;
export type ScenarioStep = z.output<typeof Step>;
export type ScenarioExpectations = z.output<typeof Expectations>;
export type OrderOverrides = Partial<z.output<typeof Order>>;
export const OrderOverrides = Order.partial();
