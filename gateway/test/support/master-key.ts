import { randomBytes } from 'node:crypto';

/** What a file of master keys holds: one new key. */
export function newMasterKey(): string {
  return `k1:${randomBytes(32).toString('base64url')}\n`;
}
