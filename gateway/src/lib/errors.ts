/**
 * Every code that a client can meet, with its HTTP status: the one table from which problems, the contract and
 * the docs are made. A code never changes its meaning; a new meaning gets a new code.
 */
export const problemStatus = {
  malformed_json: 400,
  malformed_header: 400,
  duplicate_header: 400,
  body_forbidden: 400,
  digest_missing: 400,
  digest_mismatch: 400,
  idempotency_key_missing: 400,
  idempotency_key_invalid: 400,
  version_unknown: 400,
  cursor_invalid: 400,
  target_not_normalized: 400,
  signature_missing: 401,
  signature_malformed: 401,
  signature_components: 401,
  signature_expired: 401,
  signature_future: 401,
  signature_invalid: 401,
  key_unknown: 401,
  algorithm_mismatch: 401,
  nonce_reused: 401,
  token_invalid: 401,
  authorization_declined: 402,
  payment_declined: 402,
  limit_exceeded: 402,
  agreement_ceiling_exceeded: 402,
  scope_missing: 403,
  origin_forbidden: 403,
  step_up_required: 403,
  not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  idempotency_in_progress: 409,
  state_conflict: 409,
  merchant_reference_in_use: 409,
  merchant_reference_reversed: 409,
  capture_reference_in_use: 409,
  refund_reference_in_use: 409,
  return_reference_in_use: 409,
  extension_reference_in_use: 409,
  amount_mismatch: 409,
  currency_mismatch: 409,
  checkout_token_used: 409,
  capture_exceeds_authorized: 409,
  installments_exceeded: 409,
  refund_exceeds_refundable: 409,
  return_open: 409,
  dispute_open: 409,
  evidence_limit: 409,
  extension_exhausted: 409,
  extension_refused: 409,
  agreement_suspended: 409,
  agreement_ended: 409,
  plan_already_paid: 409,
  early_payout_unavailable: 409,
  clock_moving: 409,
  checkout_session_expired: 410,
  checkout_token_expired: 410,
  authorization_expired: 410,
  body_too_large: 413,
  content_type_unsupported: 415,
  validation_failed: 422,
  evidence_unreadable: 422,
  currency_unsupported: 422,
  amount_invalid: 422,
  idempotency_key_reused: 422,
  url_forbidden: 422,
  key_unacceptable: 422,
  rate_limited: 429,
  overloaded: 429,
  headers_too_large: 431,
  internal_error: 500,
  processor_unavailable: 502,
  funder_unavailable: 503,
  unavailable: 503,
} as const satisfies Record<string, number>;

export type ProblemCode = keyof typeof problemStatus;

/** One offending field of a request: an RFC 6901 pointer into the body, query or path, and what is wrong with it. */
export type FieldError = { pointer: string; code: string; detail?: string };

export type ProblemDetails = {
  /** What happened, for this occurrence, in one sentence. */
  detail?: string;
  /** What to do about it, in one sentence. */
  hint?: string;
  errors?: FieldError[];
  /** Members that this occurrence adds to the problem document, such as the id of the order that won. */
  extra?: Record<string, unknown>;
  /** Seconds after which the same request may be sent again. */
  retryAfterSeconds?: number;
};

/**
 * A refusal that the caller is told about. Anything else that is thrown is a bug and becomes `internal_error`.
 */
export class GatewayError extends Error {
  readonly code: ProblemCode;
  readonly details: ProblemDetails;

  constructor(code: ProblemCode, details: ProblemDetails = {}) {
    super(details.detail ?? code);
    this.name = 'GatewayError';
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return problemStatus[this.code];
  }
}
