import type { FieldError, Problem } from './types.ts';

/** What a `MorrowError` is made of. */
export type MorrowErrorInput = {
  /** HTTP status; 0 when no answer came. */
  status: number;
  code: string;
  message: string;
  problem?: Problem | undefined;
  cause?: unknown;
};

/**
 * A request that the gateway refused, or whose answer did not come. Decide by `code`: its meaning never changes.
 *
 * Besides the gateway's own codes there are `connection_failed`, `timeout` and `response_unverified` (all with status 0:
 * nobody knows whether the request arrived, so repeat it with the same idempotency key, or reverse the order by its
 * reference) and `unexpected_response` for an answer that is not the gateway's, such as a proxy's page.
 */
export class MorrowError extends Error {
  override readonly name = 'MorrowError';
  readonly status: number;
  readonly code: string;
  /** What happened, in one sentence. */
  readonly detail: string | undefined;
  /** What to do about it, in one sentence. */
  readonly hint: string | undefined;
  /** The offending fields, by JSON pointer. */
  readonly errors: readonly FieldError[];
  /** Tell us this when you ask about a request. */
  readonly requestId: string | undefined;
  /** The whole problem document (RFC 9457), with what this occurrence added to it. */
  readonly problem: Problem | undefined;

  constructor({ status, code, message, problem, cause }: MorrowErrorInput) {
    super(message, { cause });
    this.status = status;
    this.code = code;
    this.detail = problem?.detail;
    this.hint = problem?.hint;
    this.errors = problem?.errors ?? [];
    this.requestId = problem?.request_id;
    this.problem = problem;
  }
}

/** The error that an unsuccessful answer stands for. */
export function errorFromResponse(status: number, text: string): MorrowError {
  const problem = parseProblem(text);
  if (!problem) {
    return new MorrowError({
      status,
      code: 'unexpected_response',
      message: `The answer with status ${status} is not a problem document.`,
    });
  }
  const sentences = [problem.detail ?? problem.title, problem.hint].filter((part) => part !== undefined);
  return new MorrowError({
    status,
    code: problem.code,
    message: `${problem.code}: ${sentences.join(' ')}`,
    problem,
  });
}

function parseProblem(text: string): Problem | undefined {
  try {
    const document: unknown = JSON.parse(text);
    const { code } = (document ?? {}) as { code?: unknown };
    return typeof code === 'string' ? (document as Problem) : undefined;
  } catch {
    return undefined;
  }
}
