import type { Tx } from '../lib/tx.ts';

/** Where a sealed value lies. It is authenticated with the value, which therefore opens nowhere else. */
export function placeOf(tx: Tx, table: string, column: string, row: string): string {
  return [tx.environment.id, table, column, row].join('/');
}

/** A keyed hash for look-ups inside one environment: the same phone in two of them does not look the same. */
export function indexOf(tx: Tx, column: string, value: string): Buffer {
  return tx.vault.blindIndex(column, `${tx.environment.id}\n${value}`);
}
