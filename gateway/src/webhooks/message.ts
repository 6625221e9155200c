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
 * so that a receiver can drop what it has had; the timestamp is the attempt's, so that a copy goes stale.
 */
export function webhookHeaders(input: {
  eventId: string;
  secret: string;
  sentAt: Date;
  body: string;
}): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'Morrow-Webhooks/1',
    'webhook-id': input.eventId,
    'webhook-timestamp': String(Math.floor(input.sentAt.getTime() / 1000)),
    'webhook-signature': new Webhook(input.secret).sign(input.eventId, input.sentAt, input.body),
  };
}
