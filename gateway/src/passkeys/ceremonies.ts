import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { Tx } from '../lib/tx.ts';
import { type Ceremony, isOurChallenge, newChallenge } from './challenge.ts';
import { parseAuthentication, parseRegistration } from './credential-json.ts';
import { relyingPartyId, staffOrigin } from './relying-party.ts';
import type { Asking, Person, PasskeyKind } from './staff.ts';
import { listPasskeys, lockPasskey, type Passkey, storePasskey } from './stored.ts';

/** ES256, EdDSA and RS256: what authenticators have. */
const algorithms = [-7, -8, -257];

function ceremonyOf(kind: PasskeyKind, browser: string, person: Pick<Person, 'id'>): Ceremony {
  return { kind, browser, purpose: `register:${person.id}` };
}

/** What the browser is asked to make a passkey by; the authenticator must check that it is its owner. */
export async function passkeyOptions(
  tx: Tx,
  kind: PasskeyKind,
  input: Asking & { person: Person },
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { person, browser, apiOrigin } = input;
  const known = await listPasskeys(tx, kind, person.id);
  return generateRegistrationOptions({
    rpName: 'Morrow',
    rpID: relyingPartyId(apiOrigin),
    userID: new Uint8Array(Buffer.from(person.id)),
    userName: person.mail ?? person.name,
    userDisplayName: person.name,
    challenge: newChallenge(tx, ceremonyOf(kind, browser, person)),
    attestationType: 'none',
    excludeCredentials: known.map(({ id, transports }) => ({ id, transports })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: algorithms,
  });
}

/**
 * Keeps the passkey that somebody's browser made, if it answers our challenge for this person in this browser, at this
 * origin, and its owner was verified. A passkey that somebody has already is refused, and all else is `undefined`, too.
 */
export async function keepPasskey(
  tx: Tx,
  kind: PasskeyKind,
  input: Asking & {
    person: Pick<Person, 'id'>;
    /** The browser's answer, as JSON. */
    credential: string;
  },
): Promise<{ passkeyId: string } | undefined> {
  const { person, browser, apiOrigin } = input;
  const response = parseRegistration(input.credential);
  if (!response) return undefined;
  const ceremony = ceremonyOf(kind, browser, person);
  const answer = await verifyRegistrationResponse({
    response,
    expectedChallenge: (challenge) => isOurChallenge(tx, ceremony, challenge),
    expectedOrigin: staffOrigin(apiOrigin),
    expectedRPID: relyingPartyId(apiOrigin),
    requireUserVerification: true,
    supportedAlgorithmIDs: algorithms,
    // The library throws whatever does not fit; to whoever sent it all of that is one refusal.
  }).catch(() => undefined);
  if (!answer?.verified) return undefined;
  const { credential } = answer.registrationInfo;
  const isNew = await storePasskey(tx, kind, {
    id: credential.id,
    ownerId: person.id,
    publicKey: Buffer.from(credential.publicKey),
    counter: BigInt(credential.counter),
    transports: credential.transports ?? [],
  });
  return isNew ? { passkeyId: credential.id } : undefined;
}

/** What a browser is asked to sign in by: any passkey for this gateway, whose owner the authenticator checks. */
export function signInOptions(
  tx: Pick<Tx, 'vault' | 'wallNow'>,
  kind: PasskeyKind,
  { browser, apiOrigin }: Asking,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return generateAuthenticationOptions({
    rpID: relyingPartyId(apiOrigin),
    challenge: newChallenge(tx, { kind, browser, purpose: 'sign_in' }),
    userVerification: 'required',
  });
}

/**
 * The passkey that an answer names, locked, and its new counter if it answered our challenge in this browser, at this
 * origin, verified by the authenticator, with a counter that went on. The try itself is counted before (`countSignIn`),
 * so that no challenge is answered twice.
 */
export async function readAnswer(
  tx: Tx,
  kind: PasskeyKind,
  input: Asking & { credential: string },
): Promise<{ passkey: Passkey; counter: bigint | undefined } | undefined> {
  const { browser, apiOrigin } = input;
  const response = parseAuthentication(input.credential);
  const passkey = response && (await lockPasskey(tx, kind, response.id));
  if (!passkey) return undefined;
  const ceremony: Ceremony = { kind, browser, purpose: 'sign_in' };
  const answer = await verifyAuthenticationResponse({
    response,
    expectedChallenge: (challenge) => isOurChallenge(tx, ceremony, challenge),
    expectedOrigin: staffOrigin(apiOrigin),
    expectedRPID: relyingPartyId(apiOrigin),
    requireUserVerification: true,
    credential: {
      id: passkey.id,
      publicKey: new Uint8Array(passkey.publicKey),
      counter: Number(passkey.counter),
    },
    // The library throws whatever does not fit, a counter that went back among it.
  }).catch(() => undefined);
  return {
    passkey,
    counter: answer?.verified ? BigInt(answer.authenticationInfo.newCounter) : undefined,
  };
}
