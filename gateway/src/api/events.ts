import { z } from 'zod';
import type { Context } from '../context.ts';
import { arrivalsOf } from '../events/arrivals.ts';
import { eventJson, type EventJson } from '../events/event-json.ts';
import { type FeedPage, readFeedPage } from '../events/feed-page.ts';
import { type EventFilter, findEvent } from '../events/feed.ts';
import { type EventType, eventTypes, isEventType } from '../events/types.ts';
import { defineRoute, JsonText, type RequestMerchant, type Route } from '../http/route.ts';
import { idOf, Timestamp } from '../http/schemas.ts';
import { GatewayError } from '../lib/errors.ts';
import { transactEarly } from '../lib/tx.ts';
import { After, wholeNumber } from './feed-query.ts';

const typeNames = Object.keys(eventTypes) as [EventType, ...EventType[]];

const EventSchema = z
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

const example: EventJson = {
  id: 'evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  object: 'event',
  type: 'order.authorized',
  sequence: 7,
  object_id: 'ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  object_version: 1,
  data: { status: 'authorized', merchant_reference: 'order-1001' },
  occurred_at: '2026-03-01T08:30:00.000Z',
};

const mostWaitSeconds = 30;
const mostTypes = 50;

const Types = z
  .string()
  .max(4000)
  .transform((text, check): EventType[] => {
    const types = [...new Set(text.split(','))];
    if (types.length <= mostTypes && types.every(isEventType)) return types.filter(isEventType);
    check.addIssue({ code: 'custom', message: 'Send types of events, separated by commas.' });
    return z.NEVER;
  })
  .optional()
  .meta({
    description: `Only events of these types, up to ${mostTypes}, separated by commas.`,
    example: 'order.captured,refund.succeeded',
  });

const FeedQuery = z.strictObject({
  after: After,
  limit: wholeNumber({ min: 1, max: 1000, default: 20, description: 'How many at most.' }),
  wait: wholeNumber({
    max: mostWaitSeconds,
    default: 0,
    description: 'When nothing follows yet, so many seconds may pass until the first event or the answer.',
  }),
  type: Types,
  object_id: z
    .string()
    .regex(/^[a-z]+_[0-9a-f]{32}$/, 'Send the id of an object.')
    .optional()
    .meta({ description: 'Only events of this object.', example: example.object_id }),
});

const list = defineRoute({
  method: 'get',
  path: '/v1/events',
  operationId: 'listEvents',
  summary: 'Read the feed of events',
  description:
    'The source of truth: contiguous numbers, in order. Webhooks only tell you to look here. With `wait`, the answer ' +
    'waits for the first event when nothing follows yet. A filter (`type`, `object_id`) skips numbers: those in `data` ' +
    'then have gaps, and `data` may be empty although `has_more` is true, because one answer looks through at most ' +
    '10,000 numbers. Go on with `next_after`, which may lie beyond the last event in `data`.',
  tags: ['Events'],
  auth: 'merchant',
  scope: 'read',
  query: FeedQuery,
  success: {
    status: 200,
    description: 'The events that follow number `after`.',
    schema: z.object({
      data: z.array(EventSchema),
      next_after: z.int().min(0).meta({ description: 'Where to go on: send it as `after`.' }),
      has_more: z.boolean().meta({ description: 'Whether numbers follow `next_after` already.' }),
    }),
    example: { data: [example], next_after: 7, has_more: false },
  },
  problems: ['rate_limited'],
  async run(context, { query, merchant, whenClosed }) {
    const { json, nextAfter, hasMore } = await readOrWait(context, { query, merchant, whenClosed });
    return new JsonText(`{"data":[${json}],"next_after":${nextAfter},"has_more":${hasMore}}`);
  },
});

type Asked = {
  query: z.output<typeof FeedQuery>;
  merchant: RequestMerchant;
  whenClosed: (listener: () => void) => void;
};

/** A page of the feed; where it is empty and the client waits, the next one that is not, each read in a transaction of its own. */
async function readOrWait(context: Context, { query, merchant, whenClosed }: Asked): Promise<FeedPage> {
  const { environmentId, id: stream, kid } = merchant;
  const actor = { kind: 'merchant', id: stream, kid } as const;
  const filter: EventFilter = { types: query.type, objectId: query.object_id };
  const read = (after: bigint): Promise<FeedPage> =>
    transactEarly(
      context,
      { environmentId, actor, access: 'read' },
      {
        // Asked for together with the environment: a merchant that polls waits for one round trip.
        early: (tx) => readFeedPage(tx, { environmentId, stream, after, limit: query.limit, filter }),
        work: async (_tx, page) => page,
      },
    );
  const first = await read(BigInt(query.after));
  if (first.count > 0 || query.wait === 0) return first;
  const arrivals = arrivalsOf(context);
  refuseMore(arrivals.countOf(stream));
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), query.wait * 1000);
  whenClosed(() => over.abort());
  try {
    let page = first;
    while (page.count === 0 && !over.signal.aborted) {
      const after = page.nextAfter;
      if (!page.hasMore && !(await arrivals.wait({ environmentId, stream, after }, over.signal))) break;
      page = await read(after);
    }
    return page;
  } finally {
    clearTimeout(timer);
  }
}

/** In one process. Each holds a connection of the client and nothing of the database, but they must not add up. */
const mostWaiting = 100;

function refuseMore(waiting: number): void {
  if (waiting < mostWaiting) return;
  throw new GatewayError('rate_limited', {
    detail: `${mostWaiting} requests wait for your events already.`,
    hint: 'One waiting request for each reader is enough.',
    retryAfterSeconds: mostWaitSeconds,
  });
}

const get = defineRoute({
  method: 'get',
  path: '/v1/events/{event_id}',
  operationId: 'getEvent',
  summary: 'Read an event',
  description: 'As it stands in the feed, for instance by the id in the `webhook-id` of a webhook.',
  tags: ['Events'],
  auth: 'merchant',
  scope: 'read',
  params: z.object({ event_id: idOf('evt') }),
  success: { status: 200, description: 'The event.', schema: EventSchema, example },
  read: async (tx, { params, merchant }) =>
    eventJson(await findEvent(tx, { stream: merchant.id, eventId: params.event_id })),
});

export const eventRoutes: Route[] = [list, get];
