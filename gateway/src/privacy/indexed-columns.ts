import type { IndexedName } from '../shoppers/blind-index.ts';

/** A column of hashes by which rows are found, and the sealed column of the same row from which a hash is made anew. */
export type IndexedColumn = {
  table: string;
  column: string;
  /** The table's primary key is the environment and this. */
  id: 'id' | 'shopper_id';
  sealed: string;
  /** The column that names the shopper under whose data key it is sealed; none where it lies under a master key. */
  owner?: string;
};

/** Every column whose hashes have versions. A hash of an erased shopper is gone, with what it could be made from. */
export const indexedColumns: Readonly<Record<IndexedName, IndexedColumn>> = {
  'guarantees.phone': {
    table: 'guarantees',
    column: 'phone_index',
    id: 'id',
    sealed: 'phone_sealed',
    owner: 'guarantor_id',
  },
  'merchant_bank_accounts.number': {
    table: 'merchant_bank_accounts',
    column: 'number_index',
    id: 'id',
    sealed: 'number_sealed',
  },
  'merchant_owners.national_id': {
    table: 'merchant_owners',
    column: 'national_id_index',
    id: 'id',
    sealed: 'national_id_sealed',
  },
  'shopper_bank_accounts.number': {
    table: 'shopper_bank_accounts',
    column: 'number_index',
    id: 'id',
    sealed: 'number_sealed',
    owner: 'shopper_id',
  },
  'shopper_identities.national_id': {
    table: 'shopper_identities',
    column: 'national_id_index',
    id: 'shopper_id',
    sealed: 'national_id_sealed',
    owner: 'shopper_id',
  },
  'shoppers.phone': {
    table: 'shoppers',
    column: 'phone_index',
    id: 'id',
    sealed: 'phone_sealed',
    owner: 'id',
  },
};

/** Columns of hashes by which something is looked up, and which have no versions, each with the reason why. */
export const unversionedIndexes: Readonly<Record<string, string>> = {
  'login_challenges.phone_index': 'gone after a day',
  'shopper_outside_accounts.subject_index':
    'a provider’s name for somebody, which nobody can guess; it is not kept, so nothing could make the hash anew',
};

/** SQL for the version of a hash in this column, as `BlindIndex` has it. */
export function versionSql(column: string): string {
  return `case when octet_length(${column}) = 32 then '-'
    else convert_from(substring(${column} for octet_length(${column}) - 33), 'UTF8') end`;
}
