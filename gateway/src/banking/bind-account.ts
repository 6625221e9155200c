import { recordEvent } from '../events/record.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { indexesOf, indexToStore } from '../shoppers/blind-index.ts';
import { findIdentity } from '../shoppers/identity.ts';
import { dataKeyOf } from '../shoppers/profile.ts';
import { linkShopper, lockEvidence } from '../shoppers/links/evidence.ts';
import { placeOf } from '../shoppers/sealing.ts';
import { isSameHolder } from './name-match.ts';
import { type Proof, requireProof } from './proof.ts';
import {
  accountsOf,
  type BankAccount,
  type BankAccountRow,
  listShopperAccounts,
  toBankAccount,
} from './shopper-accounts.ts';
import type { VerifiedAccount } from './verify-account.ts';

/** So many accounts are enough for anybody; more would only be good for trying them out. */
export const mostAccounts = 3;

export type BindRefusal =
  /** The holder is not the person that this shopper was verified as. */
  | 'holder_differs'
  | 'too_many'
  /** Somebody else has bound this account. */
  | 'account_in_use';

type Binding = { shopperId: Id<'shp'>; proof: Proof; holder: string };

/**
 * Why a shopper may not bind an account of this holder, before any bank is asked: whose account it is may be asked about
 * one's own name only. Undefined when they may.
 *
 * @throws GatewayError `step_up_required` unless the session was at level three within 15 minutes.
 */
export async function obstacleToBind(tx: Tx, input: Binding): Promise<BindRefusal | undefined> {
  const { shopperId, proof, holder } = input;
  await requireProof(tx, proof);
  const identity = await findIdentity(tx, shopperId);
  if (!identity || !isSameHolder(identity.name, holder)) return 'holder_differs';
  const own = await listShopperAccounts(tx, shopperId);
  return own.length >= mostAccounts ? 'too_many' : undefined;
}

/**
 * Keeps a verified account of the shopper's own, its number sealed. Binding it again changes nothing. For 24 hours after a
 * new one no cash is drawn (`draws/cooling-off`). It links the shopper with the merchants that are or were paid there.
 */
export async function bindAccount(
  tx: Tx,
  input: { shopperId: Id<'shp'>; proof: Proof; account: VerifiedAccount },
): Promise<{ outcome: 'bound'; account: BankAccount } | { outcome: 'refused'; code: BindRefusal }> {
  const { shopperId, account } = input;
  await lockEvidence(tx, 'bank_account', [account.number]);
  const { index } = await indexToStore(tx, 'shopper_bank_accounts.number', account.number);
  const obstacle = await obstacleToBind(tx, { ...input, holder: account.holder });
  const known = await accountsOf(tx)
    .where({ status: 'active' })
    .whereIn('number_index', indexesOf(tx, 'shopper_bank_accounts.number', account.number))
    .first();
  if (known?.shopper_id === shopperId) return { outcome: 'bound', account: toBankAccount(known) };
  if (obstacle) return { outcome: 'refused', code: obstacle };
  if (known) return { outcome: 'refused', code: 'account_in_use' };
  const id = newId('bka');
  const dataKey = await dataKeyOf(tx, shopperId);
  const [row] = await tx
    .sql<BankAccountRow>('shopper_bank_accounts')
    .insert({
      environment_id: tx.environment.id,
      id,
      shopper_id: shopperId,
      status: 'active',
      bank_name: account.bank.name,
      bank_code: account.bank.code,
      last4: account.number.slice(-4),
      number_sealed: tx.vault.seal(
        account.number,
        placeOf(tx, 'shopper_bank_accounts', 'number', id),
        dataKey,
      ),
      number_index: index,
      provider: account.provider,
      reference: account.reference,
      bound_at: tx.now,
    })
    .onConflict(tx.sql.raw("(environment_id, number_index) where status = 'active'") as never)
    .ignore()
    .returning('*');
  if (!row) return { outcome: 'refused', code: 'account_in_use' };
  await linkShopper(tx, { kind: 'bank_account', shopperId, value: account.number });
  await recordAccountEvent(tx, 'bank_account.bound', row);
  return { outcome: 'bound', account: toBankAccount(row) };
}

/** What a bank account is called is enough for its holder, and nobody else hears of it. */
export async function recordAccountEvent(
  tx: Tx,
  type: 'bank_account.bound' | 'bank_account.removed',
  row: BankAccountRow,
): Promise<void> {
  await recordEvent(tx, {
    streams: [row.shopper_id],
    type,
    objectId: row.id,
    objectVersion: row.version,
    data: { bank_name: row.bank_name, last4: row.last4 },
  });
}
