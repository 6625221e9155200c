import type { Tx } from '../lib/tx.ts';
import { sealedPlace } from '../lib/vault.ts';

/** Where a sealed value of this transaction's environment lies. */
export function placeOf(tx: Tx, table: string, column: string, row: string): string {
  return sealedPlace(tx.environment.id, table, column, row);
}

/** A keyed hash for look-ups inside one environment: the same phone in two of them does not look the same. */
export function indexOf(tx: Tx, column: string, value: string): Buffer {
  return tx.vault.blindIndex(column, `${tx.environment.id}\n${value}`);
}
