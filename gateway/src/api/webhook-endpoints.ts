import { z } from 'zod';
import type { Config } from '../config.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { idOf, PageQuery, pageOf, Timestamp, toPage } from '../http/schemas.ts';
import { type Delivery, listDeliveries } from '../webhooks/deliveries.ts';
import { deleteEndpoint } from '../webhooks/disable.ts';
import { createEndpoint, type Endpoint, listEndpoints } from '../webhooks/endpoints.ts';

const params = z.object({ endpoint_id: idOf('whe') });

const EndpointJson = z
  .object({
    id: idOf('whe'),
    object: z.literal('webhook_endpoint'),
    url: z.string(),
    event_types: z.array(z.string()),
    status: z.enum(['enabled', 'disabled']),
    secret: z
      .string()
      .optional()
      .meta({ description: 'What deliveries are signed with; told once, at creation.' }),
    created_at: Timestamp,
  })
  .meta({ id: 'WebhookEndpoint' });

const endpointExample: z.output<typeof EndpointJson> = {
  id: 'whe_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  object: 'webhook_endpoint',
  url: 'https://shop.example/webhooks',
  event_types: ['*'],
  status: 'enabled',
  created_at: '2026-03-01T08:30:00.000Z',
};

const DeliveryJson = z
  .object({
    id: idOf('dlv'),
    object: z.literal('delivery'),
    event_id: idOf('evt'),
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
  attempt: 1,
  status: 'succeeded',
  response_status: 204,
  failure: null,
  scheduled_at: '2026-03-01T08:30:00.000Z',
  finished_at: '2026-03-01T08:30:01.000Z',
};

function endpointJson(endpoint: Endpoint): z.output<typeof EndpointJson> {
  return {
    id: endpoint.id,
    object: 'webhook_endpoint',
    url: endpoint.url,
    event_types: [...endpoint.eventTypes],
    status: endpoint.status,
    created_at: endpoint.createdAt.toISOString(),
  };
}

function deliveryJson(delivery: Delivery): z.output<typeof DeliveryJson> {
  return {
    id: delivery.id,
    object: 'delivery',
    event_id: delivery.eventId,
    attempt: delivery.attempt,
    status: delivery.status,
    response_status: delivery.responseStatus,
    failure: delivery.failure,
    scheduled_at: delivery.scheduledAt.toISOString(),
    finished_at: delivery.finishedAt?.toISOString() ?? null,
  };
}

/** The routes of webhook endpoints; the operator's configuration says which loopback targets sandboxes may use. */
export function webhookEndpointRoutes(config: Config): Route[] {
  const create = defineRoute({
    method: 'post',
    path: '/v1/webhook-endpoints',
    operationId: 'createWebhookEndpoint',
    summary: 'Register a webhook endpoint',
    description: 'Deliveries follow Standard Webhooks. The secret is told in this answer and never again.',
    tags: ['Events'],
    auth: 'merchant',
    scope: 'keys',
    body: z.strictObject({
      url: z.string().max(2000),
      event_types: z.array(z.string().max(100)).min(1).max(50),
    }),
    bodyExample: { url: 'https://shop.example/webhooks', event_types: ['*'] },
    success: {
      status: 201,
      description: 'The endpoint gets events from now on.',
      schema: EndpointJson,
      example: { ...endpointExample, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=' },
    },
    problems: ['url_forbidden', 'state_conflict'],
    async write(tx, { body, merchant }) {
      const { endpoint, secret } = await createEndpoint(tx, {
        merchantId: merchant.id,
        url: body.url,
        eventTypes: body.event_types,
        loopbackTargets: config.sandboxWebhookTargets,
      });
      return { ...endpointJson(endpoint), secret };
    },
  });
  return [create, list, remove, deliveries];
}

const list = defineRoute({
  method: 'get',
  path: '/v1/webhook-endpoints',
  operationId: 'listWebhookEndpoints',
  summary: 'List webhook endpoints',
  tags: ['Events'],
  auth: 'merchant',
  scope: 'read',
  success: {
    status: 200,
    description: 'All of them; there are at most ten.',
    schema: z.object({ data: z.array(EndpointJson) }),
    example: { data: [endpointExample] },
  },
  read: async (tx, { merchant }) => ({ data: (await listEndpoints(tx, merchant.id)).map(endpointJson) }),
});

const remove = defineRoute({
  method: 'delete',
  path: '/v1/webhook-endpoints/{endpoint_id}',
  operationId: 'deleteWebhookEndpoint',
  summary: 'Delete a webhook endpoint',
  tags: ['Events'],
  auth: 'merchant',
  scope: 'keys',
  params,
  success: {
    status: 200,
    description: 'It gets nothing more.',
    schema: z.object({ id: idOf('whe'), object: z.literal('webhook_endpoint'), deleted: z.literal(true) }),
    example: { id: endpointExample.id, object: 'webhook_endpoint', deleted: true },
  },
  async write(tx, { params: { endpoint_id: endpointId }, merchant }) {
    await deleteEndpoint(tx, { merchantId: merchant.id, endpointId });
    return { id: endpointId, object: 'webhook_endpoint' as const, deleted: true as const };
  },
});

const deliveries = defineRoute({
  method: 'get',
  path: '/v1/webhook-endpoints/{endpoint_id}/deliveries',
  operationId: 'listDeliveries',
  summary: "List an endpoint's deliveries",
  tags: ['Events'],
  auth: 'merchant',
  scope: 'read',
  params,
  query: PageQuery,
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
      after: query.cursor,
      limit: query.limit + 1,
    });
    return toPage(rows, query.limit, (row) => row.id, deliveryJson);
  },
});
