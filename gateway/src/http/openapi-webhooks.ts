import { z } from 'zod';
import type { ZodOpenApiPathItemObject } from 'zod-openapi';
import { eventTypes } from '../events/types.ts';
import { eventExamples, type EventExample, type MerchantEventType } from './event-examples.ts';
import { idOf, Timestamp } from './schemas.ts';

/** The body of a webhook, as `webhooks/message.ts` composes it. */
export const WebhookMessage = z
  .looseObject({
    type: z.string().meta({ description: 'What happened.' }),
    id: idOf('evt').meta({
      description: 'The same as in the header `webhook-id`, for every attempt: drop what you have had.',
    }),
    timestamp: Timestamp.meta({ description: 'When it happened; in a sandbox, by its own clock.' }),
    merchant_id: idOf('mer').meta({ description: 'Yours. Refuse a message for somebody else.' }),
    environment: z.string().meta({ description: '`live`, or the id of a sandbox.' }),
    sequence: z
      .int()
      .min(1)
      .meta({ description: 'Its place in your feed: 1, 2, 3 and so on. A gap means that you missed one.' }),
    object_id: z.string().meta({ description: 'What it happened to.' }),
    object_version: z
      .int()
      .meta({ description: 'Ignore an event whose version is below what you have of the object.' }),
    data: z
      .record(z.string(), z.unknown())
      .meta({ description: 'The object in short, as it was then. Read it again for all of it.' }),
  })
  .meta({
    id: 'WebhookMessage',
    description: 'What is sent to your webhook endpoints, by Standard Webhooks.',
  });

const header = (name: string, description: string, example: string) => ({
  name,
  in: 'header' as const,
  required: true,
  description,
  schema: { type: 'string' as const },
  example,
});

const exampleId = 'evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071' as const;

/** The headers of every webhook, as components of the contract. */
export const webhookHeaders = {
  'webhook-id': header('webhook-id', 'The id of the event, the same for every attempt.', exampleId),
  'webhook-timestamp': header(
    'webhook-timestamp',
    'When this attempt was sent, in Unix seconds. Refuse what is older than five minutes.',
    '1772353800',
  ),
  'webhook-signature': header(
    'webhook-signature',
    'Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, separated by spaces; one that holds is enough. `v1` is HMAC-SHA256 with the secret of the endpoint, `v1a` Ed25519 with its public key.',
    'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
  ),
};

/** One webhook for each type of event that merchants get. */
export function describeWebhooks(): Record<string, ZodOpenApiPathItemObject> {
  const entries = Object.entries(eventExamples) as [MerchantEventType, EventExample][];
  return Object.fromEntries(
    entries.map(([type, example], index) => [type, { post: describe(type, example, index + 1) }]),
  );
}

function describe(type: MerchantEventType, event: EventExample, sequence: number) {
  return {
    operationId: `on${type.replaceAll(/(?:^|[._])([a-z])/g, (_, letter: string) => letter.toUpperCase())}`,
    summary: eventTypes[type],
    description:
      'Answer with any 2xx within ten seconds and do the work afterwards. Anything else is tried again for three days; 410 disables the endpoint.',
    tags: ['Events'],
    security: [],
    parameters: Object.keys(webhookHeaders).map((name) => ({ $ref: `#/components/parameters/${name}` })),
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: {
            allOf: [
              { $ref: '#/components/schemas/WebhookMessage' },
              { type: 'object' as const, properties: { type: { const: type } } },
            ],
          },
          example: messageExample(type, event, sequence),
        },
      },
    },
    responses: {
      '2XX': { description: 'You have it.' },
      '410': { description: 'You do not want any more: the endpoint is disabled.' },
    },
  };
}

/** The body of a webhook as the gateway would send it. */
export function messageExample(type: MerchantEventType, event: EventExample, sequence: number) {
  return {
    type,
    id: exampleId,
    timestamp: '2026-03-01T08:30:00.000Z',
    merchant_id: 'mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
    environment: 'live',
    sequence,
    object_id: event.objectId,
    object_version: event.objectVersion,
    data: event.data,
  };
}
