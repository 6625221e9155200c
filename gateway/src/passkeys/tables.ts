import type { Tx } from '../lib/tx.ts';
import type { PasskeyKind } from './staff.ts';

/** Staff belong to the installation; what is a shopper's lies in the transaction's environment and counts there only. */
export function scopeOf(tx: Tx, kind: PasskeyKind): { environment_id?: string } {
  return kind === 'shopper' ? { environment_id: tx.environment.id } : {};
}
