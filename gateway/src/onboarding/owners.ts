import { newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { findMerchant } from '../merchants/merchants.ts';
import { indexToStore } from '../shoppers/blind-index.ts';
import { endOtherIdentities, linkMerchant, lockEvidence } from '../shoppers/links/evidence.ts';
import { placeOf } from '../shoppers/sealing.ts';
import { lastFour, type Owner } from './owner-lines.ts';

type OwnerRow = {
  environment_id: string;
  id: string;
  merchant_id: string;
  name_sealed: string;
  national_id_sealed: string;
  national_id_index: Buffer;
  named_at: Date;
};

function ownersOf(tx: Tx, merchantId: string) {
  return tx
    .sql<OwnerRow>('merchant_owners')
    .where({ environment_id: tx.environment.id, merchant_id: merchantId });
}

/**
 * Names the people to whom a merchant belongs, in the place of those who were named before, and links the merchant with the
 * shoppers who were verified as one of them. Two who name the owners of one merchant come one after the other.
 *
 * @throws GatewayError `not_found` (the merchant); `unavailable` as `indexToStore`.
 */
export async function nameOwners(
  tx: Tx,
  { merchantId, owners }: { merchantId: string; owners: readonly Owner[] },
): Promise<void> {
  const merchant = await findMerchant(tx, merchantId);
  await tx.sql.raw('select pg_advisory_xact_lock(hashtextextended(?, 68))', [merchant.id]);
  const values = owners.map(({ nationalId }) => nationalId);
  // Who is an owner no more may be verified at this moment, and must not be linked afterwards.
  const before = (await ownersOf(tx, merchant.id)).map((row) => openNumber(tx, row));
  await lockEvidence(tx, 'identity', [...new Set([...values, ...before])]);
  await ownersOf(tx, merchant.id).delete();
  for (const owner of owners) await keepOwner(tx, merchant.id, owner);
  const shoppers = await linkMerchant(tx, { kind: 'identity', merchantId: merchant.id, values });
  await endOtherIdentities(tx, { merchantId: merchant.id, shoppers });
}

async function keepOwner(tx: Tx, merchantId: string, { name, nationalId }: Owner): Promise<void> {
  const id = newId('mow');
  const seal = (text: string, column: string) =>
    tx.vault.seal(text, placeOf(tx, 'merchant_owners', column, id));
  const { index } = await indexToStore(tx, 'merchant_owners.national_id', nationalId);
  await ownersOf(tx, merchantId).insert({
    environment_id: tx.environment.id,
    id,
    merchant_id: merchantId,
    name_sealed: seal(name, 'name'),
    national_id_sealed: seal(nationalId, 'national_id'),
    national_id_index: index,
    named_at: tx.wallNow,
  });
}

/** Whom a merchant belongs to, as much of each as tells them apart. */
export async function listOwners(tx: Tx, merchantId: string): Promise<{ name: string; last4: string }[]> {
  const rows = await ownersOf(tx, merchantId).orderBy('id');
  return rows.map((row) => ({
    name: tx.vault.open(row.name_sealed, placeOf(tx, 'merchant_owners', 'name', row.id)),
    last4: lastFour(openNumber(tx, row)),
  }));
}

function openNumber(tx: Tx, { id, national_id_sealed: sealed }: OwnerRow): string {
  return tx.vault.open(sealed, placeOf(tx, 'merchant_owners', 'national_id', id));
}
