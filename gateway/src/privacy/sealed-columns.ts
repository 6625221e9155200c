import { dataKeyPlace, sealedPlace } from '../lib/vault.ts';

/** A row's key columns, by their names. */
export type RowKey = Readonly<Record<string, string>>;

/** A column whose values lie directly under a master key, and where each of them says that it lies. */
export type SealedColumn = {
  table: string;
  column: string;
  /** The table's primary key. */
  key: readonly string[];
  /** What else of the row its place names. */
  also?: readonly string[];
  place: (row: RowKey) => string;
};

function ofEnvironment(
  table: string,
  column: string,
  options: { key?: readonly string[]; name?: string } = {},
): SealedColumn {
  const { key = ['id'], name = column.replace(/_sealed$/, '') } = options;
  return {
    table,
    column,
    key: ['environment_id', ...key],
    place: (row) => sealedPlace(part(row, 'environment_id'), table, name, ...key.map((of) => part(row, of))),
  };
}

function part(row: RowKey, name: string): string {
  const value = row[name];
  if (value === undefined) throw new Error(`a row has no ${name}`);
  return value;
}

/**
 * Every column with values directly under a master key. A message to somebody who is no shopper yet lies under one too,
 * those to shoppers do not.
 */
export const underMasterKeys: readonly SealedColumn[] = [
  {
    table: 'shoppers',
    column: 'data_key',
    key: ['environment_id', 'id'],
    place: (row) => dataKeyPlace(part(row, 'id')),
  },
  ofEnvironment('login_challenges', 'phone_sealed'),
  ofEnvironment('messages', 'recipient_sealed'),
  ofEnvironment('messages', 'body_sealed'),
  ofEnvironment('merchant_bank_accounts', 'number_sealed'),
  ofEnvironment('merchant_owners', 'name_sealed'),
  ofEnvironment('merchant_owners', 'national_id_sealed'),
  ofEnvironment('outside_sign_ins', 'held_sealed', { key: ['state_hash'] }),
  ofEnvironment('businesses', 'personal_sealed'),
  ofEnvironment('business_submissions', 'personal_sealed'),
  ofEnvironment('counter_sales', 'secret_sealed', { key: ['session_id'] }),
  ofEnvironment('webhook_endpoints', 'secret_sealed', { name: 'secret_sealed' }),
  ofEnvironment('webhook_endpoints', 'previous_secret_sealed', { name: 'previous_secret_sealed' }),
  {
    table: 'idempotency_keys',
    column: 'response_sealed',
    key: ['merchant_id', 'key'],
    also: ['environment_id'],
    place: (row) =>
      sealedPlace(
        part(row, 'environment_id'),
        'idempotency_keys',
        'response_sealed',
        part(row, 'merchant_id'),
        part(row, 'key'),
      ),
  },
  {
    table: 'operators',
    column: 'mail_sealed',
    key: ['id'],
    place: (row) => sealedPlace('installation', 'operators', 'mail', part(row, 'id')),
  },
  {
    table: 'members',
    column: 'mail_sealed',
    key: ['id'],
    also: ['environment_id'],
    place: (row) => sealedPlace(part(row, 'environment_id'), 'members', 'mail', part(row, 'id')),
  },
];

/** Every other sealed column: its values lie under their shopper's own data key, and go with it. */
export const underDataKeys: readonly string[] = [
  'shoppers.phone_sealed',
  'shoppers.mail_sealed',
  'shopper_identities.name_sealed',
  'shopper_identities.birth_date_sealed',
  'shopper_identities.national_id_sealed',
  'shopper_passkeys.name_sealed',
  'identity_checks.back_to_sealed',
  'shopper_incomes.income_sealed',
  'shopper_evidence.answer_sealed',
  'shopper_bank_accounts.number_sealed',
  'kept_warnings.words_sealed',
  'guarantees.phone_sealed',
  'appeals.words_sealed',
  'appeals.answer_sealed',
  'disputes.words_sealed',
  'disputes.answer_sealed',
  'disputes.note_sealed',
  'dispute_evidence.name_sealed',
  'cases.subject_sealed',
  'case_messages.text_sealed',
];
