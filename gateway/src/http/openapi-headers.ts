import { apiVersions, newestVersion, versionHeader } from './versions.ts';

const text = { type: 'string' as const };

/** The headers of answers, as components of the contract. */
export const answerHeaders = {
  'Request-Id': {
    description: 'Names the request when you ask us about it.',
    required: true,
    schema: { ...text, example: 'req_018f6b2a9c7d7e3f8a1b2c3d4e5f6071' },
  },
  'Morrow-Version': {
    description: 'The version of the API by which the request was understood and answered.',
    schema: { ...text, format: 'date', example: newestVersion },
  },
  'RateLimit-Policy': {
    description:
      'How many requests (`q`) may come in how many seconds (`w`), by draft-ietf-httpapi-ratelimit-headers.',
    schema: { ...text, example: '"reads";q=12000;w=60' },
  },
  RateLimit: {
    description: 'How many requests are left (`r`), and after how many seconds there are all again (`t`).',
    schema: { ...text, example: '"reads";r=11998;t=42' },
  },
  'Retry-After': {
    description: 'After how many seconds the same request may be sent again.',
    schema: { type: 'integer' as const, minimum: 0, example: 1 },
  },
  'Idempotency-Replayed': {
    description: 'Present when this is the kept answer to an earlier request with the same Idempotency-Key.',
    schema: { ...text, const: 'true' },
  },
  ETag: {
    description: 'Names this answer: sent back in If-None-Match, it saves reading it again.',
    schema: { ...text, example: '"3q2-7wFzR0uYp1mJ8sXbVg"' },
  },
};

type HeaderName = keyof typeof answerHeaders;

export function headerReferences(names: readonly HeaderName[]): Record<string, { $ref: string }> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

/** The headers of requests that more than one operation takes, as components of the contract. */
export const requestHeaders = {
  'Idempotency-Key': {
    name: 'Idempotency-Key',
    in: 'header' as const,
    required: true,
    description:
      'The same for every retry of one operation: a string of 1 to 255 ASCII characters, as a structured field (RFC 8941) or without quotes. Kept for 24 hours.',
    schema: { ...text, minLength: 1, maxLength: 257 },
    example: '"authorize-1001"',
  },
  'Morrow-Version': {
    name: versionHeader,
    in: 'header' as const,
    description:
      'The date of the version of the API that you wrote your code for. Without it you get the newest. Pin it, so that a new version cannot surprise you.',
    schema: { ...text, enum: apiVersions.map(({ date }) => date) },
    example: newestVersion,
  },
  'If-None-Match': {
    name: 'If-None-Match',
    in: 'header' as const,
    description: 'The ETag of an answer that you have. While it is still right, the answer is a short 304.',
    schema: text,
    example: '"3q2-7wFzR0uYp1mJ8sXbVg"',
  },
};

export function parameterReference(name: keyof typeof requestHeaders): { $ref: string } {
  return { $ref: `#/components/parameters/${name}` };
}
