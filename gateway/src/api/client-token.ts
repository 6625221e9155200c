import { z } from 'zod';
import { findSession } from '../checkout/sessions.ts';
import type { Config } from '../config.ts';
import { issueClientToken } from '../http/client-token.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { idOf, Timestamp } from '../http/schemas.ts';

/** The route by which a shop's server lets one of its pages follow a session; the token names this API's origin. */
export function clientTokenRoute(config: Pick<Config, 'origins'>): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/checkout-sessions/{session_id}/client-token',
    operationId: 'createClientToken',
    summary: 'Let a page follow a checkout session',
    description:
      'Call it when you open the checkout in a window of its own, and give the token to the page ' +
      "that opened it. On pages of the `return_url`'s origin, and there only, it reads the status " +
      'of this session, for 30 minutes. It can do nothing else, and what counts is still what your ' +
      'server reads.',
    tags: ['Checkout'],
    auth: 'merchant',
    scope: 'orders',
    params: z.object({ session_id: idOf('cs') }),
    success: {
      status: 201,
      description: 'The token.',
      schema: z
        .object({ client_token: z.string().meta({ description: 'A bearer token.' }), expires_at: Timestamp })
        .meta({ id: 'ClientToken' }),
      example: { client_token: 'eyJhbGciOi.eyJpc3MiOi.c2lnbmF0dXJl', expires_at: '2026-03-01T09:00:00.000Z' },
    },
    async write(tx, { params, merchant }) {
      const session = await findSession(tx, { sessionId: params.session_id, merchantId: merchant.id });
      const { token, expiresAt } = await issueClientToken(tx.vault, {
        issuer: config.origins.api,
        wallNow: tx.wallNow,
        session: { id: session.id, merchantId: merchant.id, environmentId: tx.environment.id },
        origin: new URL(session.returnUrl).origin,
      });
      return { client_token: token, expires_at: expiresAt.toISOString() };
    },
  });
}
