import { setTimeout as sleep } from 'node:timers/promises';
import { GatewayError } from '../lib/errors.ts';
import type { Environment } from '../lib/tx.ts';
import { sandboxVerifier } from './sandbox-verifier.ts';
import type { AccountVerifier, Bank, CheckAnswer } from './verifier-port.ts';

/** An account that a provider has verified under this holder's name, to be kept in the transaction that follows. */
export type VerifiedAccount = {
  holder: string;
  number: string;
  bank: Bank;
  provider: string;
  reference: string;
};

export type CheckRefusal = Extract<CheckAnswer, { outcome: 'refused' }>['code'];

const answerMs = 10_000;

/** Who verifies bank accounts in this environment. Throws `unavailable` where nobody does. */
export function accountVerifierFor(environment: Environment): AccountVerifier {
  if (environment.kind === 'sandbox') return sandboxVerifier;
  throw new GatewayError('unavailable', { detail: 'Bank accounts are not verified here.' });
}

/**
 * An account's number as people type it: 6 to 34 letters and digits, with spaces and hyphens anywhere, ending in four digits
 * by which it is recognised. Throws `validation_failed`.
 */
export function parseAccountNumber(input: string): string {
  const number = input.normalize('NFKC').replaceAll(/[\s-]/g, '').toUpperCase();
  if (!/^[A-Z0-9]{2,30}[0-9]{4}$/.test(number)) {
    throw new GatewayError('validation_failed', {
      detail: 'This is no number of a bank account.',
      hint: 'Copy it from the card or the statement of the bank.',
      errors: [{ pointer: '/number', code: 'invalid_account_number' }],
    });
  }
  return number;
}

/**
 * Asks the provider whether the account exists and is held under this name, outside of any transaction.
 *
 * @throws GatewayError `validation_failed` when the number is none, `unavailable` when there is no answer in time.
 */
export async function verifyAccount(
  verifier: AccountVerifier,
  input: { holder: string; number: string; answerMs?: number },
): Promise<{ outcome: 'verified'; account: VerifiedAccount } | { outcome: 'refused'; code: CheckRefusal }> {
  const claim = { holder: input.holder.trim(), number: parseAccountNumber(input.number) };
  const ended = new AbortController();
  const limit = sleep(input.answerMs ?? answerMs, undefined, { signal: ended.signal }).catch(() => undefined);
  const answer = await Promise.race([verifier.verify(claim), limit]).finally(() => ended.abort());
  if (!answer) {
    throw new GatewayError('unavailable', {
      detail: 'The bank does not answer now.',
      hint: 'Nothing was changed. Try again in a minute.',
      retryAfterSeconds: 60,
    });
  }
  if (answer.outcome === 'refused') return answer;
  const { reference, bank } = answer;
  return { outcome: 'verified', account: { ...claim, bank, provider: verifier.name, reference } };
}
