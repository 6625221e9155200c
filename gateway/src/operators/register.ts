import {
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type VerifiedRegistrationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { Tx } from '../lib/tx.ts';
import { recordAudit } from './audit.ts';
import { type Ceremony, isOurChallenge, newChallenge } from './challenge.ts';
import { parseRegistration } from './credential-json.ts';
import type { Operator } from './operators.ts';
import { listPasskeys, storePasskey } from './passkeys.ts';
import { consoleOrigin, relyingPartyId } from './relying-party.ts';

/** ES256, EdDSA and RS256: what authenticators have. */
const algorithms = [-7, -8, -257];

function ceremonyOf(input: { operator: Pick<Operator, 'id'>; browser: string }): Ceremony {
  return { browser: input.browser, purpose: `register:${input.operator.id}` };
}

/** What the browser is asked to make a passkey by; the authenticator must check that it is its owner. */
export async function passkeyOptions(
  tx: Tx,
  input: { operator: Operator; browser: string; apiOrigin: string },
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { operator, apiOrigin } = input;
  const known = await listPasskeys(tx, operator.id);
  return generateRegistrationOptions({
    rpName: 'Morrow',
    rpID: relyingPartyId(apiOrigin),
    userID: new Uint8Array(Buffer.from(operator.id)),
    userName: operator.mail ?? operator.name,
    userDisplayName: operator.name,
    challenge: newChallenge(tx, ceremonyOf(input)),
    attestationType: 'none',
    excludeCredentials: known.map(({ id, transports }) => ({ id, transports })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: algorithms,
  });
}

/**
 * Keeps the passkey that an operator's browser made, if it answers our challenge for this operator in this browser, at
 * this origin, and its owner was verified. A passkey that somebody has already is refused.
 */
export async function addPasskey(
  tx: Tx,
  input: {
    operator: Operator;
    browser: string;
    address: string;
    apiOrigin: string;
    /** The browser's answer, as JSON. */
    credential: string;
  },
): Promise<'added' | 'refused'> {
  const { operator } = input;
  const made = await verified(tx, input);
  if (!made) return 'refused';
  const { credential } = made;
  const isNew = await storePasskey(tx, {
    id: credential.id,
    operatorId: operator.id,
    publicKey: Buffer.from(credential.publicKey),
    counter: BigInt(credential.counter),
    transports: credential.transports ?? [],
  });
  if (!isNew) return 'refused';
  await recordAudit(tx, {
    by: { operatorId: operator.id, address: input.address },
    action: 'passkey_added',
    objectId: credential.id,
    inEnvironment: false,
  });
  return 'added';
}

async function verified(
  tx: Tx,
  input: Parameters<typeof addPasskey>[1],
): Promise<Extract<VerifiedRegistrationResponse, { verified: true }>['registrationInfo'] | undefined> {
  const response = parseRegistration(input.credential);
  if (!response) return undefined;
  const answer = await verifyRegistrationResponse({
    response,
    expectedChallenge: (challenge) => isOurChallenge(tx, ceremonyOf(input), challenge),
    expectedOrigin: consoleOrigin(input.apiOrigin),
    expectedRPID: relyingPartyId(input.apiOrigin),
    requireUserVerification: true,
    supportedAlgorithmIDs: algorithms,
    // The library throws whatever does not fit; to whoever sent it all of that is one refusal.
  }).catch(() => undefined);
  return answer?.verified ? answer.registrationInfo : undefined;
}
