import type { Id } from '../../lib/ids.ts';
import type { Tx } from '../../lib/tx.ts';

export type SignInChange = 'passkey_added' | 'passkey_removed' | 'outside_linked' | 'outside_removed';

type ChangeRow = {
  environment_id: string;
  id: string;
  shopper_id: Id<'shp'>;
  kind: SignInChange;
  at: Date;
};

/** Notes that a shopper can sign in by something more, or by something less. For 24 hours no cash is drawn. */
export async function recordSignInChange(
  tx: Tx,
  { shopperId, kind }: { shopperId: Id<'shp'>; kind: SignInChange },
): Promise<void> {
  await tx
    .sql<Omit<ChangeRow, 'id'>>('sign_in_changes')
    .insert({ environment_id: tx.environment.id, shopper_id: shopperId, kind, at: tx.now });
}

/** When, by business time, a shopper's ways to sign in changed last. */
export async function lastSignInChange(tx: Tx, shopperId: string): Promise<Date | undefined> {
  const row = await tx
    .sql<ChangeRow>('sign_in_changes')
    .where({ environment_id: tx.environment.id, shopper_id: shopperId as Id<'shp'> })
    .orderBy('at', 'desc')
    .first<{ at: Date } | undefined>('at');
  return row?.at;
}
