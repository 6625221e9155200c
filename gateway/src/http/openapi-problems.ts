import { z } from 'zod';
import type { ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import { problemStatus, type ProblemCode } from '../lib/errors.ts';
import { groupBy } from './group-by.ts';
import { headerReferences } from './openapi-headers.ts';
import { problemTitles } from './problem-titles.ts';
import type { Route } from './route.ts';

/** The body of every refusal; an occurrence may add members. */
export const Problem = z
  .looseObject({
    type: z.url().meta({ description: 'Leads to the docs of the code.' }),
    title: z.string().meta({ description: 'What the code means.' }),
    status: z.int().min(400).max(599),
    code: z.string().meta({ description: 'Stable: what a program should look at.' }),
    detail: z.string().optional().meta({ description: 'What happened this time.' }),
    hint: z.string().optional().meta({ description: 'What to do about it.' }),
    errors: z
      .array(
        z.object({
          pointer: z.string().meta({ description: 'The field, by RFC 6901, in the body or the query.' }),
          code: z.string(),
          detail: z.string().optional(),
        }),
      )
      .optional(),
    request_id: z.string().meta({ description: 'Names the request when you ask us about it.' }),
  })
  .meta({
    id: 'Problem',
    description: 'A refusal, as RFC 9457 describes it.',
    example: {
      type: 'https://api.example/docs/problems/amount_invalid',
      title: problemTitles.amount_invalid,
      status: problemStatus.amount_invalid,
      code: 'amount_invalid',
      detail: '/amount: Send a positive integer of minor units: 1000 for 10.00 CNY, 1000 for 1000 JPY.',
      errors: [{ pointer: '/amount', code: 'amount_invalid' }],
      request_id: 'req_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
    },
  });

// Content-Encoding is refused on every route, whether it takes a body or not.
const ofAll: ProblemCode[] = [
  'body_too_large',
  'content_type_unsupported',
  'malformed_header',
  'duplicate_header',
  'version_unknown',
  'validation_failed',
  'body_forbidden',
  'rate_limited',
  'overloaded',
  'request_timeout',
  'headers_too_large',
  'internal_error',
  'unavailable',
];
const ofSigned: ProblemCode[] = [
  'target_not_normalized',
  'digest_missing',
  'digest_mismatch',
  'signature_missing',
  'signature_malformed',
  'signature_components',
  'signature_expired',
  'signature_future',
  'signature_invalid',
  'key_unknown',
  'algorithm_mismatch',
];
const ofMerchants: ProblemCode[] = ['nonce_reused', 'scope_missing', 'not_found'];
const ofFunders: ProblemCode[] = ['nonce_reused', 'not_found'];
const ofShopPages: ProblemCode[] = ['key_unknown', 'origin_forbidden', 'not_found'];
const ofSessionPages: ProblemCode[] = ['token_invalid', 'origin_forbidden', 'not_found'];
const ofWrites: ProblemCode[] = [
  'idempotency_key_missing',
  'idempotency_key_invalid',
  'idempotency_in_progress',
  'idempotency_key_reused',
];

type Kind = { name: string; codes: readonly ProblemCode[] };

/** What every route of this kind may refuse with, whatever it does. */
function kindOf(route: Route): Kind {
  if (route.isUnlimited)
    return { name: 'System', codes: ofAll.filter((code) => problemStatus[code] !== 429) };
  if (route.auth === 'none') return { name: 'Public', codes: ofAll };
  if (route.auth === 'publishable') return { name: 'ShopPage', codes: [...ofAll, ...ofShopPages] };
  if (route.auth === 'client_token') return { name: 'SessionPage', codes: [...ofAll, ...ofSessionPages] };
  const read = [...ofAll, ...ofSigned];
  if (route.auth === 'new_key') {
    return { name: 'Register', codes: [...read, ...ofWrites, 'malformed_json', 'key_unacceptable'] };
  }
  if (route.auth === 'funder') return { name: 'FunderRead', codes: [...read, ...ofFunders] };
  if (route.method === 'get') return { name: 'Read', codes: [...read, ...ofMerchants] };
  return { name: 'Write', codes: [...read, ...ofMerchants, ...ofWrites, 'malformed_json', 'clock_moving'] };
}

/**
 * The refusals of a route grouped by status, each with the codes that it may carry. What all routes of a kind share is
 * one component; where a route adds codes of its own, the response stands with the route.
 */
export function problemResponses(route: Route): ZodOpenApiResponsesObject {
  const kind = kindOf(route);
  const own = [...(route.problems ?? []), ...(route.params ? (['not_found'] as const) : [])];
  const shared = byStatus(kind.codes);
  const all = byStatus([...new Set([...kind.codes, ...own])]);
  return Object.fromEntries(
    [...all].map(([status, codes]) => {
      const isShared = shared.get(status)?.length === codes.length;
      return [String(status), isShared ? sharedResponse(kind, status, codes) : response(status, codes)];
    }),
  );
}

function byStatus(codes: readonly ProblemCode[]): Map<number, ProblemCode[]> {
  const sorted = codes.toSorted((a, b) => problemStatus[a] - problemStatus[b] || (a < b ? -1 : 1));
  return groupBy(sorted, (code) => problemStatus[code]);
}

const sharedResponses = new Map<string, ZodOpenApiResponseObject>();

/** The same object each time, by which zod-openapi knows that it is one component. */
function sharedResponse(kind: Kind, status: number, codes: ProblemCode[]): ZodOpenApiResponseObject {
  const id = `${kind.name}${status}`;
  const made = sharedResponses.get(id) ?? { id, ...response(status, codes) };
  sharedResponses.set(id, made);
  return made;
}

/** With these a client is told when to come again. */
const waiting = new Set([409, 429, 503]);

function response(status: number, codes: ProblemCode[]): ZodOpenApiResponseObject {
  return {
    description: codes.map((code) => `- \`${code}\`: ${problemTitles[code]}.`).join('\n'),
    headers: headerReferences(['Request-Id', ...(waiting.has(status) ? (['Retry-After'] as const) : [])]),
    content: {
      'application/problem+json': {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Problem' },
            { type: 'object', properties: { code: { type: 'string', enum: codes } } },
          ],
        },
      },
    },
  };
}
