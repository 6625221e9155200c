import { randomBytes } from 'node:crypto';
import { addMs, minuteMs } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import { secretsEqual } from '../lib/vault.ts';
import type { PasskeyKind } from './staff.ts';

const challengeLifeMs = 10 * minuteMs;

/** For which ceremony a challenge is: one passkey's making, by whom, or a sign-in by whomever. */
export type Ceremony = { kind: PasskeyKind; browser: string; purpose: 'sign_in' | `register:${string}` };

/**
 * What an authenticator is to sign: ours, of this browser and ceremony, and for ten minutes, all of which the challenge
 * itself proves. So that showing a page stores nothing, a challenge is kept only once it has been answered.
 */
export function newChallenge({ vault, wallNow }: Pick<Tx, 'vault' | 'wallNow'>, ceremony: Ceremony): string {
  const until = addMs(wallNow, challengeLifeMs).getTime().toString(36);
  const nonce = randomBytes(16).toString('base64url');
  return `${until}.${nonce}.${stampOf(vault, ceremony, `${until}.${nonce}`)}`;
}

/** Whether this challenge, as the authenticator returns it (base64url), is one of ours and still good. */
export function isOurChallenge(
  { vault, wallNow }: Pick<Tx, 'vault' | 'wallNow'>,
  ceremony: Ceremony,
  encoded: string,
): boolean {
  const [until = '', nonce = '', stamp = '', ...more] = Buffer.from(encoded, 'base64url')
    .toString()
    .split('.');
  if (more.length > 0 || !(Number.parseInt(until, 36) > wallNow.getTime())) return false;
  return secretsEqual(stamp, stampOf(vault, ceremony, `${until}.${nonce}`));
}

function stampOf(vault: Tx['vault'], { kind, browser, purpose }: Ceremony, text: string): string {
  return vault.stamp(`${kind}-challenge`, [purpose, browser, text].join('\n'));
}
