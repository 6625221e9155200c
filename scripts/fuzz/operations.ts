import type { Schema } from './from-schema.ts';

type Parameter = { $ref?: string; name: string; in: string; required?: boolean; schema: Schema };
type Media = { schema?: Schema; example?: unknown; examples?: Record<string, { value?: unknown }> };
type Described = {
  operationId: string;
  security?: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, unknown>;
};

/** The contract, as far as requests are made from it and answers held against it. */
export type ContractDocument = {
  paths: Record<string, Record<string, Described>>;
  components: Record<string, Record<string, unknown>>;
};

/** How a caller of an operation says who it is. */
export type AuthKind = 'merchant' | 'newKey' | 'funder' | 'publishable' | 'clientToken' | 'nobody';

export type Operation = {
  id: string;
  /** In capitals. */
  method: string;
  template: string;
  auth: AuthKind;
  path: { name: string; schema: Schema }[];
  query: { name: string; schema: Schema; required: boolean }[];
  body?: { type: string; schema: Schema; examples: unknown[] }[];
};

const kinds: Record<string, AuthKind> = {
  merchantSignature: 'merchant',
  newKeySignature: 'newKey',
  funderSignature: 'funder',
  publishableKey: 'publishable',
  clientToken: 'clientToken',
};

/** What a reference in the document names. */
export function resolveIn(document: ContractDocument, reference: string): unknown {
  return reference
    .split('/')
    .slice(1)
    .reduce<unknown>((part, step) => (part as Record<string, unknown>)[step], document);
}

/** Every operation of the contract. */
export function operationsOf(document: ContractDocument): Operation[] {
  return Object.entries(document.paths).flatMap(([template, methods]) =>
    Object.entries(methods)
      .filter(([, described]) => described.operationId !== undefined)
      .map(([method, described]) => readOperation(document, template, method, described)),
  );
}

function readOperation(
  document: ContractDocument,
  template: string,
  method: string,
  described: Described,
): Operation {
  const parameters = (described.parameters ?? []).map((parameter) =>
    parameter.$ref === undefined ? parameter : (resolveIn(document, parameter.$ref) as Parameter),
  );
  const [scheme] = (described.security ?? []).flatMap((one) => Object.keys(one));
  const auth = scheme === undefined ? 'nobody' : kinds[scheme];
  if (!auth)
    throw new Error(`${described.operationId} is secured by ${scheme}, which the fuzzer does not know`);
  const within = (place: string) => parameters.filter((parameter) => parameter.in === place);
  const content = described.requestBody?.content;
  return {
    id: described.operationId,
    method: method.toUpperCase(),
    template,
    auth,
    path: within('path'),
    query: within('query').map(({ name, schema, required = false }) => ({ name, schema, required })),
    ...(content && {
      body: Object.entries(content).map(([type, { schema = {}, example, examples = {} }]) => ({
        type,
        schema,
        examples: [example, ...Object.values(examples).map(({ value }) => value)].filter(
          (value) => value !== undefined,
        ),
      })),
    }),
  };
}

/** The operation that serves a request target, if any does. A path without parameters comes before one with them. */
export function findOperation(
  operations: readonly Operation[],
  method: string,
  target: string,
): Operation | undefined {
  const [path = ''] = target.split('?', 1);
  const fitting = operations.filter(({ template }) => pathFits(template, path));
  const exact = fitting.filter(({ template }) => template === path);
  return (exact.length > 0 ? exact : fitting).find((one) => one.method === method);
}

const patterns = new Map<string, RegExp>();

function pathFits(template: string, path: string): boolean {
  let pattern = patterns.get(template);
  if (!pattern) {
    const source = template.replaceAll('.', String.raw`\.`).replaceAll(/\{\w+\}/g, '[^/]+');
    patterns.set(template, (pattern = new RegExp(`^${source}$`)));
  }
  return pattern.test(path);
}
