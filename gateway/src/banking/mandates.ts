import { recordEvent } from '../events/record.ts';
import { GatewayError } from '../lib/errors.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { addPaymentMethod, listPaymentMethods, removePaymentMethod } from '../processor/payment-methods.ts';
import type { SavedMethod } from '../processor/port.ts';
import { findIdentity } from '../shoppers/identity.ts';
import { keepTexts } from '../shoppers/kept-texts.ts';
import { dataKeyOf, type Locale, locales } from '../shoppers/profile.ts';
import { placeOf } from '../shoppers/sealing.ts';
import { mandateText, mandateVersion } from './mandate-texts.ts';
import { type Proof, requireProof } from './proof.ts';
import { type BankAccountRow, lockShopperAccount, toBankAccount } from './shopper-accounts.ts';

/** A shopper's word that an account may be debited: by which text, since when, and until when. */
export type Mandate = {
  id: Id<'mdt'>;
  accountId: Id<'bka'>;
  paymentMethodId: Id<'pm'>;
  locale: Locale;
  version: string;
  textHash: string;
  givenAt: Date;
  endedAt: Date | null;
  endedBy: 'shopper' | 'bank' | null;
};

type MandateRow = {
  environment_id: string;
  id: Id<'mdt'>;
  shopper_id: Id<'shp'>;
  bank_account_id: Id<'bka'>;
  payment_method_id: Id<'pm'>;
  locale: Locale;
  version: string;
  text_hash: string;
  given_at: Date;
  ended_at: Date | null;
  ended_by: Mandate['endedBy'];
};

function toMandate(row: MandateRow): Mandate {
  return {
    id: row.id,
    accountId: row.bank_account_id,
    paymentMethodId: row.payment_method_id,
    locale: row.locale,
    version: row.version,
    textHash: row.text_hash,
    givenAt: row.given_at,
    endedAt: row.ended_at,
    endedBy: row.ended_by,
  };
}

function mandatesOf(tx: Tx) {
  return tx.sql<MandateRow>('debit_mandates').where({ environment_id: tx.environment.id });
}

/** Every mandate that a shopper ever gave, the newest first. */
export async function listMandates(tx: Tx, shopperId: string): Promise<Mandate[]> {
  const rows = await mandatesOf(tx)
    .where({ shopper_id: shopperId as Id<'shp'> })
    .orderBy('id', 'desc');
  return rows.map(toMandate);
}

type OwnAccount = { accountId: string; shopperId: Id<'shp'> };

/** What the processor is to be told of an account that is going to be debited. */
export type AccountToSave = { holder: string; number: string; bankCode: string; customer?: string };

/**
 * Opens the number of an account for the processor, which is asked between this transaction and `giveMandate`. `textHash` is
 * of the text that the page showed.
 *
 * @throws GatewayError `step_up_required`, `not_found`; `state_conflict` when the text is not the present one any more.
 */
export async function prepareMandate(
  tx: Tx,
  input: OwnAccount & { proof: Proof; textHash: string },
): Promise<AccountToSave> {
  const { shopperId } = input;
  await requireProof(tx, input.proof);
  const row = await lockShopperAccount(tx, input);
  textOf(row, input.textHash);
  const identity = await findIdentity(tx, shopperId);
  if (!identity) throw new Error(`shopper ${shopperId} has a bank account and no identity`);
  const [known] = await listPaymentMethods(tx, shopperId);
  return {
    holder: identity.name,
    number: tx.vault.open(
      row.number_sealed,
      placeOf(tx, 'shopper_bank_accounts', 'number', row.id),
      await dataKeyOf(tx, shopperId),
    ),
    bankCode: row.bank_code,
    ...(known && { customer: known.customer }),
  };
}

/**
 * Keeps that a shopper lets us debit an account, with the words that they read; the account can be paid with from now on.
 * Said again, the first mandate stands. Errors as of `prepareMandate`.
 */
export async function giveMandate(
  tx: Tx,
  input: OwnAccount & { proof: Proof; textHash: string; saved: SavedMethod },
): Promise<Mandate> {
  const { shopperId, saved, textHash } = input;
  await requireProof(tx, input.proof);
  const account = await lockShopperAccount(tx, input);
  const open = await mandatesOf(tx).where({ bank_account_id: account.id }).whereNull('ended_at').first();
  if (open) return toMandate(open);
  const { locale, words } = textOf(account, textHash);
  await keepTexts(tx, [words]);
  const method = await addPaymentMethod(tx, {
    shopperId,
    saved: { ...saved, brand: account.bank_name, last4: account.last4 },
  });
  const [row] = await tx
    .sql<MandateRow>('debit_mandates')
    .insert({
      environment_id: tx.environment.id,
      id: newId('mdt'),
      shopper_id: shopperId,
      bank_account_id: account.id,
      payment_method_id: method.id,
      locale,
      version: mandateVersion,
      text_hash: textHash,
      given_at: tx.now,
    })
    .returning('*');
  if (!row) throw new Error('the mandate was not stored');
  await recordMandateEvent(tx, 'mandate.given', row, account);
  return toMandate(row);
}

/** The text with this hash, in the language in which it was read. */
function textOf(account: BankAccountRow, hash: string): { locale: Locale; words: string } {
  for (const locale of locales) {
    const text = mandateText(locale, toBankAccount(account));
    if (text.hash === hash) return { locale, words: text.words };
  }
  throw new GatewayError('state_conflict', {
    detail: 'The text has changed since it was shown.',
    hint: 'Read the present text and agree again.',
  });
}

/** The shopper takes a mandate back, at any time. A debit that is under way goes on. Throws `not_found`. */
export async function endMandate(tx: Tx, input: OwnAccount): Promise<void> {
  const account = await lockShopperAccount(tx, input);
  const open = await mandatesOf(tx).where({ bank_account_id: account.id }).whereNull('ended_at').first();
  if (open) await end(tx, open, 'shopper');
}

/** The bank says that its customer has told it to refuse our debits: nothing is asked of the account any more. */
export async function endMandateOf(tx: Tx, input: { paymentMethodId: string | null }): Promise<void> {
  const open = await mandatesOf(tx)
    .where({ payment_method_id: input.paymentMethodId as Id<'pm'> })
    .whereNull('ended_at')
    .forUpdate()
    .first();
  if (open) await end(tx, open, 'bank');
}

async function end(tx: Tx, mandate: MandateRow, by: 'shopper' | 'bank'): Promise<void> {
  const [row] = await mandatesOf(tx)
    .where({ id: mandate.id })
    .whereNull('ended_at')
    .update({ ended_at: tx.now, ended_by: by })
    .returning('*');
  if (!row) return;
  await removePaymentMethod(tx, row.payment_method_id);
  const account = await tx
    .sql<BankAccountRow>('shopper_bank_accounts')
    .where({ environment_id: tx.environment.id, id: row.bank_account_id })
    .first();
  if (!account) throw new Error(`mandate ${row.id} has no bank account`);
  await recordMandateEvent(tx, 'mandate.ended', row, account);
}

async function recordMandateEvent(
  tx: Tx,
  type: 'mandate.given' | 'mandate.ended',
  row: MandateRow,
  account: BankAccountRow,
): Promise<void> {
  await recordEvent(tx, {
    streams: [row.shopper_id],
    type,
    objectId: row.id,
    objectVersion: type === 'mandate.given' ? 1 : 2,
    data: { bank_name: account.bank_name, last4: account.last4, by: row.ended_by },
  });
}
