import { recordEvent } from '../events/record.ts';
import { GatewayError } from '../lib/errors.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { changePayoutAccount, findMerchant, type Merchant } from '../merchants/merchants.ts';
import { indexToStore } from '../shoppers/blind-index.ts';
import { linkMerchant, lockEvidence } from '../shoppers/links/evidence.ts';
import { placeOf } from '../shoppers/sealing.ts';
import { isSameBusiness } from './name-match.ts';
import { parseAccountNumber } from './verify-account.ts';

/** Where a merchant is paid, or is going to be once a second operator has approved it. */
export type MerchantAccount = {
  id: Id<'bka'>;
  merchantId: Id<'mer'>;
  status: 'proposed' | 'active' | 'replaced' | 'rejected';
  holder: string;
  bankName: string;
  last4: string;
  /** The processor's name for it, which payouts are sent to. */
  payoutAccount: string;
  enteredBy: string;
  enteredAt: Date;
  decidedBy: string | null;
  decidedAt: Date | null;
};

type MerchantAccountRow = {
  environment_id: string;
  id: Id<'bka'>;
  merchant_id: Id<'mer'>;
  status: MerchantAccount['status'];
  holder: string;
  bank_name: string;
  last4: string;
  number_sealed: string;
  number_index: Buffer;
  payout_account: string;
  entered_by: string;
  entered_at: Date;
  decided_by: string | null;
  decided_at: Date | null;
};

function toMerchantAccount(row: MerchantAccountRow): MerchantAccount {
  return {
    id: row.id,
    merchantId: row.merchant_id,
    status: row.status,
    holder: row.holder,
    bankName: row.bank_name,
    last4: row.last4,
    payoutAccount: row.payout_account,
    enteredBy: row.entered_by,
    enteredAt: row.entered_at,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at,
  };
}

function merchantAccountsOf(tx: Tx) {
  return tx.sql<MerchantAccountRow>('merchant_bank_accounts').where({ environment_id: tx.environment.id });
}

/** An account as somebody enters it: whose, where, and what the processor calls it. */
export type EnteredAccount = { holder: string; number: string; bankName: string; payoutAccount: string };

type Proposal = EnteredAccount & { merchantId: string; enteredBy: string };

/** Stands for the processor's name of an account where whoever entered it does not know that. */
export const unnamedAccount = '-';

/**
 * The first of two people enters where a merchant is to be paid: an operator, or an owner of the merchant, who does not
 * know the processor's name for it (`unnamedAccount`).
 *
 * @throws GatewayError `not_found` (the merchant); `validation_failed` when the number is none or the holder is not the
 *   merchant; `state_conflict` when another account of theirs waits for its approval.
 */
export async function proposeMerchantAccount(tx: Tx, input: Proposal): Promise<MerchantAccount> {
  const merchant = await findMerchant(tx, input.merchantId);
  const waiting = await merchantAccountsOf(tx)
    .where({ merchant_id: merchant.id, status: 'proposed' })
    .first('id');
  if (waiting) {
    throw new GatewayError('state_conflict', { detail: 'Another account of theirs waits for approval.' });
  }
  requireHolder(merchant, input.holder);
  return store(tx, merchant, input, { status: 'proposed', entered_by: input.enteredBy });
}

/**
 * An operator approves what somebody else has entered: payouts go there from now on, and are held for 72 hours
 * (`settlement/holds`). `payoutAccount` is the processor's name where it was entered without one.
 *
 * @throws GatewayError `not_found`; `state_conflict` when it does not wait, or the same operator has entered it;
 *   `validation_failed` when the processor's name is still unknown.
 */
export async function approveMerchantAccount(
  tx: Tx,
  input: { accountId: string; operatorId: string; payoutAccount?: string | undefined },
): Promise<MerchantAccount> {
  const found = await lockProposed(tx, input.accountId);
  if (found.entered_by === input.operatorId) {
    throw new GatewayError('state_conflict', { detail: 'Another operator has to approve it.' });
  }
  const row = found.payout_account === unnamedAccount ? await nameAccount(tx, found, input) : found;
  await replaceActive(tx, row.merchant_id);
  const number = tx.vault.open(row.number_sealed, placeOf(tx, 'merchant_bank_accounts', 'number', row.id));
  await lockEvidence(tx, 'bank_account', [number]);
  const active = await decide(tx, row, { status: 'active', operatorId: input.operatorId });
  await linkMerchant(tx, { kind: 'bank_account', merchantId: row.merchant_id, values: [number] });
  await payTo(tx, active);
  return active;
}

async function nameAccount(
  tx: Tx,
  row: MerchantAccountRow,
  { payoutAccount = '' }: { payoutAccount?: string | undefined },
): Promise<MerchantAccountRow> {
  const name = payoutAccount.trim();
  if (name === '' || name === unnamedAccount || name.length > 200) {
    throw new GatewayError('validation_failed', { detail: 'Say what the processor calls this account.' });
  }
  await merchantAccountsOf(tx).where({ id: row.id }).update({ payout_account: name });
  return { ...row, payout_account: name };
}

/** An operator refuses what was entered, or takes their own entry back. Errors: `not_found`, `state_conflict`. */
export async function rejectMerchantAccount(
  tx: Tx,
  input: { accountId: string; operatorId: string },
): Promise<MerchantAccount> {
  const row = await lockProposed(tx, input.accountId);
  return decide(tx, row, { status: 'rejected', operatorId: input.operatorId });
}

