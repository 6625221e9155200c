import type { OpenApi } from '../../http/openapi.ts';

/** A JSON Schema as the contract writes it, as far as the pages read it. */
export type Schema = {
  $ref?: string;
  type?: string | string[];
  description?: string;
  format?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  example?: unknown;
  examples?: unknown[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
};

export type Parameter = {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
  example?: string | number;
};
export type Content = Record<string, { schema?: Schema; example?: unknown }>;
export type Answer = { status: string; description: string; content: Content };

/** An operation with every reference to parameters and answers followed. */
export type Operation = {
  operationId: string;
  method: string;
  path: string;
  summary: string;
  description: string;
  tag: string;
  scope: string | undefined;
  securitySchemes: string[];
  parameters: Parameter[];
  body: { content: Content } | undefined;
  answers: Answer[];
  /** The codes of its refusals by status. */
  problems: { status: string; codes: string[] }[];
};

export type Tag = { name: string; slug: string; description: string; operations: Operation[] };

/** The contract as the pages show it. */
export type Contract = {
  document: OpenApi;
  introduction: string;
  origin: string;
  tags: Tag[];
  operations: Operation[];
  securitySchemes: Record<string, { description?: string }>;
  /** The schema that this one refers to, else itself. */
  resolve: (schema: Schema) => Schema;
};

type RawOperation = {
  operationId: string;
  summary: string;
  description?: string;
  tags: string[];
  security: Record<string, unknown>[];
  'x-morrow-scope'?: string;
  parameters?: (Parameter | { $ref: string })[];
  requestBody?: { content: Content };
  responses: Record<string, { description: string; content?: Content } | { $ref: string }>;
};

export function readContract(document: OpenApi): Contract {
  const at = <T>(value: T | { $ref: string }): T => {
    const reference = (value as { $ref?: string }).$ref;
    return reference === undefined ? (value as T) : at(follow(document, reference) as T | { $ref: string });
  };
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item as Record<string, RawOperation>).map(([method, raw]) =>
      toOperation(raw, { method, path }, at),
    ),
  );
  const tags = (document.tags ?? []).map(({ name, description = '' }) => ({
    name,
    slug: name.toLowerCase().replaceAll(' ', '-'),
    description,
    operations: operations.filter(({ tag }) => tag === name),
  }));
  return {
    document,
    introduction: document.info.description ?? '',
    origin: document.servers?.[0]?.url ?? '',
    tags,
    operations,
    securitySchemes: document.components?.securitySchemes ?? {},
    resolve: (schema) => at<Schema>(schema),
  };
}

function follow(document: OpenApi, reference: string): unknown {
  return reference
    .split('/')
    .slice(1)
    .reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], document);
}

function toOperation(
  raw: RawOperation,
  { method, path }: { method: string; path: string },
  at: <T>(value: T | { $ref: string }) => T,
): Operation {
  const answers = Object.entries(raw.responses).map(([status, given]) => {
    const { description, content = {} } = at(given);
    return { status, description, content };
  });
  return {
    operationId: raw.operationId,
    method: method.toUpperCase(),
    path,
    summary: raw.summary,
    description: raw.description ?? '',
    tag: raw.tags[0] ?? '',
    scope: raw['x-morrow-scope'],
    securitySchemes: raw.security.flatMap((scheme) => Object.keys(scheme)),
    parameters: (raw.parameters ?? []).map((parameter) => at(parameter)),
    body: raw.requestBody,
    answers: answers.filter(({ status }) => Number(status) < 400),
    problems: answers
      .filter(({ status }) => Number(status) >= 400)
      .map(({ status, content }) => ({ status, codes: codesOf(content) })),
  };
}

/** The codes stand in the contract where a program finds them: in the schema of the answer. */
function codesOf(content: Content): string[] {
  const [, own] = content['application/problem+json']?.schema?.allOf ?? [];
  return (own?.properties?.code?.enum ?? []).map(String);
}
