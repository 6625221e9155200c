import { z } from 'zod';
import { idOf, Timestamp } from '../http/schemas.ts';
import type { Endpoint } from '../webhooks/endpoints.ts';

/** Which endpoint a route is about. */
export const endpointParams = z.object({ endpoint_id: idOf('whe') });

export const EndpointJson = z
  .object({
    id: idOf('whe'),
    object: z.literal('webhook_endpoint'),
    url: z.string(),
    event_types: z.array(z.string()),
    status: z.enum(['unproven', 'enabled', 'disabled']).meta({
      description:
        '`unproven` until its address has answered a challenge; what happens meanwhile is sent then.',
    }),
    disabled_reason: z
      .enum(['gone', 'failing'])
      .nullable()
      .meta({ description: 'It answered 410, or nothing well for five days.' }),
    challenge_failure: z.string().nullable().meta({
      description: 'While it is `unproven`: why the last challenge was not answered.',
    }),
    failing_since: Timestamp.nullable().meta({
      description: 'Since when it has answered nothing well. After a day your feed says so.',
    }),
    public_key: z
      .string()
      .regex(/^whpk_[A-Za-z0-9+/]{43}=$/)
      .meta({
        description: 'What the `v1a` signatures of its deliveries verify with; the same for its whole life.',
      }),
    previous_secret_expires_at: Timestamp.nullable().meta({
      description: 'Until when the secret before the last rotation signs as well.',
    }),
    secret: z
      .string()
      .optional()
      .meta({ description: 'What deliveries are signed with (`v1`); told once, at creation and rotation.' }),
    created_at: Timestamp,
  })
  .meta({ id: 'WebhookEndpoint' });

export const endpointExample: z.output<typeof EndpointJson> = {
  id: 'whe_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  object: 'webhook_endpoint',
  url: 'https://shop.example/webhooks',
  event_types: ['*'],
  status: 'enabled',
  disabled_reason: null,
  challenge_failure: null,
  failing_since: null,
  public_key: 'whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=',
  previous_secret_expires_at: null,
  created_at: '2026-03-01T08:30:00.000Z',
};
export const secretExample = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=';

/** An endpoint as its merchant reads it: without its secret. */
export function endpointJson(endpoint: Endpoint): z.output<typeof EndpointJson> {
  return {
    id: endpoint.id,
    object: 'webhook_endpoint',
    url: endpoint.url,
    event_types: [...endpoint.eventTypes],
    status: endpoint.status,
    disabled_reason: endpoint.disabledReason === 'deleted' ? null : endpoint.disabledReason,
    challenge_failure: endpoint.challengeFailure,
    failing_since: endpoint.failingSince?.toISOString() ?? null,
    public_key: endpoint.publicKey,
    previous_secret_expires_at: endpoint.previousSecretUntil?.toISOString() ?? null,
    created_at: endpoint.createdAt.toISOString(),
  };
}
