import { GatewayError } from '../lib/errors.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import type { MethodKind, SavedMethod } from './port.ts';

/**
 * What a shopper pays with: the processor's names for it, and as much of the card as a person needs to know it. The brand of
 * a bank account is its bank's name.
 */
export type PaymentMethod = {
  id: Id<'pm'>;
  kind: MethodKind;
  shopperId: string;
  customer: string;
  method: string;
  brand: string;
  last4: string;
  status: 'active' | 'removed';
};

type PaymentMethodRow = {
  environment_id: string;
  id: Id<'pm'>;
  kind: MethodKind;
  shopper_id: string;
  processor_customer: string;
  processor_method: string;
  brand: string;
  last4: string;
  status: PaymentMethod['status'];
  fingerprint: Buffer | null;
  card_country: string | null;
  created_at: Date;
};

function toPaymentMethod(row: PaymentMethodRow): PaymentMethod {
  return {
    id: row.id,
    kind: row.kind,
    shopperId: row.shopper_id,
    customer: row.processor_customer,
    method: row.processor_method,
    brand: row.brand,
    last4: row.last4,
    status: row.status,
  };
}

/** The keyed hash by which cards are told to be the same one. */
export function fingerprintOf(tx: Tx, fingerprint: string): Buffer {
  return tx.vault.blindIndex('payment_methods.fingerprint', `${tx.environment.id}\n${fingerprint}`);
}

/** Stores for a shopper what the processor has saved. */
export async function addPaymentMethod(
  tx: Tx,
  input: { shopperId: string; saved: SavedMethod },
): Promise<PaymentMethod> {
  const { fingerprint, country } = input.saved;
  const [row] = await tx
    .sql<PaymentMethodRow>('payment_methods')
    .insert({
      environment_id: tx.environment.id,
      id: newId('pm'),
      kind: input.saved.kind,
      shopper_id: input.shopperId,
      processor_customer: input.saved.customer,
      processor_method: input.saved.method,
      brand: input.saved.brand,
      last4: input.saved.last4,
      status: 'active',
      fingerprint: fingerprint === undefined ? null : fingerprintOf(tx, fingerprint),
      card_country: country ?? null,
      created_at: tx.now,
    })
    .returning('*');
  if (!row) throw new Error('the payment method was not stored');
  return toPaymentMethod(row);
}

/** The shopper's methods that can be paid with, bank accounts among them, the newest first. */
export async function listPaymentMethods(tx: Tx, shopperId: string): Promise<PaymentMethod[]> {
  const rows = await tx
    .sql<PaymentMethodRow>('payment_methods')
    .where({ environment_id: tx.environment.id, shopper_id: shopperId, status: 'active' })
    .orderBy('id', 'desc');
  return rows.map(toPaymentMethod);
}

/** The shopper's cards, the newest first: what is paid at once is held on a card, and cash is sent to one. */
export async function listCards(tx: Tx, shopperId: string): Promise<PaymentMethod[]> {
  return (await listPaymentMethods(tx, shopperId)).filter(({ kind }) => kind === 'card');
}

/**
 * One of the shopper's cards, or one of their bank accounts where that will do; a removed one and somebody else's are
 * `not_found`.
 */
export async function findPaymentMethod(
  tx: Tx,
  input: { id: string; shopperId: string; orBankAccount?: true },
): Promise<PaymentMethod> {
  const row = await tx
    .sql<PaymentMethodRow>('payment_methods')
    .where({
      environment_id: tx.environment.id,
      id: input.id as Id<'pm'>,
      shopper_id: input.shopperId,
      status: 'active',
    })
    .modify((query) => {
      if (!input.orBankAccount) void query.where({ kind: 'card' });
    })
    .first();
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such payment method.' });
  return toPaymentMethod(row);
}

/** A payment method of whatever state, as what was asked of it needs it. */
export async function readPaymentMethod(tx: Tx, id: string): Promise<PaymentMethod> {
  const row = await tx
    .sql<PaymentMethodRow>('payment_methods')
    .where({ environment_id: tx.environment.id, id: id as Id<'pm'> })
    .first();
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such payment method.' });
  return toPaymentMethod(row);
}

/** Nothing is asked of this shopper's methods any more, and no card is known again by its hash. */
export async function forgetPaymentMethods(tx: Tx, shopperId: string): Promise<void> {
  await tx
    .sql<PaymentMethodRow>('payment_methods')
    .where({ environment_id: tx.environment.id, shopper_id: shopperId })
    .update({ status: 'removed', fingerprint: null });
}

/** Nothing is asked of this method any more. What is under way goes on. */
export async function removePaymentMethod(tx: Tx, id: string): Promise<void> {
  await tx
    .sql<PaymentMethodRow>('payment_methods')
    .where({ environment_id: tx.environment.id, id: id as Id<'pm'> })
    .update({ status: 'removed' });
}
