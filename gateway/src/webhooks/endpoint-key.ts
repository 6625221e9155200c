import { createPublicKey, type KeyObject } from 'node:crypto';
import { importSeed } from '../lib/gateway-key.ts';
import type { Vault } from '../lib/vault.ts';

/**
 * The Ed25519 key of one endpoint, for `v1a` signatures. Each endpoint has its own, or one merchant's message would hold
 * at another's. It is computed from the oldest master key and stored nowhere, the same for the endpoint's whole life.
 */
export function endpointKey(vault: Vault, environmentId: string, endpointId: string): KeyObject {
  const seed = vault.stamp('webhook-endpoint-key', `${environmentId}/${endpointId}`);
  return importSeed(Buffer.from(seed, 'base64url'));
}

/** The public half as Standard Webhooks writes it: `whpk_` and 32 bytes in base64. */
export function endpointPublicKey(vault: Vault, environmentId: string, endpointId: string): string {
  const { x = '' } = createPublicKey(endpointKey(vault, environmentId, endpointId)).export({ format: 'jwk' });
  return `whpk_${Buffer.from(x, 'base64url').toString('base64')}`;
}
