import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import type { Schema, SchemaReader } from './from-schema.ts';
import { members } from './known.ts';
import { type ContractDocument, type Operation, resolveIn } from './operations.ts';
import { bodies, type BodyPlan, wrongBodies } from './plan-body.ts';
import { callers, type CallerPlan } from './plan-caller.ts';
import { targets, wrongTargets } from './plan-target.ts';
import { headerValues } from './unusual.ts';

/** What happens to a header after the request was signed. */
export type HeaderChange = { kind: 'set' | 'repeat' | 'drop' | 'append'; name: string; value: string };

/** A request before it is sent: placeholders stand for objects, and nothing is signed. */
export type Plan = BodyPlan & {
  operation: Operation;
  method: string;
  /** Path and query, as they go over the wire. */
  target: string;
  caller: CallerPlan;
  /** One of a few shared keys, or a new one. */
  idempotencyKey?: string;
  headers: HeaderChange[];
  /** Whether the very same request is sent a second time. */
  again: boolean;
};

/** Requests for one operation, right ones and nearly right ones. */
export function plansOf(document: ContractDocument, operation: Operation): Arbitrary<Plan> {
  const reader: SchemaReader = { resolve: (reference) => resolveIn(document, reference) as Schema, members };
  const right = {
    operation: fc.constant(operation),
    method: fc.constant(operation.method),
    target: targets(reader, operation),
    body: bodies(reader, operation),
    caller: callers(operation).right,
    idempotencyKey: fc.oneof(
      { weight: 60, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constantFrom('shared-1', 'shared-2', 'shared-3') },
    ),
    headers: fc.constant<HeaderChange[]>([]),
    again: fc.integer({ min: 0, max: 24 }).map((chance) => chance === 0),
  };
  const wrongBody = wrongBodies(reader, operation);
  const wrongTarget = wrongTargets(reader, operation);
  const plan = (changed: Partial<{ [Name in keyof typeof right]: Arbitrary<unknown> }>): Arbitrary<Plan> =>
    fc
      .record({ ...right, ...changed })
      .map(({ body, ...rest }) => ({ ...rest, ...(body as BodyPlan) }) as Plan);
  return fc.oneof(
    { weight: 16, arbitrary: plan({}) },
    { weight: operation.body ? 8 : 1, arbitrary: plan({ body: wrongBody }) },
    { weight: 3, arbitrary: plan({ target: wrongTarget }) },
    { weight: 3, arbitrary: plan({ caller: callers(operation).wrong }) },
    { weight: 3, arbitrary: plan({ headers: headerChanges }) },
    // Another method may be that of an operation that ends the sandbox.
    {
      weight: 1,
      arbitrary: plan({ method: fc.constantFrom(...methods), caller: callers(operation, true).right }),
    },
    { weight: 1, arbitrary: plan({ body: wrongBody, headers: headerChanges, target: wrongTarget }) },
  );
}

const methods = [
  'HEAD',
  'OPTIONS',
  'GET',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'TRACE',
  'PROPFIND',
  'QUERY',
] as const;

const attacked = [
  'signature',
  'signature-input',
  'content-digest',
  'idempotency-key',
  'accept-signature',
  'morrow-version',
  'content-type',
  'content-encoding',
  'origin',
  'authorization',
  'morrow-publishable-key',
  'if-none-match',
  'if-match',
  'range',
  'cookie',
  'accept',
  'accept-encoding',
  'accept-language',
  'x-forwarded-for',
  'forwarded',
  'x-http-method-override',
  'prefer',
  'traceparent',
  'signature-key',
  '__proto__',
  'constructor',
];

const headerChanges: Arbitrary<HeaderChange[]> = fc.array(
  fc.record({
    kind: fc.constantFrom<HeaderChange['kind']>('set', 'set', 'set', 'append', 'repeat', 'drop'),
    name: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...attacked.slice(0, 6)) },
      { weight: 1, arbitrary: fc.constantFrom(...attacked) },
    ),
    value: headerValues,
  }),
  { minLength: 1, maxLength: 2 },
);
