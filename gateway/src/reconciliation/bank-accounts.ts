import { GatewayError } from '../lib/errors.ts';
import { isCurrency } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { accountOf } from './statement.ts';

/** One of our own accounts at a bank. */
export type BankAccount = { account: string; currency: string; name: string };

type BankAccountRow = BankAccount & { environment_id: string; created_at: Date };

/**
 * Names an account of ours, whose statements may then be imported: an IBAN or whatever else the bank calls it, 4 to 34
 * letters and digits. The same again changes its name. Throws `validation_failed`.
 */
export async function addBankAccount(tx: Tx, input: BankAccount): Promise<void> {
  const account = accountOf(input.account);
  const name = input.name.trim();
  const isRight = /^[A-Z0-9]{4,34}$/.test(account) && isCurrency(input.currency);
  if (!isRight || name === '' || name.length > 100)
    throw new GatewayError('validation_failed', { detail: 'This is no account, currency or name.' });
  const known = await findBankAccount(tx, account);
  if (known && known.currency !== input.currency)
    throw new GatewayError('validation_failed', { detail: 'The account has another currency.' });
  await tx
    .sql<BankAccountRow>('bank_accounts')
    .insert({
      environment_id: tx.environment.id,
      account,
      currency: input.currency,
      name,
      created_at: tx.wallNow,
    })
    .onConflict(['environment_id', 'account'])
    .merge(['name']);
}

export async function findBankAccount(tx: Tx, account: string): Promise<BankAccount | undefined> {
  return tx
    .sql<BankAccountRow>('bank_accounts')
    .where({ environment_id: tx.environment.id, account })
    .first('account', 'currency', 'name');
}

export async function listBankAccounts(tx: Tx): Promise<BankAccount[]> {
  return tx
    .sql<BankAccountRow>('bank_accounts')
    .where({ environment_id: tx.environment.id })
    .orderBy('account')
    .select('account', 'currency', 'name');
}
