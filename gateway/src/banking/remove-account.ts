import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { requireLevelThree } from '../shoppers/step-up.ts';
import { recordAccountEvent } from './bind-account.ts';
import { endMandate } from './mandates.ts';
import { accountsOf, listShopperAccounts, lockShopperAccount } from './shopper-accounts.ts';

/**
 * Removes a shopper's bank account, whose mandate ends by that. One that a plan is still collected from asks for another
 * method there first, so that no due is forgotten. For 24 hours no cash is drawn.
 *
 * @throws GatewayError `step_up_required`, `not_found`.
 */
export async function removeAccount(
  tx: Tx,
  input: { accountId: string; shopperId: Id<'shp'>; sessionId: Id<'sse'> },
): Promise<{ outcome: 'removed' } | { outcome: 'refused'; code: 'in_use' }> {
  await requireLevelThree(tx, input.sessionId);
  const account = await lockShopperAccount(tx, input);
  if (await isUsed(tx, account.id)) return { outcome: 'refused', code: 'in_use' };
  await endMandate(tx, input);
  const [row] = await accountsOf(tx)
    .where({ id: account.id })
    .update({ status: 'removed', removed_at: tx.now, version: account.version + 1 })
    .returning('*');
  if (!row) throw new Error(`bank account ${account.id} vanished`);
  await recordAccountEvent(tx, 'bank_account.removed', row);
  return { outcome: 'removed' };
}

/** Ends the mandates of a shopper who is erased, and removes their accounts with the hashes that these are known by. */
export async function forgetAccounts(tx: Tx, shopperId: Id<'shp'>): Promise<void> {
  for (const { id: accountId } of await listShopperAccounts(tx, shopperId)) {
    await endMandate(tx, { accountId, shopperId });
  }
  await accountsOf(tx)
    .where({ shopper_id: shopperId })
    .update({
      status: 'removed',
      removed_at: tx.sql.raw('coalesce(removed_at, ?)', [tx.now]) as never,
      number_index: null,
    });
}

/** Whether something may still be collected from the account, or is being. */
async function isUsed(tx: Tx, accountId: Id<'bka'>): Promise<boolean> {
  const { rows } = await tx.sql.raw<{ rows: { used: boolean }[] }>(
    `select exists (
       select from debit_mandates m
       join plans p on p.environment_id = m.environment_id and p.payment_method_id = m.payment_method_id
       where m.environment_id = :environment and m.bank_account_id = :account and m.ended_at is null
         and p.status in ('pending', 'active', 'charged_off')
     ) or exists (
       select from debit_mandates m
       join processor_attempts a on a.environment_id = m.environment_id and a.payment_method_id = m.payment_method_id
       where m.environment_id = :environment and m.bank_account_id = :account and a.status in ('pending', 'unknown')
     ) as used`,
    { environment: tx.environment.id, account: accountId },
  );
  return rows[0]?.used === true;
}
