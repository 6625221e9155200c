import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { findTestBankAccount, testBank } from '../processor/test-bank-accounts.ts';
import type { AccountVerifier } from './verifier-port.ts';

const slowMs = 2_000;

/**
 * The provider of sandboxes. It knows test accounts only, so that no real account's number is kept in a sandbox; one that
 * it verifies is held by whoever says so.
 */
export const sandboxVerifier: AccountVerifier = {
  name: 'sandbox',
  async verify({ number }) {
    const known = findTestBankAccount(number);
    if (!known) return { outcome: 'refused', code: 'not_a_test_account' };
    if (known.check === 'slow') await sleep(slowMs, undefined, { ref: false });
    else if (known.check !== 'verified') return { outcome: 'refused', code: known.check };
    return { outcome: 'verified', reference: `sandbox_${randomUUID()}`, bank: testBank };
  },
};
