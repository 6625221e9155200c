import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { Problem, problemResponses } from './openapi-problems.ts';
import type { Route } from './route.ts';

export type OpenApi = ReturnType<typeof createDocument>;

const VERSION = '0.1.0';

const signingRecipe = `RFC 9421, profile \`morrow-v1\`. Headers:

- \`Signature-Input: morrow=("@method" "@target-uri" …);created=<Unix seconds>;keyid="<merchant id>/<kid>"\`
- \`Signature: morrow=:<base64>:\`
- \`Content-Digest: sha-256=:<base64>:\` (RFC 9530), whenever there is a body

A read covers \`@method\` and \`@target-uri\`. A write also covers \`idempotency-key\`, and \`content-digest\` whenever there is
a body. \`@target-uri\` is the origin of this API followed by path and query exactly as they are sent; nothing is
normalized. \`created\` may differ from the time by 300 s. \`expires\` (at most \`created\` + 300), \`nonce\` (single-use) and
\`alg\` may be sent, and \`tag\`, if sent, is \`morrow-v1\`. The registered key fixes the algorithm: \`ed25519\`,
\`ecdsa-p256-sha256\` (64 octets, r and s), \`rsa-pss-sha512\` (salt of 64 octets) or \`rsa-v1_5-sha256\`.

The signature base is one line for each covered component, \`"<name>": <value>\`, and at the end
\`"@signature-params": \` with what stands in Signature-Input after the label; lines are joined by a line feed, and none
follows the last. In a sandbox, the problem \`signature_invalid\` shows the base that the gateway computed.`;

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
    responses: {
      [`${success.status}`]: {
        description: success.description,
        headers: {
          'Request-Id': { $ref: '#/components/headers/Request-Id' },
          ...(idempotent && {
            'Idempotency-Replayed': { $ref: '#/components/headers/Idempotency-Replayed' },
          }),
        },
        content: { 'application/json': { schema: success.schema, example: success.example } },
      },
      ...problemResponses(route),
    },
  };
}

/** Whether the gateway keeps the answer for the request's Idempotency-Key. */
function isIdempotent(route: Route): boolean {
  return route.auth !== 'none' && route.method !== 'get';
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

const securitySchemes = {
  merchant: {
    scheme: 'merchantSignature',
    definition: { type: 'apiKey' as const, in: 'header', name: 'Signature', description: signingRecipe },
  },
  new_key: {
    scheme: 'newKeySignature',
    definition: {
      type: 'apiKey' as const,
      in: 'header',
      name: 'Signature',
      description:
        'As merchantSignature, made with the private key whose public JWK is the member `jwk` of the body; `keyid` is its `kid` alone, which without one is its RFC 7638 thumbprint.',
    },
  },
};

function securityOf({ auth }: Route): Record<string, string[]>[] {
  return auth === 'none' ? [] : [{ [securitySchemes[auth].scheme]: [] }];
}

function securitySchemesOf(routes: readonly Route[]) {
  const used = new Set(routes.map((route) => route.auth));
  return Object.fromEntries(
    (['merchant', 'new_key'] as const)
      .filter((auth) => used.has(auth))
      .map((auth) => [securitySchemes[auth].scheme, securitySchemes[auth].definition]),
  );
}