/**
 * A provider has verified an account, which takes the place of the present one at once: the way of a sandbox.
 *
 * @throws GatewayError `not_found`; `validation_failed` when the holder is not the merchant.
 */
export async function changeMerchantAccount(
  tx: Tx,
  input: EnteredAccount & { merchantId: string; provider: string },
): Promise<MerchantAccount> {
  requireHolder(await findMerchant(tx, input.merchantId), input.holder);
  const account = await openMerchantAccount(tx, input);
  await payTo(tx, account);
  return account;
}

/**
 * The account that a merchant begins with, held by them. Nothing is held back because of it. It links the merchant with
 * shoppers who bound it, as does every account that becomes the merchant's. Throws `not_found`.
 */
export async function openMerchantAccount(
  tx: Tx,
  input: EnteredAccount & { merchantId: string; provider: string },
): Promise<MerchantAccount> {
  const merchant = await findMerchant(tx, input.merchantId);
  const number = parseAccountNumber(input.number);
  await lockEvidence(tx, 'bank_account', [number]);
  await replaceActive(tx, merchant.id);
  const decided = { decided_by: input.provider, decided_at: tx.wallNow };
  const account = await store(tx, merchant, input, { status: 'active', entered_by: merchant.id, ...decided });
  await linkMerchant(tx, { kind: 'bank_account', merchantId: merchant.id, values: [number] });
  return account;
}

/** A merchant takes back what its own people entered and nobody has approved. Errors: `not_found`, `state_conflict`. */
export async function takeBackMerchantAccount(
  tx: Tx,
  input: { accountId: string; merchantId: string; memberId: string },
): Promise<MerchantAccount> {
  const row = await lockProposed(tx, input.accountId);
  if (row.merchant_id !== input.merchantId)
    throw new GatewayError('not_found', { detail: 'There is no such bank account.' });
  return decide(tx, row, { status: 'rejected', operatorId: input.memberId });
}

/** The accounts of merchants that wait for a second operator, the oldest first. */
export async function listProposedAccounts(tx: Tx): Promise<MerchantAccount[]> {
  const rows = await merchantAccountsOf(tx).where({ status: 'proposed' }).orderBy('id').limit(100);
  return rows.map(toMerchantAccount);
}

/** Every account that a merchant ever had, the newest first. */
export async function listMerchantAccounts(tx: Tx, merchantId: string): Promise<MerchantAccount[]> {
  const rows = await merchantAccountsOf(tx)
    .where({ merchant_id: merchantId as Id<'mer'> })
    .orderBy('id', 'desc');
  return rows.map(toMerchantAccount);
}

async function store(
  tx: Tx,
  merchant: Merchant,
  entered: EnteredAccount,
  state: Pick<MerchantAccountRow, 'status' | 'entered_by'> &
    Partial<Pick<MerchantAccountRow, 'decided_by' | 'decided_at'>>,
): Promise<MerchantAccount> {
  const number = parseAccountNumber(entered.number);
  const id = newId('bka');
  const { index } = await indexToStore(tx, 'merchant_bank_accounts.number', number);
  const [row] = await tx
    .sql<MerchantAccountRow>('merchant_bank_accounts')
    .insert({
      environment_id: tx.environment.id,
      id,
      merchant_id: merchant.id,
      holder: entered.holder,
      bank_name: entered.bankName,
      last4: number.slice(-4),
      number_sealed: tx.vault.seal(number, placeOf(tx, 'merchant_bank_accounts', 'number', id)),
      number_index: index,
      payout_account: entered.payoutAccount,
      entered_at: tx.wallNow,
      ...state,
    })
    .returning('*');
  if (!row) throw new Error('the bank account was not stored');
  return toMerchantAccount(row);
}

function requireHolder({ name }: Merchant, holder: string): void {
  if (isSameBusiness(name, holder)) return;
  throw new GatewayError('validation_failed', {
    detail: 'The account is held under another name than the merchant’s.',
    errors: [{ pointer: '/holder', code: 'holder_differs' }],
  });
}

async function lockProposed(tx: Tx, accountId: string): Promise<MerchantAccountRow> {
  const row = await merchantAccountsOf(tx)
    .where({ id: accountId as Id<'bka'> })
    .forUpdate()
    .first();
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such bank account.' });
  if (row.status !== 'proposed') {
    throw new GatewayError('state_conflict', { detail: `The account is ${row.status}.` });
  }
  return row;
}

async function replaceActive(tx: Tx, merchantId: Id<'mer'>): Promise<void> {
  await merchantAccountsOf(tx)
    .where({ merchant_id: merchantId, status: 'active' })
    .update({ status: 'replaced' });
}

async function decide(
  tx: Tx,
  row: MerchantAccountRow,
  { status, operatorId }: { status: 'active' | 'rejected'; operatorId: string },
): Promise<MerchantAccount> {
  const [decided] = await merchantAccountsOf(tx)
    .where({ id: row.id })
    .update({ status, decided_by: operatorId, decided_at: tx.wallNow })
    .returning('*');
  if (!decided) throw new Error(`bank account ${row.id} vanished`);
  return toMerchantAccount(decided);
}

/** Payouts that start from now on go to this account, and the merchant is told. */
async function payTo(tx: Tx, account: MerchantAccount): Promise<void> {
  const { merchantId, payoutAccount } = account;
  await changePayoutAccount(tx, { merchantId, payoutAccount });
  await recordEvent(tx, {
    streams: [merchantId],
    type: 'merchant.bank_account_changed',
    objectId: account.id,
    objectVersion: 1,
    data: { bank_name: account.bankName, last4: account.last4 },
  });
}
