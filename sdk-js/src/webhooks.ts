import { createHash } from 'node:crypto';
import type { Event } from './types.ts';
import { holdsSignature, readWebhookKeys, type WebhookKeys } from './webhook-signatures.ts';

const challengeType = 'webhook_endpoint.challenge';

/** The body of a webhook. It is a hint: read the object itself, and tell old from new by `object_version`. */
export type WebhookEvent = {
  id: string;
  /** `webhook_endpoint.challenge` is none of the feed's: answer it by `webhookAnswer`. */
  type: Event['type'] | typeof challengeType;
  /** When it happened, on the environment's clock. */
  timestamp: string;
  merchant_id: string;
  environment: string;
  /** 1, 2, 3 and so on without gaps; a gap says that a webhook is missing, and `events.list` has it. */
  sequence: number;
  object_id: string;
  /** Ignore an event whose version is below what you have of the object. */
  object_version: number;
  data: Record<string, unknown>;
};

/** Headers as `req.headers` of node:http or Express has them, or as `Request.headers` of the web. */
export type WebhookHeaders = Headers | Record<string, string | string[] | undefined>;

/** Why a webhook is refused. */
export type WebhookErrorCode =
  | 'header_missing'
  | 'timestamp_invalid'
  | 'timestamp_too_old'
  | 'timestamp_too_new'
  | 'signature_invalid'
  | 'payload_invalid'
  | 'merchant_mismatch'
  | 'environment_mismatch';

/** A webhook that must not be trusted. Answer 400 and do nothing. */
export class WebhookVerificationError extends Error {
  override readonly name = 'WebhookVerificationError';
  readonly code: WebhookErrorCode;

  constructor(code: WebhookErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** A webhook as it came, and what to hold it against. */
export type WebhookInput = WebhookKeys & {
  /** The body exactly as it came: parsed and printed again it would not be the same bytes. */
  payload: string | Uint8Array;
  headers: WebhookHeaders;
  /** Refuses an event of another merchant, if given. */
  merchantId?: string | undefined;
  /** Refuses an event of another environment (`live`, or a sandbox's id), if given. */
  environment?: string | undefined;
  now?: Date | undefined;
  /** How far the sender's clock may be off, and how long a webhook may travel; 300 by default. */
  toleranceSeconds?: number | undefined;
};

/**
 * Verifies a webhook by Standard Webhooks and returns its event: one signature has to hold, `v1` (HMAC-SHA256) by one of
 * the secrets or `v1a` (Ed25519) by one of the public keys. A webhook may come more than once: see `handleOnce`.
 *
 * @throws WebhookVerificationError when it is not genuine, too old, or meant for another merchant or environment.
 * @throws TypeError for a secret or public key that is none.
 */
export function verifyWebhook(input: WebhookInput): WebhookEvent {
  const checks = readWebhookKeys(input);
  const id = readHeader(input.headers, 'webhook-id');
  const timestamp = readHeader(input.headers, 'webhook-timestamp');
  const signatures = readHeader(input.headers, 'webhook-signature');
  checkTimestamp(timestamp, input.now ?? new Date(), input.toleranceSeconds ?? 300);
  const payload = Buffer.from(input.payload);
  if (!holdsSignature(signatures, Buffer.concat([Buffer.from(`${id}.${timestamp}.`), payload]), checks)) {
    throw new WebhookVerificationError('signature_invalid', 'No signature of the webhook holds.');
  }
  return readEvent(payload, id, input);
}

/**
 * The body to answer a verified webhook with, beside a status 200; text of JSON. An address that is new to Morrow is asked by a
 * challenge whether it wants webhooks at all, and this answers it; to events it says nothing.
 */
export function webhookAnswer({ type, object_id: endpointId, data }: WebhookEvent): string {
  if (type !== challengeType) return '{}';
  const asked = `morrow-webhook-challenge:${endpointId}:${String(data.challenge)}`;
  return JSON.stringify({ challenge_response: createHash('sha256').update(asked).digest('hex') });
}

function readHeader(headers: WebhookHeaders, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : headers[name];
  if (typeof value !== 'string' || value === '') {
    throw new WebhookVerificationError('header_missing', `The webhook has no single header ${name}.`);
  }
  return value;
}

function checkTimestamp(timestamp: string, now: Date, toleranceSeconds: number): void {
  if (!/^\d{1,15}$/.test(timestamp)) {
    throw new WebhookVerificationError('timestamp_invalid', 'The timestamp is not in Unix seconds.');
  }
  const ageSeconds = Math.floor(now.getTime() / 1000) - Number(timestamp);
  if (ageSeconds > toleranceSeconds) {
    throw new WebhookVerificationError('timestamp_too_old', `The webhook was sent ${ageSeconds} s ago.`);
  }
  if (ageSeconds < -toleranceSeconds) {
    throw new WebhookVerificationError('timestamp_too_new', `The webhook is from ${-ageSeconds} s ahead.`);
  }
}

function readEvent(
  payload: Buffer,
  id: string,
  { merchantId, environment }: Pick<WebhookInput, 'merchantId' | 'environment'>,
): WebhookEvent {
  let event: WebhookEvent | null;
  try {
    event = JSON.parse(payload.toString('utf8')) as WebhookEvent | null;
  } catch {
    throw new WebhookVerificationError('payload_invalid', 'The webhook is not JSON.');
  }
  if (typeof event !== 'object' || event === null || event.id !== id) {
    throw new WebhookVerificationError(
      'payload_invalid',
      'The webhook is not the event that its header names.',
    );
  }
  if (merchantId !== undefined && event.merchant_id !== merchantId) {
    throw new WebhookVerificationError('merchant_mismatch', 'The webhook is meant for another merchant.');
  }
  if (environment !== undefined && event.environment !== environment) {
    throw new WebhookVerificationError('environment_mismatch', 'The webhook is of another environment.');
  }
  return event;
}
