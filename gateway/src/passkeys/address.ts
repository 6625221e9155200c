import { subscriberOf } from '../lib/address.ts';
import type { Tx } from '../lib/tx.ts';
import type { PasskeyKind } from './staff.ts';

/** A keyed hash: equal addresses can be told, none can be read. */
export function hashAddress(tx: Pick<Tx, 'vault'>, kind: PasskeyKind, address: string): Buffer {
  return tx.vault.blindIndex(`${kind}s.address`, subscriberOf(address));
}
