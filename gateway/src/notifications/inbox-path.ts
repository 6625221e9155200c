import type { Vault } from '../lib/vault.ts';

/** The address of a sandbox's inbox page. Whoever has it may read what the sandbox sent, so it goes to its owner only. */
export function inboxPath(vault: Vault, environmentId: string): string {
  return `/sandbox/inbox/${environmentId}/${vault.stamp('inbox', environmentId)}`;
}
