import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { z } from 'zod';

const encoded = z
  .string()
  .min(1)
  .max(20_000)
  .regex(/^[A-Za-z0-9_-]+$/);

const common = {
  id: encoded.max(2000),
  rawId: encoded.max(2000),
  type: z.literal('public-key'),
  clientExtensionResults: z.object({}).default({}),
};

/** What `PublicKeyCredential.toJSON()` writes (Web Authentication, level 3), as far as it is read. */
const registration = z.object({
  ...common,
  response: z.object({
    clientDataJSON: encoded,
    attestationObject: encoded,
    transports: z.array(z.string().max(20)).max(10).default([]),
  }),
});

const authentication = z.object({
  ...common,
  response: z.object({ clientDataJSON: encoded, authenticatorData: encoded, signature: encoded }),
});

function parse<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The answer of a browser that made a passkey; undefined for anything else. */
export function parseRegistration(text: string): RegistrationResponseJSON | undefined {
  return parse(registration, text);
}

/** The answer of a browser whose passkey signed; undefined for anything else. */
export function parseAuthentication(text: string): AuthenticationResponseJSON | undefined {
  return parse(authentication, text);
}

/** The challenge that an answer says it signed, base64url; undefined where it says none. */
export function challengeOf(clientDataJson: string): string | undefined {
  const text = Buffer.from(clientDataJson, 'base64url').toString();
  return parse(z.object({ challenge: encoded.max(1000) }), text)?.challenge;
}
