import type { Tx } from '../lib/tx.ts';
import { countPasskeys } from '../passkeys/stored.ts';
import { type Member, membersOf, toMember } from './members.ts';

/** A member with how many passkeys they have; who has none waits for an invitation to be used. */
export type ListedMember = Member & { passkeys: number };

/** Everybody who works for a merchant or did, the oldest first. */
export async function listMembers(tx: Tx, merchantId: string): Promise<ListedMember[]> {
  const rows = await membersOf(tx, merchantId).orderBy('id');
  const passkeys = await countPasskeys(
    tx,
    'member',
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({ ...toMember(tx, row), passkeys: passkeys.get(row.id) ?? 0 }));
}
