import { account } from '../ledger/accounts.ts';
import { balance } from '../ledger/balances.ts';
import { GatewayError } from '../lib/errors.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { writeOffMerchantDebt } from './debts.ts';

/** That what a merchant owes be given up at our expense: one operator asks, another one does it. */
export type WriteOff = {
  id: Id<'mwo'>;
  merchantId: string;
  currency: string;
  /** Minor units. */
  amount: bigint;
  /** Why, in the words of who asked. */
  note: string;
  status: 'asked' | 'done' | 'refused';
  askedBy: string;
  askedAt: Date;
};

type WriteOffRow = {
  environment_id: string;
  id: Id<'mwo'>;
  merchant_id: string;
  currency: string;
  amount: bigint;
  note: string;
  status: WriteOff['status'];
  asked_by: string;
  asked_at: Date;
  ended_by: string | null;
  ended_at: Date | null;
};

/** So many characters does the note hold. */
export const longestWriteOffNote = 1000;

function writeOffsOf(tx: Tx) {
  return tx.sql<WriteOffRow>('merchant_write_offs').where({ environment_id: tx.environment.id });
}

function toWriteOff(row: WriteOffRow): WriteOff {
  return {
    id: row.id,
    merchantId: row.merchant_id,
    currency: row.currency,
    amount: row.amount,
    note: row.note,
    status: row.status,
    askedBy: row.asked_by,
    askedAt: row.asked_at,
  };
}

/** What waits for a second operator, the oldest first. */
export async function listAskedWriteOffs(tx: Tx): Promise<WriteOff[]> {
  return (await writeOffsOf(tx).where({ status: 'asked' }).orderBy('id')).map(toWriteOff);
}

/**
 * Asks that a part of a merchant's debt be given up, or all of it; of one merchant and currency once at a time.
 * Errors: `not_found`; `state_conflict` when it owes less, or that is asked already.
 */
export async function askWriteOff(
  tx: Tx,
  input: { merchantId: string; currency: string; amount: bigint; note: string; operatorId: string },
): Promise<WriteOff> {
  const { merchantId, currency, amount, note, operatorId } = input;
  await requireDebt(tx, { merchantId, currency, amount });
  const [row] = await tx
    .sql<WriteOffRow>('merchant_write_offs')
    .insert({
      environment_id: tx.environment.id,
      id: newId('mwo'),
      merchant_id: merchantId,
      currency,
      amount,
      note,
      status: 'asked',
      asked_by: operatorId,
      asked_at: tx.wallNow,
    })
    .onConflict(tx.sql.raw("(environment_id, merchant_id, currency) where status = 'asked'") as never)
    .ignore()
    .returning('*');
  if (!row) throw conflict('It is asked already that a debt of this merchant be given up.');
  return toWriteOff(row);
}

/**
 * Ends what was asked: another operator gives the debt up, or anybody, who asked among them, refuses.
 * Errors: `not_found`; `state_conflict` when it is over, asked by the same operator, or less is owed by now.
 */
export async function endWriteOff(
  tx: Tx,
  input: { writeOffId: string; operatorId: string; end: 'done' | 'refused' },
): Promise<WriteOff> {
  const { operatorId, end } = input;
  const id = input.writeOffId as Id<'mwo'>;
  const row = await writeOffsOf(tx).where({ id }).forUpdate().first();
  if (!row) throw new GatewayError('not_found', { detail: 'Nobody has asked this.' });
  if (row.status !== 'asked') throw conflict(`It is ${row.status} already.`);
  if (end === 'done') {
    if (row.asked_by === operatorId) throw conflict('Another operator has to do it.');
    const debt = { merchantId: row.merchant_id, currency: row.currency, amount: row.amount };
    await requireDebt(tx, debt);
    await writeOffMerchantDebt(tx, { ...debt, sourceId: id });
  }
  const change = { status: end, ended_by: operatorId, ended_at: tx.wallNow };
  await writeOffsOf(tx).where({ id }).update(change);
  return toWriteOff({ ...row, ...change });
}

/** The merchant's row is locked, so that nothing is settled of it meanwhile. */
async function requireDebt(
  tx: Tx,
  { merchantId, currency, amount }: { merchantId: string; currency: string; amount: bigint },
): Promise<void> {
  const merchant = await tx
    .sql('merchants')
    .where({ environment_id: tx.environment.id, id: merchantId })
    .forUpdate()
    .first<{ id: string } | undefined>('id');
  if (!merchant) throw new GatewayError('not_found', { detail: 'There is no such merchant.' });
  const owed = -(await balance(tx, account('merchant', merchantId), currency));
  if (amount <= 0n || amount > owed) throw conflict('The merchant does not owe so much.');
}

function conflict(detail: string): GatewayError {
  return new GatewayError('state_conflict', { detail });
}
