import { z } from 'zod';
import { findEvent, readFeed, type StreamEvent } from '../events/feed.ts';
import { type EventType, eventTypes } from '../events/types.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { idOf, Timestamp } from '../http/schemas.ts';

const typeNames = Object.keys(eventTypes) as [EventType, ...EventType[]];

const EventJson = z
  .object({
    id: idOf('evt'),
    object: z.literal('event'),
    type: z.enum(typeNames).meta({
      description: Object.entries(eventTypes)
        .map(([type, text]) => `\`${type}\`: ${text}`)
        .join('\n'),
    }),
    sequence: z.int().min(1).meta({ description: 'Its place in your feed: 1, 2, 3 and so on without gaps.' }),
    object_id: z.string(),
    object_version: z
      .int()
      .meta({ description: 'Ignore an event whose version is below what you have of the object.' }),
    data: z.record(z.string(), z.unknown()),
    occurred_at: Timestamp,
  })
  .meta({ id: 'Event' });

type EventBody = z.output<typeof EventJson>;

const example: EventBody = {
  id: 'evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  object: 'event',
  type: 'order.authorized',
  sequence: 7,
  object_id: 'ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  object_version: 1,
  data: { status: 'authorized', merchant_reference: 'order-1001' },
  occurred_at: '2026-03-01T08:30:00.000Z',
};

function eventJson(event: StreamEvent): EventBody {
  return {
    id: event.id,
    object: 'event',
    type: event.type,
    sequence: Number(event.sequence),
    object_id: event.objectId,
    object_version: event.objectVersion,
    data: { ...event.data },
    occurred_at: event.occurredAt.toISOString(),
  };
}

const wholeNumber = (max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'Send a whole number.')
    .transform(Number)
    .pipe(z.int().max(max))
    .meta({ override: { type: 'integer', minimum: 0, maximum: max } });

const list = defineRoute({
  method: 'get',
  path: '/v1/events',
  operationId: 'listEvents',
  summary: 'Read the feed of events',
  description: 'The source of truth: contiguous numbers, in order. Webhooks only tell you to look here.',
  tags: ['Events'],
  auth: 'merchant',
  scope: 'read',
  query: z.strictObject({
    after: wholeNumber(Number.MAX_SAFE_INTEGER).default(0),
    limit: wholeNumber(100).default(20),
  }),
  success: {
    status: 200,
    description: 'The events that follow number `after`.',
    schema: z.object({ data: z.array(EventJson) }),
    example: { data: [example] },
  },
  async read(tx, { query, merchant }) {
    const events = await readFeed(tx, {
      stream: merchant.id,
      after: BigInt(query.after),
      limit: query.limit,
    });
    return { data: events.map(eventJson) };
  },
});

const get = defineRoute({
  method: 'get',
  path: '/v1/events/{event_id}',
  operationId: 'getEvent',
  summary: 'Read an event',
  tags: ['Events'],
  auth: 'merchant',
  scope: 'read',
  params: z.object({ event_id: idOf('evt') }),
  success: { status: 200, description: 'The event.', schema: EventJson, example },
  read: async (tx, { params, merchant }) =>
    eventJson(await findEvent(tx, { stream: merchant.id, eventId: params.event_id })),
});

export const eventRoutes: Route[] = [list, get];
