import type { Tx } from '../lib/tx.ts';
import { sealedPlace } from '../lib/vault.ts';

/** Where a sealed value of this transaction's environment lies. */
export function placeOf(tx: Tx, table: string, column: string, row: string): string {
  return sealedPlace(tx.environment.id, table, column, row);
}

/**
 * A keyed hash inside one environment: the same phone in two of them does not look the same. For what is compared for a while
 * only, or names nobody by itself; what people are found by for as long as they are known has versions (`blind-index`).
 */
export function indexOf(tx: Tx, column: string, value: string): Buffer {
  return tx.vault.blindIndex(column, `${tx.environment.id}\n${value}`);
}
