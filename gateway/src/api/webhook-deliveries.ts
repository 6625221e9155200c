import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import { idOf, PageQuery, pageOf, Timestamp, toPage } from '../http/schemas.ts';
import { type Delivery, listDeliveries } from '../webhooks/deliveries.ts';
import { redeliverAfter, redeliverEvent } from '../webhooks/redeliver.ts';
import { sendTestEvent } from '../webhooks/test-event.ts';
import { endpointExample, endpointParams as params } from './webhook-endpoint-json.ts';

const DeliveryJson = z
  .object({
    id: idOf('dlv'),
    object: z.literal('delivery'),
    event_id: idOf('evt'),
    redelivery: z.int().min(0).meta({
      description: '0 for the first time that the event was sent; each redelivery has the next number.',
    }),
    attempt: z.int().min(1),
    status: z.enum(['pending', 'succeeded', 'failed']),
    response_status: z.int().nullable(),
    failure: z.string().nullable(),
    scheduled_at: Timestamp,
    finished_at: Timestamp.nullable(),
  })
  .meta({ id: 'Delivery', description: 'One attempt to send one event to one endpoint.' });

const deliveryExample: z.output<typeof DeliveryJson> = {
  id: 'dlv_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  object: 'delivery',
  event_id: 'evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  redelivery: 0,
  attempt: 1,
  status: 'succeeded',
  response_status: 204,
  failure: null,
  scheduled_at: '2026-03-01T08:30:00.000Z',
  finished_at: '2026-03-01T08:30:01.000Z',
};

function deliveryJson(delivery: Delivery): z.output<typeof DeliveryJson> {
  return {
    id: delivery.id,
    object: 'delivery',
    event_id: delivery.eventId,
    redelivery: delivery.redelivery,
    attempt: delivery.attempt,
    status: delivery.status,
    response_status: delivery.responseStatus,
    failure: delivery.failure,
    scheduled_at: delivery.scheduledAt.toISOString(),
    finished_at: delivery.finishedAt?.toISOString() ?? null,
  };
}

const test = defineRoute({
  method: 'post',
  path: '/v1/webhook-endpoints/{endpoint_id}/test',
  operationId: 'testWebhookEndpoint',
  summary: 'Send a test event to a webhook endpoint',
  description:
    'Records one event `webhook_endpoint.test`. It stands in your feed like any other and is sent to this endpoint alone, ' +
    'whatever its types are.',
  tags: ['Events'],
  auth: 'merchant',
  scope: 'keys',
  params,
  success: {
    status: 202,
    description: 'It is on its way: look for `event_id` in the deliveries.',
    schema: z
      .object({ object: z.literal('webhook_test'), endpoint_id: idOf('whe'), event_id: idOf('evt') })
      .meta({ id: 'WebhookTest' }),
    example: {
      object: 'webhook_test',
      endpoint_id: endpointExample.id,
      event_id: 'evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
    },
  },
  problems: ['state_conflict'],
  async write(tx, { params: { endpoint_id: endpointId }, merchant }) {
    const eventId = await sendTestEvent(tx, { merchantId: merchant.id, endpointId });
    return { object: 'webhook_test' as const, endpoint_id: endpointId, event_id: eventId };
  },
});

const redeliver = defineRoute({
  method: 'post',
  path: '/v1/webhook-endpoints/{endpoint_id}/redeliver',
  operationId: 'redeliverEvents',
  summary: 'Send events to a webhook endpoint again',
  description:
    'One event, whatever the endpoint’s types are; or what follows a number and is of its types, 1,000 numbers at a time: ' +
    'go on with `next_after` while `has_more`. What waits for its next attempt is sent at once; the rest is sent anew, ' +
    'under the same `webhook-id`, with attempts of its own.',
  tags: ['Events'],
  auth: 'merchant',
  scope: 'keys',
  params,
  body: z.union([
    z.strictObject({ event_id: idOf('evt') }),
    z.strictObject({
      after: z.int().min(0).meta({ description: 'The number in your feed from which on; 0 for everything.' }),
    }),
  ]),
  bodyExample: { after: 480 },
  success: {
    status: 202,
    description: 'They are on their way: look in the deliveries.',
    schema: z
      .object({
        object: z.literal('redelivery'),
        endpoint_id: idOf('whe'),
        deliveries: z.int().min(0).meta({ description: 'How many events are sent.' }),
        next_after: z.int().min(0).meta({ description: 'Up to which number; where to go on.' }),
        has_more: z.boolean(),
      })
      .meta({ id: 'Redelivery' }),
    example: {
      object: 'redelivery',
      endpoint_id: endpointExample.id,
      deliveries: 12,
      next_after: 492,
      has_more: false,
    },
  },
  problems: ['state_conflict'],
  async write(tx, { params: { endpoint_id: endpointId }, body, merchant }) {
    const of = { merchantId: merchant.id, endpointId };
    const {
      deliveries: count,
      nextAfter,
      hasMore,
    } = 'event_id' in body
      ? await redeliverEvent(tx, { ...of, eventId: body.event_id })
      : await redeliverAfter(tx, { ...of, after: BigInt(body.after) });
    return {
      object: 'redelivery' as const,
      endpoint_id: endpointId,
      deliveries: count,
      next_after: Number(nextAfter),
      has_more: hasMore,
    };
  },
});

const list = defineRoute({
  method: 'get',
  path: '/v1/webhook-endpoints/{endpoint_id}/deliveries',
  operationId: 'listDeliveries',
  summary: "List an endpoint's deliveries",
  description:
    'Every attempt to reach an endpoint, with the status that it answered and when the next ' +
    'attempt is due. Look here when a webhook did not arrive.',
  tags: ['Events'],
  auth: 'merchant',
  scope: 'read',
  params,
  query: PageQuery.extend({
    status: z
      .enum(['pending', 'succeeded', 'failed'])
      .optional()
      .meta({ description: 'Only those that are still to be sent, or that came to this.' }),
    event_id: idOf('evt').optional().meta({ description: 'Only those of this event.' }),
  }),
  problems: ['cursor_invalid'],
  success: {
    status: 200,
    description: 'In the order of their creation, with those that are still to be sent.',
    schema: pageOf(DeliveryJson),
    example: { data: [deliveryExample], next_cursor: null },
  },
  async read(tx, { params: { endpoint_id: endpointId }, query, merchant }) {
    const rows = await listDeliveries(tx, {
      merchantId: merchant.id,
      endpointId,
      status: query.status,
      eventId: query.event_id,
      after: query.cursor,
      limit: query.limit + 1,
    });
    return toPage(rows, query.limit, (row) => row.id, deliveryJson);
  },
});

/** What is sent to webhook endpoints, and sending it again. */
export const webhookDeliveryRoutes: Route[] = [test, redeliver, list];
