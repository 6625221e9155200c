import { z } from 'zod';
import { Accepted, defineRoute, type Route } from '../http/route.ts';
import { AmountJson, CurrencyCode, DateJson, idOf, Timestamp } from '../http/schemas.ts';
import { builtInScenarios, findBuiltIn } from '../jobs/scenarios/built-in.ts';
import { OrderOverrides, ScenarioDocument } from '../jobs/scenarios/document.ts';
import { findRun, type ScenarioRun } from '../jobs/scenarios/runs.ts';
import { startScenario } from '../jobs/scenarios/start-scenario.ts';
import type { Id } from '../lib/ids.ts';

const CalendarJson = z.array(
  z.object({
    number: z.int(),
    due_date: DateJson,
    amount: AmountJson,
    paid_amount: AmountJson,
    principal: AmountJson,
    interest: AmountJson,
    fee: AmountJson,
    status: z.string(),
  }),
);

const RefusalJson = z.object({ step: z.string(), code: z.string(), detail: z.string() });

const ScenarioRunJson = z
  .object({
    id: idOf('scn'),
    object: z.literal('scenario_run'),
    name: z.string(),
    description: z.string(),
    status: z.enum(['running', 'passed', 'failed']),
    currency: CurrencyCode,
    order_id: idOf('ord').nullable(),
    plan_id: idOf('pln').nullable(),
    calendar_before: CalendarJson.meta({ description: 'The schedule as the first shipment started it.' }),
    calendar_after: CalendarJson.nullable().meta({
      description: 'The schedule at the end; null until then.',
    }),
    steps: z.array(
      z.object({
        number: z.int(),
        at: Timestamp.meta({ description: "When it was done, by the sandbox's clock." }),
        on: DateJson.meta({ description: 'The date then, in the time zone of the sandbox.' }),
        do: z.string(),
        detail: z.string(),
        amount: AmountJson.nullable(),
        events: z
          .array(z.object({ type: z.string(), at: Timestamp, on: DateJson, amount: AmountJson.nullable() }))
          .meta({
            description: "What the merchant's feed says of this order and plan since the step before.",
          }),
      }),
    ),
    event_types: z.array(z.string()).meta({ description: 'All of them in their order.' }),
    expectations: z.array(
      z.object({ name: z.string(), expected: z.string(), actual: z.string(), met: z.boolean() }),
    ),
    books: z
      .object({
        balanced: z.boolean(),
        invariants: z.array(z.object({ name: z.string(), checked: z.int(), broken: z.int() })),
      })
      .nullable()
      .meta({ description: 'Whether the books of the whole sandbox balanced at the end; null until then.' }),
    faults: z.array(z.object({ kind: z.string(), times: z.int().nullable(), used: z.int() })),
    failure: RefusalJson.nullable().meta({
      description: 'What refused a step, where that was not expected.',
    }),
    created_at: Timestamp,
    finished_at: Timestamp.nullable(),
  })
  .meta({
    id: 'ScenarioRun',
    description:
      'A scenario as it ran for one new test shopper. Ids apart, the same scenario from the same date gives the same calendar and amounts.',
  });

type ScenarioRunBody = z.output<typeof ScenarioRunJson>;

const installment = {
  number: 1,
  due_date: '2026-03-01',
  amount: 15000,
  paid_amount: 15000,
  principal: 15000,
  interest: 0,
  fee: 0,
  status: 'paid',
};

const example: ScenarioRunBody = {
  id: 'scn_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  object: 'scenario_run',
  name: 'miss 2nd',
  description: 'The second installment cannot be collected on its date.',
  status: 'passed',
  currency: 'CNY',
  order_id: 'ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  plan_id: 'pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  calendar_before: [{ ...installment, paid_amount: 0, status: 'due' }],
  calendar_after: [installment],
  steps: [
    {
      number: 1,
      at: '2026-03-01T08:30:00.000Z',
      on: '2026-03-01',
      do: 'ship',
      detail: 'the shop ships and captures',
      amount: 60000,
      events: [{ type: 'order.captured', at: '2026-03-01T08:30:00.000Z', on: '2026-03-01', amount: 60000 }],
    },
  ],
  event_types: ['order.captured'],
  expectations: [{ name: 'plan', expected: 'paid', actual: 'paid', met: true }],
  books: { balanced: true, invariants: [{ name: 'principal_is_participation', checked: 1, broken: 0 }] },
  faults: [{ kind: 'card_declines', times: 1, used: 1 }],
  failure: null,
  created_at: '2026-03-01T08:30:00.000Z',
  finished_at: '2026-04-11T16:00:00.000Z',
};

