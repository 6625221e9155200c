import { z } from 'zod';
import { findSession } from '../checkout/sessions.ts';
import { tokenInvalid } from '../http/client-token.ts';
import { defineRoute } from '../http/route.ts';
import { idOf } from '../http/schemas.ts';
import { CheckoutSessionJson, standingOf } from './resources/checkout-session.ts';

export const sessionStatusRoute = defineRoute({
  method: 'get',
  path: '/v1/checkout-sessions/{session_id}/status',
  operationId: 'getCheckoutSessionStatus',
  summary: "Read a session's status in a browser",
  description:
    'For the page that opened the checkout in a window of its own: poll it every few seconds, to ' +
    'learn when the shopper is done. It is a hint for the page; what counts is what your server ' +
    'reads, signed.',
  tags: ['Browser'],
  auth: 'client_token',
  params: z.object({ session_id: idOf('cs') }),
  success: {
    status: 200,
    description: 'How the session stands, and nothing else of it.',
    schema: CheckoutSessionJson.pick({ status: true, expires_at: true }).meta({
      id: 'CheckoutSessionStatus',
    }),
    example: { status: 'open', expires_at: '2026-03-01T09:00:00.000Z' },
  },
  async read(tx, { params, session: { id, merchantId } }) {
    if (params.session_id !== id) throw tokenInvalid('The client token is for another checkout session.');
    return standingOf(tx, await findSession(tx, { sessionId: id, merchantId }));
  },
});
