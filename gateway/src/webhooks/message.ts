import { type KeyObject, sign } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { StreamEvent } from '../events/feed.ts';

/**
 * The body of every attempt to send `event`. Merchant, environment and sequence are in it, so that a receiver can
 * refuse a message meant for another and can tell when it missed one.
 */
export function webhookBody(event: StreamEvent, environmentId: string): string {
  return JSON.stringify({
    type: event.type,
    id: event.id,
    timestamp: event.occurredAt.toISOString(),
    merchant_id: event.stream,
    environment: environmentId,
    sequence: Number(event.sequence),
    object_id: event.objectId,
    object_version: event.objectVersion,
    data: event.data,
  });
}

/**
 * The headers of one attempt by Standard Webhooks 1.0: `webhook-id` is the event's and the same for each attempt,
 * so that a receiver can drop what it has had; the timestamp is the attempt's, so that a copy goes stale. It is signed
 * with every secret that is good now (`v1`), and with the endpoint's own key (`v1a`).
 */
export function webhookHeaders(input: {
  eventId: string;
  secrets: readonly string[];
  key: KeyObject;
  sentAt: Date;
  body: string;
}): Record<string, string> {
  const { eventId, secrets, key, sentAt, body } = input;
  const timestamp = String(Math.floor(sentAt.getTime() / 1000));
  const signed = sign(null, Buffer.from(`${eventId}.${timestamp}.${body}`), key);
  return {
    'content-type': 'application/json',
    'user-agent': 'Morrow-Webhooks/1',
    'webhook-id': eventId,
    'webhook-timestamp': timestamp,
    'webhook-signature': [
      ...secrets.map((secret) => new Webhook(secret).sign(eventId, sentAt, body)),
      `v1a,${signed.toString('base64')}`,
    ].join(' '),
  };
}
