import { createHmac, randomBytes } from 'node:crypto';
import type { Event } from '../types.ts';
import type { WebhookEvent } from '../webhooks.ts';

/** A webhook as it goes over the wire. */
export type WebhookMessage = { headers: Record<string, string>; body: string };

/** A new secret for webhooks: `whsec_` and 32 bytes. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

/** An event of the feed as the gateway sends it to an endpoint. */
export function webhookBody(event: Event, from: { merchantId: string; environment: string }): string {
  const { type, id, occurred_at: timestamp, sequence, object_id, object_version, data } = event;
  const { merchantId: merchant_id, environment } = from;
  const body: WebhookEvent = {
    type,
    id,
    timestamp,
    merchant_id,
    environment,
    sequence,
    object_id,
    object_version,
    data,
  };
  return JSON.stringify(body);
}

/** Signs by Standard Webhooks (`v1`), as of this second. */
export function signWebhook(
  { id, body, sentAt }: { id: string; body: string; sentAt: Date },
  secret: string,
): WebhookMessage {
  const timestamp = String(Math.floor(sentAt.getTime() / 1000));
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Morrow-Webhooks/1',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    },
    body,
  };
}
