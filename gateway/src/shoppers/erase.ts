import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { forgetPasskeys } from '../passkeys/stored.ts';
import { contactOf } from './profile.ts';
import { indexOf } from './sealing.ts';
import { endAllShopperSessions } from './sessions.ts';

/** What is known about nobody but the shopper, and by which nobody else goes on. */
const personal = [
  'shopper_identities',
  'identity_checks',
  'shopper_incomes',
  'shopper_evidence',
  'shopper_outside_accounts',
  'sign_in_changes',
  'shopper_links',
  'shopper_devices',
];

/**
 * Locks a shopper against everything that would begin with them, until the transaction ends, and says whether they were
 * erased already. Throws `not_found`.
 */
export async function lockForErasure(tx: Tx, shopperId: Id<'shp'>): Promise<'known' | 'erased'> {
  const row = await tx
    .sql<{ environment_id: string; id: string; erased_at: Date | null }>('shoppers')
    .where({ environment_id: tx.environment.id, id: shopperId })
    .forUpdate()
    .first('erased_at');
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such shopper.' });
  return row.erased_at === null ? 'known' : 'erased';
}

/**
 * Deletes the data key of a locked shopper, by which all that was sealed for them opens no more, their look-up hashes and
 * whatever of theirs no account, decision or receipt refers to. Their id and what they agreed to stay, as facts about
 * nobody.
 */
export async function eraseShopper(tx: Tx, shopperId: Id<'shp'>): Promise<void> {
  const { phone } = await contactOf(tx, shopperId);
  const own = { environment_id: tx.environment.id, shopper_id: shopperId };
  await endAllShopperSessions(tx, shopperId);
  await tx
    .sql('login_challenges')
    .where({ environment_id: tx.environment.id, phone_index: indexOf(tx, 'login_challenges.phone', phone) })
    .delete();
  for (const table of personal) await tx.sql(table).where(own).delete();
  await forgetPasskeys(tx, shopperId);
  await tx.sql('shoppers').where({ environment_id: tx.environment.id, id: shopperId }).update({
    data_key: null,
    phone_index: null,
    phone_index_before: null,
    phone_sealed: null,
    mail_sealed: null,
    time_zone: null,
    muted_notices: [],
    erased_at: tx.wallNow,
  });
}
