import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Event } from './types.ts';

/** The body of a webhook. It is a hint: read the object itself, and tell old from new by `object_version`. */
export type WebhookEvent = {
  id: string;
  type: Event['type'];
  /** When it happened, on the environment's clock. */
  timestamp: string;
  merchant_id: string;
  environment: string;
  /** 1, 2, 3 and so on without gaps; a gap says that a webhook is missing, and `events.list` has it. */
  sequence: number;
  object_id: string;
  object_version: number;
  data: Record<string, unknown>;
};

/** Headers as `req.headers` of node:http or Express has them, or as `Request.headers` of the web. */
export type WebhookHeaders = Headers | Record<string, string | string[] | undefined>;

export type WebhookErrorCode =
  | 'header_missing'
  | 'timestamp_invalid'
  | 'timestamp_too_old'
  | 'timestamp_too_new'
  | 'signature_invalid'
  | 'payload_invalid'
  | 'merchant_mismatch';

/** A webhook that must not be trusted. Answer 400 and do nothing. */
export class WebhookVerificationError extends Error {
  override readonly name = 'WebhookVerificationError';
  readonly code: WebhookErrorCode;

  constructor(code: WebhookErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Verifies a webhook by Standard Webhooks (HMAC-SHA256, `v1`) and returns its event. `payload` is the body exactly as
 * it came: parsed and printed again it would not be the same bytes. Keep the ids of handled events: a webhook may come
 * more than once.
 *
 * @throws WebhookVerificationError when it is not genuine, too old, or meant for another merchant.
 * @throws TypeError for a secret that is none.
 */
export function verifyWebhook(input: {
  payload: string | Uint8Array;
  headers: WebhookHeaders;
  /** `whsec_…` of the endpoint. */
  secret: string;
  /** Refuses an event of another merchant, if given. */
  merchantId?: string | undefined;
  now?: Date | undefined;
  /** How far the sender's clock may be off, and how long a webhook may travel; 300 by default. */
  toleranceSeconds?: number | undefined;
}): WebhookEvent {
  const key = decodeSecret(input.secret);
  const id = readHeader(input.headers, 'webhook-id');
  const timestamp = readHeader(input.headers, 'webhook-timestamp');
  const signatures = readHeader(input.headers, 'webhook-signature');
  checkTimestamp(timestamp, input.now ?? new Date(), input.toleranceSeconds ?? 300);
  const payload = Buffer.from(input.payload);
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(payload).digest();
  // While a secret is being replaced, a webhook is signed with both.
  if (!signatures.split(' ').some((signature) => isSignature(signature, expected))) {
    throw new WebhookVerificationError('signature_invalid', 'No signature of the webhook holds.');
  }
  return readEvent(payload, id, input.merchantId);
}

function decodeSecret(secret: string): Buffer {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1] ?? '';
  const key = Buffer.from(encoded, 'base64');
  if (key.length < 24 || key.length > 64 || key.toString('base64') !== encoded) {
    throw new TypeError('A webhook secret is "whsec_" and 24 to 64 bytes in base64.');
  }
  return key;
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

function isSignature(signature: string, expected: Buffer): boolean {
  const [version, encoded = ''] = signature.split(',');
  const given = Buffer.from(encoded, 'base64');
  return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
}

function readEvent(payload: Buffer, id: string, merchantId: string | undefined): WebhookEvent {
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
  return event;
}
