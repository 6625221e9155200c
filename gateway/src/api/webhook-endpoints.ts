import { z } from 'zod';
import type { Config } from '../config.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { idOf } from '../http/schemas.ts';
import { deleteEndpoint } from '../webhooks/disable.ts';
import { createEndpoint, listEndpoints } from '../webhooks/endpoints.ts';
import { rotateSecret } from '../webhooks/rotate.ts';
import { updateEndpoint } from '../webhooks/update.ts';
import {
  endpointExample,
  EndpointJson,
  endpointJson,
  endpointParams,
  secretExample,
} from './webhook-endpoint-json.ts';

const Url = z.string().max(2000);
const EventTypes = z.array(z.string().max(100)).min(1).max(50);

/** The routes of webhook endpoints; the operator's configuration says which loopback targets sandboxes may use. */
export function webhookEndpointRoutes(config: Config): Route[] {
  const create = defineRoute({
    method: 'post',
    path: '/v1/webhook-endpoints',
    operationId: 'createWebhookEndpoint',
    summary: 'Register a webhook endpoint',
    description:
      'Registers an address of yours that is told of events from now on, of all types (`*`) or of ' +
      'those that you name. Its address first has to answer a challenge, as the SDK does (`webhookAnswer`); what happens ' +
      'meanwhile is sent then. Deliveries follow Standard Webhooks and are signed; the secret is told ' +
      'in this answer and never again. A merchant has at most ten endpoints, and each may stand for ' +
      'another system of yours.',
    tags: ['Events'],
    auth: 'merchant',
    scope: 'keys',
    body: z.strictObject({ url: Url, event_types: EventTypes }),
    bodyExample: { url: 'https://shop.example/webhooks', event_types: ['*'] },
    success: {
      status: 201,
      description: 'The endpoint gets events from now on, once its address has proven itself.',
      schema: EndpointJson,
      example: { ...endpointExample, status: 'unproven', secret: secretExample },
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
  return [create, list, updateRoute(config), remove, rotate];
}

function updateRoute(config: Config): Route {
  return defineRoute({
    method: 'patch',
    path: '/v1/webhook-endpoints/{endpoint_id}',
    operationId: 'updateWebhookEndpoint',
    summary: 'Change a webhook endpoint, or enable it again',
    description:
      'What is not sent stays. The secret and the key stay in any case. What waits for its next attempt goes to the ' +
      'new URL, once that has answered a challenge. `"status": "enabled"` challenges an unproven one at once. An endpoint that is enabled again gets events from then on; a redelivery sends those in between.',
    tags: ['Events'],
    auth: 'merchant',
    scope: 'keys',
    params: endpointParams,
    body: z.strictObject({
      url: Url.optional(),
      event_types: EventTypes.optional(),
      status: z.literal('enabled').optional(),
    }),
    bodyExample: { url: 'https://shop.example/hooks', status: 'enabled' },
    success: {
      status: 200,
      description: 'As it is now.',
      schema: EndpointJson,
      example: { ...endpointExample, url: 'https://shop.example/hooks', status: 'unproven' },
    },
    problems: ['url_forbidden'],
    async write(tx, { params: { endpoint_id: endpointId }, body, merchant }) {
      const endpoint = await updateEndpoint(tx, {
        merchantId: merchant.id,
        endpointId,
        url: body.url,
        eventTypes: body.event_types,
        enable: body.status === 'enabled',
        loopbackTargets: config.sandboxWebhookTargets,
      });
      return endpointJson(endpoint);
    },
  });
}

const rotate = defineRoute({
  method: 'post',
  path: '/v1/webhook-endpoints/{endpoint_id}/rotate',
  operationId: 'rotateWebhookSecret',
  summary: 'Give a webhook endpoint a new secret',
  description:
    'The new secret is told in this answer and never again. The one before signs as well for 24 hours, so that you can ' +
    'change over without a gap; a second rotation ends it at once.',
  tags: ['Events'],
  auth: 'merchant',
  scope: 'keys',
  params: endpointParams,
  success: {
    status: 200,
    description: 'Deliveries are signed with both from now on.',
    schema: EndpointJson,
    example: {
      ...endpointExample,
      previous_secret_expires_at: '2026-03-02T08:30:00.000Z',
      secret: secretExample,
    },
  },
  async write(tx, { params: { endpoint_id: endpointId }, merchant }) {
    const { endpoint, secret } = await rotateSecret(tx, { merchantId: merchant.id, endpointId });
    return { ...endpointJson(endpoint), secret };
  },
});

const list = defineRoute({
  method: 'get',
  path: '/v1/webhook-endpoints',
  operationId: 'listWebhookEndpoints',
  summary: 'List webhook endpoints',
  description:
    'All endpoints that you registered, also disabled ones with the reason. Secrets are not shown ' +
    'again.',
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
  description:
    'Removes an endpoint. What waits for it is not sent any more; nothing is lost, because the ' +
    'feed has every event.',
  tags: ['Events'],
  auth: 'merchant',
  scope: 'keys',
  params: endpointParams,
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