function runJson({ id, document, status, state, report, ...run }: ScenarioRun): ScenarioRunBody {
  return {
    id,
    object: 'scenario_run',
    name: document.name,
    description: document.description,
    status,
    currency: state.currency,
    order_id: (state.orderId as Id<'ord'> | undefined) ?? null,
    plan_id: (state.planId as Id<'pln'> | undefined) ?? null,
    calendar_before: state.calendarBefore,
    calendar_after: report?.calendar_after ?? null,
    steps: state.steps,
    event_types: state.steps.flatMap(({ events }) => events.map(({ type }) => type)),
    expectations: report?.expectations ?? [],
    books: report?.books ?? null,
    faults: report?.faults ?? [],
    failure: report?.failure ?? null,
    created_at: run.createdAt.toISOString(),
    finished_at: run.finishedAt?.toISOString() ?? null,
  };
}

const start = defineRoute({
  method: 'post',
  path: '/v1/sandbox/scenarios',
  operationId: 'runScenario',
  summary: 'Run a scenario',
  description:
    'Plays a story of one order for a new test shopper: by `name` one that comes with the gateway, with another `order` where that is ' +
    "given, or by `document` one of your own. It moves the sandbox's clock. A run that takes longer than a request goes on " +
    'behind the answer.',
  tags: ['Sandbox'],
  auth: 'merchant',
  scope: 'sandbox',
  body: z
    .strictObject({
      name: z.string().min(1).max(60).optional(),
      order: OrderOverrides.optional(),
      document: ScenarioDocument.optional(),
    })
    .refine(
      ({ name, order, document }) =>
        (name === undefined) !== (document === undefined) && !(order && document),
      {
        message: 'name a scenario, with another order if you like, or send a document',
      },
    ),
  bodyExample: { name: 'miss 2nd' },
  success: { status: 200, description: 'The run is over.', schema: ScenarioRunJson, example },
  accepted: 'The run goes on; read it until its status is no longer running.',
  problems: ['not_found', 'clock_moving'],
  async run(context, { body, merchant, headers }) {
    const named = body.document ?? findBuiltIn(body.name ?? '');
    const document = { ...named, order: { ...named.order, ...body.order } };
    const run = await startScenario(context, {
      environmentId: merchant.environmentId,
      merchantId: merchant.id,
      actor: { kind: 'merchant', id: merchant.id, kid: merchant.kid },
      request: String(headers['idempotency-key']),
      document,
    });
    return run.status === 'running' ? new Accepted(runJson(run)) : runJson(run);
  },
});

const get = defineRoute({
  method: 'get',
  path: '/v1/sandbox/scenarios/{run_id}',
  operationId: 'getScenarioRun',
  summary: 'Read how a scenario ran',
  description:
    'How far a run has come: each step with what it did and what was expected, and whether the ' +
    'books were right at its end.',
  tags: ['Sandbox'],
  auth: 'merchant',
  scope: 'sandbox',
  params: z.object({ run_id: idOf('scn') }),
  success: { status: 200, description: 'The run as far as it has come.', schema: ScenarioRunJson, example },
  problems: ['not_found'],
  read: async (tx, { params, merchant }) =>
    runJson(await findRun(tx, { runId: params.run_id, merchantId: merchant.id })),
});

const list = defineRoute({
  method: 'get',
  path: '/v1/sandbox/scenarios',
  operationId: 'listScenarios',
  summary: 'List the scenarios that come with the gateway',
  description: 'The stories that come with the gateway, each with what it shows. Run one by its name.',
  tags: ['Sandbox'],
  auth: 'merchant',
  scope: 'sandbox',
  success: {
    status: 200,
    description: 'Their documents, by name; each is an example for one of your own.',
    schema: z.object({ data: z.array(ScenarioDocument) }),
    example: {
      data: [
        {
          name: 'miss 2nd',
          description: 'The second installment cannot be collected on its date.',
          order: { amount: 60000, plan_code: 'pay_in_4', test_method: 'ok', ship: true },
          before: [],
          steps: [
            { at: 'due:2', do: 'miss', times: 1 },
            { do: 'advance', until: 'end' },
          ],
          expect: { plan: 'paid', failed_repayments: 1 },
        },
      ],
    },
  },
  read: () => Promise.resolve({ data: [...builtInScenarios] }),
});

export const scenarioRoutes: Route[] = [start, list, get];
