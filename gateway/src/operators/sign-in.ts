import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  type PublicKeyCredentialRequestOptionsJSON,
  verifyAuthenticationResponse,
} from '@simplewebauthn/server';
import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { recordAudit } from './audit.ts';
import { isOurChallenge, newChallenge } from './challenge.ts';
import { parseAuthentication } from './credential-json.ts';
import { findOperator, type Operator } from './operators.ts';
import { countPasskeyUse, lockPasskey, type Passkey } from './passkeys.ts';
import { consoleOrigin, relyingPartyId } from './relying-party.ts';
import { openOperatorSession } from './sessions.ts';

/** What a browser is asked to sign in by: any passkey for this console, whose owner the authenticator checks. */
export function signInOptions(
  tx: Pick<Tx, 'vault' | 'wallNow'>,
  input: { browser: string; apiOrigin: string },
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return generateAuthenticationOptions({
    rpID: relyingPartyId(input.apiOrigin),
    challenge: newChallenge(tx, { browser: input.browser, purpose: 'sign_in' }),
    userVerification: 'required',
  });
}

export type SignIn = {
  browser: string;
  address: string;
  apiOrigin: string;
  /** The browser's answer, as JSON. */
  credential: string;
  /** The token of the session that this browser had. */
  before?: string | undefined;
};

/**
 * Signs in whoever's passkey answered our challenge in this browser, at this origin, verified by the authenticator, with a
 * counter that went on. Whether the passkey, its operator or the answer is wrong is not told. The try itself is counted
 * before (`countSignIn`), so that no challenge is answered twice.
 */
export async function signInOperator(
  tx: Tx,
  input: SignIn,
): Promise<{ outcome: 'signed_in'; token: string; operator: Operator } | { outcome: 'refused' }> {
  const response = parseAuthentication(input.credential);
  const passkey = response && (await lockPasskey(tx, response.id));
  if (!passkey) return { outcome: 'refused' };
  const operator = await findOperator(tx, passkey.operatorId);
  const counter = await verifiedCounter(tx, input, response, passkey);
  if (!operator || operator.disabledAt || counter === undefined) {
    await audit(tx, passkey.operatorId, input, 'sign_in_refused', passkey.id);
    return { outcome: 'refused' };
  }
  await countPasskeyUse(tx, passkey.id, counter);
  const { token } = await openOperatorSession(tx, { operatorId: operator.id, before: input.before });
  await audit(tx, operator.id, input, 'signed_in', passkey.id);
  return { outcome: 'signed_in', token, operator };
}

async function audit(
  tx: Tx,
  operatorId: Id<'opr'>,
  { address }: SignIn,
  action: 'signed_in' | 'sign_in_refused',
  objectId: string,
): Promise<void> {
  await recordAudit(tx, { by: { operatorId, address }, action, objectId, inEnvironment: false });
}

/** The authenticator's new counter, if its answer is good. */
async function verifiedCounter(
  tx: Tx,
  { browser, apiOrigin }: SignIn,
  response: AuthenticationResponseJSON,
  passkey: Passkey,
): Promise<bigint | undefined> {
  const answer = await verifyAuthenticationResponse({
    response,
    expectedChallenge: (challenge) => isOurChallenge(tx, { browser, purpose: 'sign_in' }, challenge),
    expectedOrigin: consoleOrigin(apiOrigin),
    expectedRPID: relyingPartyId(apiOrigin),
    requireUserVerification: true,
    credential: {
      id: passkey.id,
      publicKey: new Uint8Array(passkey.publicKey),
      counter: Number(passkey.counter),
    },
    // The library throws whatever does not fit, a counter that went back among it.
  }).catch(() => undefined);
  return answer?.verified ? BigInt(answer.authenticationInfo.newCounter) : undefined;
}
