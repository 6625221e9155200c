import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
} from 'zod-openapi';
import { Problem, problemResponses } from './openapi-problems.ts';
import { securityOf, securitySchemesOf } from './openapi-security.ts';
import type { Route } from './route.ts';

export type OpenApi = ReturnType<typeof createDocument>;

const VERSION = '0.1.0';

const description = `An open-source buy-now-pay-later gateway.

Amounts are integers of minor units, with an ISO 4217 code beside them. Every answer has a \`Request-Id\`. Refusals are
problem documents (RFC 9457) whose \`code\` never changes its meaning. Fields that a request does not have are refused;
responses may get new fields.

Every write carries an \`Idempotency-Key\`. Sent again with the same key, the same request gets the kept answer, with
\`Idempotency-Replayed: true\`; what is kept for 24 hours is every success and every 402. The same key with another
method, target or body is refused, and everything else is tried anew.`;

/**
 * The OpenAPI 3.1 document of these routes; `origin` is where the API is served. Everything in it comes from the
 * declarations by which requests are parsed, so it cannot say anything else than what is done.
 */
export function describeApi(routes: readonly Route[], origin: string): OpenApi {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: describeOperation(route) };
  }
  const document = createDocument(
    {
      openapi: '3.1.1',
      info: {
        title: 'Morrow',
        version: VERSION,
        description,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: origin }],
      tags: [...new Set(routes.flatMap((route) => route.tags))].map((name) => ({ name })),
      paths,
      components: {
        schemas: { Problem },
        headers,
        ...(routes.some(isIdempotent) && { parameters: { 'Idempotency-Key': idempotencyKey } }),
        securitySchemes: securitySchemesOf(routes),
      },
    },
    { reused: 'inline' },
  );
  // Parts that occur twice are now the same object, which a YAML writer would turn into anchors.
  return JSON.parse(JSON.stringify(document)) as OpenApi;
}

function describeOperation(route: Route): ZodOpenApiOperationObject {
  const { success } = route;
  const idempotent = isIdempotent(route);
  return {
    operationId: route.operationId,
    summary: route.summary,
    ...(route.description !== undefined && { description: route.description }),
    tags: route.tags,
    security: securityOf(route),
    ...(route.scope && { 'x-morrow-scope': route.scope }),
    ...(idempotent && { parameters: [{ $ref: '#/components/parameters/Idempotency-Key' }] }),
    requestParams: {
      ...(route.params && { path: route.params as never }),
      ...(route.query && { query: route.query as never }),
    },
    ...(route.body && {
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: route.body,
            ...(route.bodyExample !== undefined && { example: route.bodyExample }),
          },
        },
      },
    }),
    ...(route.upload && {
      requestBody: {
        required: true,
        content: Object.fromEntries(
          route.upload.types.map((type) => [
            type,
            { schema: { type: 'string', format: 'binary', maxLength: route.upload?.maxBytes } as never },
          ]),
        ),
      },
    }),
    responses: {
      [`${success.status}`]: describeSuccess(route, success.description),
      ...(route.accepted !== undefined && { '202': describeSuccess(route, route.accepted) }),
      ...(route.cacheSeconds !== undefined && {
        '304': { description: 'As If-None-Match knows it already.' },
      }),
      ...problemResponses(route),
    },
  };
}

function describeSuccess(route: Route, meaning: string): ZodOpenApiResponseObject {
  return {
    description: meaning,
    headers: {
      'Request-Id': { $ref: '#/components/headers/Request-Id' },
      ...(isIdempotent(route) && {
        'Idempotency-Replayed': { $ref: '#/components/headers/Idempotency-Replayed' },
      }),
      ...(route.cacheSeconds !== undefined && { ETag: { $ref: '#/components/headers/ETag' } }),
    },
    content: { 'application/json': { schema: route.success.schema, example: route.success.example } },
  };
}

/** Whether the gateway keeps the answer for the request's Idempotency-Key. */
function isIdempotent(route: Route): boolean {
  return (route.auth === 'merchant' || route.auth === 'new_key') && route.method !== 'get';
}

const headers = {
  'Request-Id': {
    description: 'Names the request when you ask us about it.',
    required: true,
    schema: { type: 'string' as const, example: 'req_018f6b2a9c7d7e3f8a1b2c3d4e5f6071' },
  },
  'Idempotency-Replayed': {
    description: 'Present when this is the kept answer to an earlier request with the same Idempotency-Key.',
    schema: { type: 'string' as const, const: 'true' },
  },
  ETag: {
    description: 'Names this answer: sent back in If-None-Match, it saves reading it again.',
    schema: { type: 'string' as const },
  },
};

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header' as const,
  required: true,
  description:
    'The same for every retry of one operation: a string of 1 to 255 ASCII characters, as a structured field (RFC 8941) or without quotes. Kept for 24 hours.',
  schema: { type: 'string' as const, minLength: 1, maxLength: 257 },
  example: '"authorize-1001"',
};
