import { randomBytes } from 'node:crypto';
import type { Tx } from '../lib/tx.ts';
import { sealedPlace } from '../lib/vault.ts';

/** Standard Webhooks asks for 24 to 64 bytes. */
const secretBytes = 32;

/** `whsec_…` of a new endpoint, or of one whose secret is replaced. */
export function newSecret(): string {
  return `whsec_${randomBytes(secretBytes).toString('base64')}`;
}

type Column = 'secret_sealed' | 'previous_secret_sealed';

function placeOf(tx: Tx, endpointId: string, column: Column): string {
  return sealedPlace(tx.environment.id, 'webhook_endpoints', column, endpointId);
}

/** A secret as it is kept in an endpoint's row. */
export function sealSecret(
  tx: Tx,
  endpointId: string,
  secret: string,
  column: Column = 'secret_sealed',
): string {
  return tx.vault.seal(secret, placeOf(tx, endpointId, column));
}

/** An endpoint's secrets as its row has them. */
type SealedSecrets = {
  id: string;
  secret_sealed: string;
  previous_secret_sealed: string | null;
  previous_secret_until: Date | null;
};

/** Every secret that signs now, the newest first. */
export function openSecrets(tx: Tx, row: SealedSecrets): string[] {
  const { id, previous_secret_sealed: previous, previous_secret_until: until } = row;
  const newest = tx.vault.open(row.secret_sealed, placeOf(tx, id, 'secret_sealed'));
  if (previous === null || until === null || until <= tx.wallNow) return [newest];
  return [newest, tx.vault.open(previous, placeOf(tx, id, 'previous_secret_sealed'))];
}
