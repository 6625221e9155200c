import type { Response } from 'express';
import { GatewayError, type FieldError, type ProblemCode } from '../lib/errors.ts';
import { isConnectionFailure, isContention } from './database-failures.ts';
import { localsOf } from './locals.ts';
import { problemTitles } from './problem-titles.ts';

/** The body of every refusal: RFC 9457 with our own members, and what the occurrence adds. */
export type ProblemDocument = {
  type: string;
  title: string;
  status: number;
  code: ProblemCode;
  detail?: string;
  hint?: string;
  errors?: FieldError[];
  request_id: string;
  [extra: string]: unknown;
};

/** The problem document of one refusal. `origin` is the API's own; the type leads to the docs of the code. */
export function problemDocument(
  error: GatewayError,
  { origin, requestId }: { origin: string; requestId: string },
): ProblemDocument {
  const { detail, hint, errors, extra } = error.details;
  return {
    ...extra,
    type: `${origin}/docs/problems/${error.code}`,
    title: problemTitles[error.code],
    status: error.status,
    code: error.code,
    ...(detail !== undefined && { detail }),
    ...(hint !== undefined && { hint }),
    ...(errors !== undefined && { errors }),
    request_id: requestId,
  };
}

/** Sends a refusal and notes its code for the log. */
export function sendProblem(res: Response, error: GatewayError, origin: string): void {
  const locals = localsOf(res);
  locals.problem = error.code;
  const { retryAfterSeconds } = error.details;
  if (retryAfterSeconds !== undefined) res.setHeader('Retry-After', Math.ceil(retryAfterSeconds));
  res.statusCode = error.status;
  res.setHeader('Content-Type', 'application/problem+json');
  res.end(JSON.stringify(problemDocument(error, { origin, requestId: locals.requestId })));
}

/**
 * What the caller is told about anything that was thrown. A failure that we do not know says nothing about itself:
 * database errors name tables, constraints and values.
 */
export function toGatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  if (isConnectionFailure(error)) {
    return new GatewayError('unavailable', {
      detail: 'The database does not answer.',
      hint: 'Send the same request again, with the same Idempotency-Key.',
      retryAfterSeconds: 2,
    });
  }
  if (isContention(error)) {
    return new GatewayError('unavailable', {
      detail: 'Too many requests wanted the same thing at once.',
      hint: 'Send the same request again, with the same Idempotency-Key.',
      retryAfterSeconds: 1,
    });
  }
  return fromExpress(error) ?? new GatewayError('internal_error', { hint: 'Tell us the request_id.' });
}

/** Express, its router and its body reader throw errors with a status and, mostly, a type. */
function fromExpress(error: unknown): GatewayError | undefined {
  const { status, type, limit } = (error ?? {}) as { status?: unknown; type?: unknown; limit?: unknown };
  switch (type) {
    case 'entity.too.large':
      return bodyTooLarge(Number(limit));
    case 'encoding.unsupported':
      return new GatewayError('content_type_unsupported', {
        detail: 'The request has a Content-Encoding.',
        hint: 'Send the body without compression.',
      });
    case 'request.size.invalid':
    case 'request.aborted':
      return new GatewayError('malformed_header', {
        detail: 'The body is not as long as Content-Length says.',
      });
    default:
  }
  // A path segment such as %zz, which cannot be decoded.
  if (error instanceof URIError && status === 400) return notFound();
  return undefined;
}

/** The refusal of a body of more than `limit` bytes. */
export function bodyTooLarge(limit: number): GatewayError {
  return new GatewayError('body_too_large', {
    detail:
      limit === 1_048_576
        ? 'A body may have at most 1 MB (1,048,576 bytes).'
        : `A body may have at most ${limit} bytes here.`,
  });
}

/** The refusal of a path that leads nowhere. */
export function notFound(): GatewayError {
  return new GatewayError('not_found', {
    detail: 'Nothing is served at this path.',
    hint: 'Paths are case-sensitive and have no slash at their end; /openapi.json lists them.',
  });
}
