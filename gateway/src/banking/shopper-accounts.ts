import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';

/** A bank account of a shopper, as much of it as a person needs to know theirs. */
export type BankAccount = {
  id: Id<'bka'>;
  shopperId: Id<'shp'>;
  status: 'active' | 'removed';
  bankName: string;
  last4: string;
  boundAt: Date;
};

export type BankAccountRow = {
  environment_id: string;
  id: Id<'bka'>;
  shopper_id: Id<'shp'>;
  status: BankAccount['status'];
  bank_name: string;
  bank_code: string;
  last4: string;
  number_sealed: string;
  /** Null once the shopper was erased. */
  number_index: Buffer | null;
  provider: string;
  reference: string;
  bound_at: Date;
  removed_at: Date | null;
  version: number;
};

export function toBankAccount(row: BankAccountRow): BankAccount {
  return {
    id: row.id,
    shopperId: row.shopper_id,
    status: row.status,
    bankName: row.bank_name,
    last4: row.last4,
    boundAt: row.bound_at,
  };
}

export function accountsOf(tx: Tx) {
  return tx.sql<BankAccountRow>('shopper_bank_accounts').where({ environment_id: tx.environment.id });
}

/** The accounts that a shopper has bound and not removed, the newest first. */
export async function listShopperAccounts(tx: Tx, shopperId: string): Promise<BankAccount[]> {
  const rows = await accountsOf(tx)
    .where({ shopper_id: shopperId as Id<'shp'>, status: 'active' })
    .orderBy('id', 'desc');
  return rows.map(toBankAccount);
}

/** Every account that a shopper ever bound, those that they removed among them, the newest first. */
export async function listEveryAccount(tx: Tx, shopperId: string): Promise<BankAccount[]> {
  const rows = await accountsOf(tx)
    .where({ shopper_id: shopperId as Id<'shp'> })
    .orderBy('id', 'desc');
  return rows.map(toBankAccount);
}

/** One of the shopper's bound accounts, which nobody else changes until the transaction ends; throws `not_found`. */
export async function lockShopperAccount(
  tx: Tx,
  input: { accountId: string; shopperId: string },
): Promise<BankAccountRow> {
  const row = await accountsOf(tx)
    .where({
      id: input.accountId as Id<'bka'>,
      shopper_id: input.shopperId as Id<'shp'>,
      status: 'active',
    })
    .forUpdate()
    .first();
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such bank account.' });
  return row;
}

/** When this shopper last bound or removed a bank account, by business time; undefined when they never did. */
export async function lastBankChange(tx: Tx, shopperId: string): Promise<Date | undefined> {
  const { rows } = await tx.sql.raw<{ rows: { at: Date | null }[] }>(
    `select max(greatest(bound_at, removed_at)) as at from shopper_bank_accounts
     where environment_id = ? and shopper_id = ?`,
    [tx.environment.id, shopperId],
  );
  return rows[0]?.at ?? undefined;
}
