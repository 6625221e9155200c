import { type Id, type IdPrefix, isId } from '../lib/ids.ts';

export type AccountClass = 'asset' | 'liability' | 'income' | 'expense';

/** Whose ids stand behind the code in an account's name, in this order. */
type ChartEntry = { class: AccountClass; owners: readonly IdPrefix[] };

/** The chart of accounts, for each environment and currency (README.md says what each one holds). */
export const chart = {
  cash: { class: 'asset', owners: [] },
  clearing: { class: 'asset', owners: [] },
  principal: { class: 'asset', owners: ['pln', 'fnd'] },
  interest: { class: 'asset', owners: ['pln', 'fnd'] },
  fee: { class: 'asset', owners: ['pln', 'fnd'] },
  funder_due: { class: 'asset', owners: ['fnd'] },
  merchant: { class: 'liability', owners: ['mer'] },
  reserve: { class: 'liability', owners: ['mer'] },
  dispute_held: { class: 'liability', owners: ['dsp'] },
  payout: { class: 'liability', owners: ['po'] },
  unapplied: { class: 'liability', owners: ['shp'] },
  shopper: { class: 'liability', owners: ['shp'] },
  down: { class: 'liability', owners: ['ord'] },
  draw: { class: 'liability', owners: ['drw'] },
  subsidy: { class: 'liability', owners: ['pln'] },
  participation: { class: 'liability', owners: ['fnd'] },
  accrued: { class: 'liability', owners: ['fnd'] },
  funder: { class: 'liability', owners: ['fnd'] },
  i_merchant_fee: { class: 'income', owners: [] },
  i_servicing: { class: 'income', owners: [] },
  i_early_payout: { class: 'income', owners: [] },
  x_processor: { class: 'expense', owners: [] },
  x_fee_share: { class: 'expense', owners: [] },
  x_credit_loss: { class: 'expense', owners: [] },
  x_merchant_loss: { class: 'expense', owners: [] },
  x_chargeback: { class: 'expense', owners: [] },
  suspense: { class: 'liability', owners: [] },
} as const satisfies Record<string, ChartEntry>;

export type AccountCode = keyof typeof chart;

type Named<Name extends string, Owners extends readonly IdPrefix[]> = Owners extends readonly [
  infer First extends IdPrefix,
  ...infer Rest extends readonly IdPrefix[],
]
  ? Named<`${Name}:${Id<First>}`, Rest>
  : Name;

type AccountOf<Code extends AccountCode> = Named<Code, (typeof chart)[Code]['owners']>;

type Strings<Owners extends readonly unknown[]> = { [Index in keyof Owners]: string };
type OwnersOf<Code extends AccountCode> = Strings<(typeof chart)[Code]['owners']>;

/** An account's name, such as `cash`, `merchant:mer_…` or `principal:pln_…:fnd_…`. */
export type Account = { [Code in AccountCode]: AccountOf<Code> }[AccountCode];

/** The side on which a balance of this class counts as positive. */
export function normalSide(accountClass: AccountClass): 'debit' | 'credit' {
  return accountClass === 'asset' || accountClass === 'expense' ? 'debit' : 'credit';
}

/**
 * The name of the account with this code and these owners. Throws when an id is not of the kind that the chart
 * names, because a transfer to a misnamed account could never be taken back.
 */
export function account<Code extends AccountCode>(code: Code, ...owners: OwnersOf<Code>): AccountOf<Code> {
  const name = [code, ...owners].join(':');
  parseAccount(name);
  return name as AccountOf<Code>;
}

export type ParsedAccount = { account: Account; code: AccountCode; class: AccountClass; owners: string[] };

/** The parts of an account's name; throws when the chart has no such account. */
export function parseAccount(name: string): ParsedAccount {
  const [code = '', ...owners] = name.split(':');
  if (!isAccountCode(code)) throw new Error(`the chart has no account ${name}`);
  const entry: ChartEntry = chart[code];
  const fits =
    owners.length === entry.owners.length &&
    entry.owners.every((prefix, index) => isId(prefix, owners[index]));
  if (!fits)
    throw new Error(`account ${name} is not named by ${entry.owners.join(' and ') || 'its code alone'}`);
  return { account: name as Account, code, class: entry.class, owners };
}

function isAccountCode(code: string): code is AccountCode {
  return Object.hasOwn(chart, code);
}
