import type { Id } from '../../lib/ids.ts';
import type { Tx } from '../../lib/tx.ts';
import { indexOf } from '../sealing.ts';
import { recordSignInChange } from './changes.ts';

type OutsideAccountRow = {
  environment_id: string;
  subject_index: Buffer;
  shopper_id: Id<'shp'>;
  issuer: string;
  linked_at: Date;
  used_at: Date | null;
};

/** Somebody at an outside provider: who it says they are, which is kept as a keyed hash only. */
export type Outsider = { issuer: string; subject: string };

/** A shopper's account at a provider, for its owner. */
export type OutsideAccount = { issuer: string; linkedAt: Date; usedAt: Date | null };

function accountsOf(tx: Tx) {
  return tx.sql<OutsideAccountRow>('shopper_outside_accounts').where({ environment_id: tx.environment.id });
}

function subjectIndex(tx: Tx, { issuer, subject }: Outsider): Buffer {
  return indexOf(tx, 'shopper_outside_accounts.subject', `${issuer}\n${subject}`);
}

/** The shopper whom somebody at a provider is linked with, noting that they came; undefined when there is none. */
export async function useOutsideAccount(tx: Tx, outsider: Outsider): Promise<Id<'shp'> | undefined> {
  const [row] = await accountsOf(tx)
    .where({ subject_index: subjectIndex(tx, outsider) })
    .update({ used_at: tx.wallNow })
    .returning('shopper_id');
  return row?.shopper_id;
}

/**
 * From now on somebody at a provider is this shopper, who has just proved their phone; never by a mail address. Whoever of
 * that provider they were linked with before is not any more. False when nothing changed: linked already, or with another
 * shopper, who keeps it.
 */
export async function linkOutsideAccount(
  tx: Tx,
  { shopperId, outsider }: { shopperId: Id<'shp'>; outsider: Outsider },
): Promise<boolean> {
  const subject_index = subjectIndex(tx, outsider);
  const { issuer } = outsider;
  if (await accountsOf(tx).where({ subject_index }).first('shopper_id')) return false;
  await accountsOf(tx).where({ shopper_id: shopperId, issuer }).delete();
  const stored = await tx
    .sql<OutsideAccountRow>('shopper_outside_accounts')
    .insert({
      environment_id: tx.environment.id,
      subject_index,
      shopper_id: shopperId,
      issuer,
      linked_at: tx.wallNow,
      used_at: tx.wallNow,
    })
    .onConflict()
    .ignore()
    .returning('shopper_id');
  if (stored.length === 0) return false;
  await recordSignInChange(tx, { shopperId, kind: 'outside_linked' });
  return true;
}

/** A shopper's accounts at providers, the oldest first. */
export async function listOutsideAccounts(tx: Tx, shopperId: Id<'shp'>): Promise<OutsideAccount[]> {
  const rows = await accountsOf(tx).where({ shopper_id: shopperId }).orderBy(['linked_at', 'issuer']);
  return rows.map(({ issuer, linked_at: linkedAt, used_at: usedAt }) => ({ issuer, linkedAt, usedAt }));
}

/** Ends a link; false when there is none. */
export async function removeOutsideAccount(
  tx: Tx,
  { shopperId, issuer }: { shopperId: Id<'shp'>; issuer: string },
): Promise<boolean> {
  const removed = await accountsOf(tx).where({ shopper_id: shopperId, issuer }).delete();
  if (removed === 0) return false;
  await recordSignInChange(tx, { shopperId, kind: 'outside_removed' });
  return true;
}
