import { randomUUID } from 'node:crypto';
import { createLocalJWKSet, jwtVerify, SignJWT } from 'jose';
import { JOSEError } from 'jose/errors';
import { z } from 'zod';
import { addMs, minuteMs } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import { gatewayKeys } from '../lib/gateway-key.ts';
import type { Vault } from '../lib/vault.ts';
import type { RequestSession } from './route.ts';
import { idOf } from './schemas.ts';
import { headerLines, type RequestMessage } from './signatures/message.ts';

const lifeMs = 30 * minuteMs;
const algorithm = 'EdDSA';
const type = 'client+jwt';
const audience = 'morrow:browser';
const scope = 'session:read';

const Claims = z.object({
  sub: idOf('cs'),
  merchant: idOf('mer'),
  env: z.string(),
  origin: z.string(),
  scope: z.literal(scope),
});

/**
 * A token with which a page of `origin` may read the standing of one checkout session, and nothing else, for half an
 * hour of the wall's clock. `issuer` is the API's own origin.
 */
export async function issueClientToken(
  vault: Vault,
  input: { issuer: string; wallNow: Date; session: RequestSession; origin: string },
): Promise<{ token: string; expiresAt: Date }> {
  const { issuer, wallNow, session, origin } = input;
  const [key] = gatewayKeys(vault);
  if (!key) throw new Error('the gateway has no key');
  const issuedSeconds = Math.floor(wallNow.getTime() / 1000);
  const expiresAt = addMs(new Date(issuedSeconds * 1000), lifeMs);
  const claims = { merchant: session.merchantId, env: session.environmentId, origin, scope };
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: algorithm, typ: type, kid: key.kid })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(session.id)
    .setJti(randomUUID())
    .setIssuedAt(issuedSeconds)
    .setExpirationTime(expiresAt)
    .sign(key.privateKey);
  return { token, expiresAt };
}

/**
 * The session that the request's bearer may read, and the origin of the page that asks, which the token names.
 *
 * @throws GatewayError `token_invalid`, or `origin_forbidden` when another page sends the token.
 */
export async function authenticateSession(
  message: RequestMessage,
  { vault, issuer, wallNow }: { vault: Vault; issuer: string; wallNow: Date },
): Promise<{ session: RequestSession; origin: string }> {
  const [authorization, ...others] = headerLines(message, 'authorization') ?? [];
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined || others.length > 0) {
    throw tokenInvalid('The request has no single Authorization header with a bearer token.');
  }
  const claims = await verify(vault, token, { issuer, wallNow });
  const origins = headerLines(message, 'origin') ?? [];
  if (origins.length !== 1 || origins[0] !== claims.origin) {
    throw new GatewayError('origin_forbidden', {
      detail: 'The token was made for pages of another origin.',
      hint: "Use it in the browser, on the origin of the session's return_url.",
    });
  }
  const session = { id: claims.sub, merchantId: claims.merchant, environmentId: claims.env };
  return { session, origin: claims.origin };
}

async function verify(
  vault: Vault,
  token: string,
  { issuer, wallNow }: { issuer: string; wallNow: Date },
): Promise<z.output<typeof Claims>> {
  try {
    const keys = createLocalJWKSet({ keys: gatewayKeys(vault).map(({ jwk }) => jwk) });
    const { payload } = await jwtVerify(token, keys, {
      algorithms: [algorithm],
      typ: type,
      issuer,
      audience,
      currentDate: wallNow,
      maxTokenAge: lifeMs / 1000,
      requiredClaims: ['exp', 'jti', 'sub'],
    });
    return Claims.parse(payload);
  } catch (error) {
    if (!(error instanceof JOSEError) && !(error instanceof z.ZodError)) throw error;
    throw tokenInvalid('The client token is not one of ours, or its time is over.');
  }
}

/** The refusal of a client token. */
export function tokenInvalid(detail: string): GatewayError {
  return new GatewayError('token_invalid', {
    detail,
    hint: "Ask the shop's server for a new one: POST /v1/checkout-sessions/{session_id}/client-token.",
  });
}
