import { z } from 'zod';
import { type Fault, faultKinds, listFaults } from '../faults/faults.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { DateJson, idOf, Timestamp } from '../http/schemas.ts';
import { arrangeFault, clearFault, requireSandbox } from '../jobs/scenarios/arrange-fault.ts';
import { FaultInput } from '../jobs/scenarios/fault-input.ts';
import type { Id } from '../lib/ids.ts';

const FaultJson = z
  .object({
    id: idOf('flt'),
    object: z.literal('fault'),
    kind: z.enum(faultKinds),
    times: z.int().nullable().meta({ description: 'How often it happens; null until it is cleared.' }),
    used: z.int().min(0).meta({ description: 'How often it has happened.' }),
    from: DateJson.nullable(),
    decline_code: z.string().nullable(),
    plan_id: idOf('pln').nullable(),
    funder_id: idOf('fnd').nullable(),
    created_at: Timestamp,
  })
  .meta({ id: 'Fault', description: 'Something that is to go wrong in a sandbox.' });

type FaultBody = z.output<typeof FaultJson>;

const example: FaultBody = {
  id: 'flt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  object: 'fault',
  kind: 'card_declines',
  times: 2,
  used: 1,
  from: null,
  decline_code: 'insufficient_funds',
  plan_id: 'pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  funder_id: null,
  created_at: '2026-03-01T08:30:00.000Z',
};

function faultJson(fault: Fault): FaultBody {
  return {
    id: fault.id,
    object: 'fault',
    kind: fault.kind,
    times: fault.times,
    used: fault.used,
    from: fault.fromDate,
    decline_code: fault.declineCode,
    plan_id: fault.planId as Id<'pln'> | null,
    funder_id: fault.funderId as Id<'fnd'> | null,
    created_at: fault.createdAt.toISOString(),
  };
}

const create = defineRoute({
  method: 'post',
  path: '/v1/sandbox/faults',
  operationId: 'createFault',
  summary: 'Let something go wrong in the sandbox',
  description:
    'Plants something that is to go wrong: a processor that does not answer, a webhook that is ' +
    'lost, funders that are down. Each fault happens as often as it says, the oldest first, and ' +
    'always in the same way, so a test that met it once meets it again.',
  tags: ['Sandbox'],
  auth: 'merchant',
  scope: 'sandbox',
  body: FaultInput,
  bodyExample: { kind: 'card_declines', times: 2, plan_id: 'pln_018f6b2a9c7d7e3f8a1b2c3d4e5f6071' },
  success: { status: 201, description: 'It will happen.', schema: FaultJson, example },
  problems: ['not_found'],
  write: async (tx, { body, merchant }) =>
    faultJson(await arrangeFault(tx, { merchantId: merchant.id, fault: body })),
});

const FaultList = z.object({ data: z.array(FaultJson) });

const list = defineRoute({
  method: 'get',
  path: '/v1/sandbox/faults',
  operationId: 'listFaults',
  summary: "List the sandbox's faults",
  description: 'The faults that were not cleared, with how often each has happened.',
  tags: ['Sandbox'],
  auth: 'merchant',
  scope: 'sandbox',
  success: {
    status: 200,
    description: 'All that were not cleared, in the order of their creation.',
    schema: FaultList,
    example: { data: [example] },
  },
  problems: ['not_found'],
  async read(tx) {
    requireSandbox(tx);
    return { data: (await listFaults(tx)).map(faultJson) };
  },
});

const clear = defineRoute({
  method: 'delete',
  path: '/v1/sandbox/faults/{fault_id}',
  operationId: 'clearFault',
  summary: 'Clear a fault',
  description: 'Ends one fault. It happens no more; a funder that it had down lends again.',
  tags: ['Sandbox'],
  auth: 'merchant',
  scope: 'sandbox',
  params: z.object({ fault_id: idOf('flt') }),
  success: { status: 200, description: 'The fault as it was.', schema: FaultJson, example },
  problems: ['not_found'],
  async write(tx, { params }) {
    requireSandbox(tx);
    return faultJson(await clearFault(tx, params.fault_id));
  },
});

const clearAll = defineRoute({
  method: 'delete',
  path: '/v1/sandbox/faults',
  operationId: 'clearFaults',
  summary: "Clear all of the sandbox's faults",
  description:
    'Lets everything go well again: no fault happens any more, and funders that were down lend ' +
    'again. Call it at the end of a test.',
  tags: ['Sandbox'],
  auth: 'merchant',
  scope: 'sandbox',
  success: {
    status: 200,
    description: 'The faults that were cleared.',
    schema: FaultList,
    example: { data: [example] },
  },
  problems: ['not_found'],
  async write(tx) {
    requireSandbox(tx);
    const cleared: FaultBody[] = [];
    for (const { id } of await listFaults(tx)) cleared.push(faultJson(await clearFault(tx, id)));
    return { data: cleared };
  },
});

export const faultRoutes: Route[] = [create, list, clear, clearAll];
