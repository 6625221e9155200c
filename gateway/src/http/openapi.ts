import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
} from 'zod-openapi';
import { answerHeaders, headerReferences, parameterReference, requestHeaders } from './openapi-headers.ts';
import { Problem, problemResponses } from './openapi-problems.ts';
import { securityOf, securitySchemesOf } from './openapi-security.ts';
import { tagDescriptions } from './openapi-tags.ts';
import { describeWebhooks, webhookHeaders, WebhookMessage } from './openapi-webhooks.ts';
import type { Route } from './route.ts';

export type OpenApi = ReturnType<typeof createDocument>;

const VERSION = '0.1.0';

const description = `An open-source buy-now-pay-later gateway: your shop is paid at once, and your shopper pays later.

## Amounts, ids and times

Amounts are integers of minor units with an ISO 4217 code beside them: 1000 is 10.00 CNY, and 1000 JPY. Ids say by
their prefix what they name, as in \`ord_…\`. Times are RFC 3339 in UTC, dates are calendar dates of the merchant.

## Requests

Your server signs every request with its own private key ([how](/docs/signing)); pages of your shop use a publishable
key or a client token. Bodies are JSON in UTF-8. A field that a request does not have is refused, so that a mistyped
name is never overlooked; answers may get new fields, so ignore those that you do not know.

## Trying again

Every write carries an \`Idempotency-Key\`. Sent again with the same key, the same request gets the kept answer, with
\`Idempotency-Replayed: true\`; what is kept for 24 hours is every success and every 402. The same key with another
method, target or body is refused, and everything else is tried anew. So after a timeout send the same request again,
as often as it takes: it happens once.

## Refusals

Every refusal is a problem document (RFC 9457). Look at its \`code\`, which never changes its meaning; \`detail\` says
what happened this time, \`hint\` what to do, \`errors\` which fields are meant. Every answer has a \`Request-Id\`: name
it when you ask us.

## Lists

Lists come in the order of creation, and each page names the next one by \`next_cursor\`, which is null on the last. What
is added while you read comes at the end, so nothing is shown twice or left out. A cursor belongs to its list and its
filters.

## Versions

\`Morrow-Version\` names the version that your code was written for, by its date. Without it you get the newest. What is
only added does not make a new version; the [changelog](/docs/changelog) tells of each.

## Limits

Each key may send so many reads and as many writes in a minute; \`RateLimit\` and \`RateLimit-Policy\` tell what is left.
Beyond that the answer is 429 \`rate_limited\`, and \`Retry-After\` says when to go on. Where more is asked of us by all
together than can be answered in time, some are refused with 429 \`overloaded\`: lists first, orders last.`;

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
      tags: tagsOf(routes),
      paths,
      webhooks: describeWebhooks(),
      components: {
        schemas: { Problem, WebhookMessage },
        headers: answerHeaders,
        parameters: { ...requestHeaders, ...webhookHeaders },
        securitySchemes: securitySchemesOf(routes),
      },
    },
    { reused: 'inline' },
  );
  // Parts that occur twice are now the same object, which a YAML writer would turn into anchors.
  return JSON.parse(JSON.stringify(document)) as OpenApi;
}

function tagsOf(routes: readonly Route[]): { name: string; description?: string }[] {
  const names = [...new Set(routes.flatMap((route) => route.tags))];
  return names.map((name) => {
    const about = tagDescriptions[name];
    return { name, ...(about !== undefined && { description: about }) };
  });
}

function describeOperation(route: Route): ZodOpenApiOperationObject {
  const { success } = route;
  return {
    operationId: route.operationId,
    summary: route.summary,
    ...(route.description !== undefined && { description: route.description }),
    tags: route.tags,
    security: securityOf(route),
    ...(route.scope && { 'x-morrow-scope': route.scope }),
    parameters: [
      ...(isIdempotent(route) ? [parameterReference('Idempotency-Key')] : []),
      parameterReference('Morrow-Version'),
      ...(route.cacheSeconds === undefined ? [] : [parameterReference('If-None-Match')]),
    ],
    requestParams: {
      ...(route.params && { path: route.params as never }),
      ...(route.query && { query: route.query as never }),
    },
    ...describeBody(route),
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

function describeBody({ body, bodyExample, upload }: Route): Pick<ZodOpenApiOperationObject, 'requestBody'> {
  if (body) {
    const example = bodyExample !== undefined && { example: bodyExample };
    return {
      requestBody: { required: true, content: { 'application/json': { schema: body, ...example } } },
    };
  }
  if (!upload) return {};
  const schema = { type: 'string', format: 'binary', maxLength: upload.maxBytes } as never;
  return {
    requestBody: {
      required: true,
      content: Object.fromEntries(upload.types.map((type) => [type, { schema }])),
    },
  };
}

function describeSuccess(route: Route, meaning: string): ZodOpenApiResponseObject {
  return {
    description: meaning,
    headers: headerReferences([
      'Request-Id',
      'Morrow-Version',
      ...(route.isUnlimited ? [] : (['RateLimit-Policy', 'RateLimit'] as const)),
      ...(isIdempotent(route) ? (['Idempotency-Replayed'] as const) : []),
      ...(route.cacheSeconds === undefined ? [] : (['ETag'] as const)),
    ]),
    content: { 'application/json': { schema: route.success.schema, example: route.success.example } },
  };
}

/** Whether the gateway keeps the answer for the request's Idempotency-Key. */
function isIdempotent(route: Route): boolean {
  return (route.auth === 'merchant' || route.auth === 'new_key') && route.method !== 'get';
}
