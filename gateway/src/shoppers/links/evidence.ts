import type { Tx } from '../../lib/tx.ts';
import { type IndexedName, indexesOf, indexToStore } from '../blind-index.ts';
import { indexOf } from '../sealing.ts';
import { keepLink, type LinkKind, linksOf } from './links.ts';

/** What is kept for good on both sides, each by hashes of its own. */
export type LastingKind = Exclude<LinkKind, 'device'>;

type Side = {
  name: IndexedName;
  table: string;
  column: string;
  /** What of the table counts; all of it when left out. An account that somebody had and removed was theirs all the same. */
  statuses?: readonly string[];
};

const sides: Record<LastingKind, { merchant: Side; shopper: Side }> = {
  identity: {
    merchant: {
      name: 'merchant_owners.national_id',
      table: 'merchant_owners',
      column: 'national_id_index',
    },
    shopper: {
      name: 'shopper_identities.national_id',
      table: 'shopper_identities',
      column: 'national_id_index',
    },
  },
  bank_account: {
    merchant: {
      name: 'merchant_bank_accounts.number',
      table: 'merchant_bank_accounts',
      column: 'number_index',
      statuses: ['active', 'replaced'],
    },
    shopper: { name: 'shopper_bank_accounts.number', table: 'shopper_bank_accounts', column: 'number_index' },
  },
};

/**
 * Before evidence is stored on one side: whoever brings the same on the other one waits until this transaction ends, so that
 * whoever comes second finds the first. The versions of both sides' hashes stay as they are meanwhile, and this process has
 * the keys of both, without which it would not find what others have stored.
 *
 * @throws GatewayError `unavailable` where a key that is in use is missing here.
 */
export async function lockEvidence(tx: Tx, kind: LastingKind, values: readonly string[]): Promise<void> {
  const [first] = values;
  if (first === undefined) return;
  const { merchant, shopper } = sides[kind];
  for (const { name } of [merchant, shopper]) await indexToStore(tx, name, first);
  await lockHashes(
    tx,
    values.map((value) => indexOf(tx, `shopper_links.${kind}`, value)),
  );
}

/** Waits for whoever holds one of these, in an order that is the same for all. */
export async function lockHashes(tx: Tx, hashes: readonly Buffer[]): Promise<void> {
  for (const hash of hashes.toSorted((one, other) => one.compare(other)))
    await tx.sql.raw('select pg_advisory_xact_lock(?::bigint)', [String(hash.readBigInt64BE())]);
}

/** Links a shopper with all merchants with which they share what they have just brought; `lockEvidence` comes before it is stored. */
export async function linkShopper(
  tx: Tx,
  { kind, shopperId, value }: { kind: LastingKind; shopperId: string; value: string },
): Promise<void> {
  for (const merchantId of await holdersOf(tx, sides[kind].merchant, 'merchant_id', [value]))
    await keepLink(tx, { kind, shopperId, merchantId, seenAt: tx.wallNow });
}

/** The same for a merchant. Returns the shoppers with whom it shares these. */
export async function linkMerchant(
  tx: Tx,
  { kind, merchantId, values }: { kind: LastingKind; merchantId: string; values: readonly string[] },
): Promise<string[]> {
  const shoppers = await holdersOf(tx, sides[kind].shopper, 'shopper_id', values);
  for (const shopperId of shoppers) await keepLink(tx, { kind, shopperId, merchantId, seenAt: tx.wallNow });
  return shoppers;
}

/** Ends the links by identity with everybody but these: whoever is no owner any more is linked no longer. */
export async function endOtherIdentities(
  tx: Tx,
  { merchantId, shoppers }: { merchantId: string; shoppers: readonly string[] },
): Promise<void> {
  await linksOf(tx)
    .where({ merchant_id: merchantId as never, kind: 'identity' })
    .whereNotIn('shopper_id', [...shoppers] as never[])
    .delete();
}

async function holdersOf(
  tx: Tx,
  { name, table, column, statuses }: Side,
  holder: 'merchant_id' | 'shopper_id',
  values: readonly string[],
): Promise<string[]> {
  const hashes = values.flatMap((value) => indexesOf(tx, name, value));
  const rows = await tx
    .sql(table)
    .where({ environment_id: tx.environment.id })
    .whereIn(column, hashes)
    .modify((query) => {
      if (statuses) void query.whereIn('status', [...statuses]);
    })
    .distinct<{ holder: string }[]>({ holder })
    .orderBy('holder');
  return rows.map((row) => row.holder);
}
