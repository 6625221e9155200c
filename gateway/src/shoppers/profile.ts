import { z } from 'zod';
import { isTimeZone } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import type { DataKey } from '../lib/vault.ts';
import { indexesOf, indexToStore } from './blind-index.ts';
import { normalizePhone } from './phone.ts';
import { placeOf } from './sealing.ts';

export const locales = ['en', 'zh-CN'] as const;
export type Locale = (typeof locales)[number];

export type Shopper = { id: Id<'shp'>; locale: Locale; createdAt: Date };

/** How a shopper is reached, in plain text: for the message that is being written, never to be kept. */
export type Contact = {
  phone: string;
  mail: string | undefined;
  locale: Locale;
  /** Where they are, as far as they said: an IANA time zone. */
  timeZone: string | undefined;
  /** What they do not want to be sent, by the names that messages are grouped by. */
  mutedNotices: readonly string[];
};

type ShopperRow = {
  environment_id: string;
  id: Id<'shp'>;
  /** Null, as the phone, once the shopper was erased. */
  data_key: string | null;
  phone_index: Buffer | null;
  /** The same by the version that was being left when they came, for as long as it is. */
  phone_index_before: Buffer | null;
  phone_sealed: string | null;
  mail_sealed: string | null;
  locale: Locale;
  time_zone: string | null;
  muted_notices: string[];
  created_at: Date;
  erased_at: Date | null;
};

/** A shopper who was not erased. */
type KnownRow = ShopperRow & { data_key: string; phone_sealed: string };

function shoppersOf(tx: Tx) {
  return tx.sql<ShopperRow>('shoppers').where({ environment_id: tx.environment.id });
}

/** Undefined once they were erased; `not_found` when there never was one. */
async function findKnown(tx: Tx, shopperId: string): Promise<KnownRow | undefined> {
  const row = await shoppersOf(tx)
    .where({ id: shopperId as Id<'shp'> })
    .first();
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such shopper.' });
  const { data_key, phone_sealed } = row;
  return data_key === null || phone_sealed === null ? undefined : { ...row, data_key, phone_sealed };
}

async function findRow(tx: Tx, shopperId: string): Promise<KnownRow> {
  const row = await findKnown(tx, shopperId);
  if (!row) throw new GatewayError('not_found', { detail: 'The shopper was erased.' });
  return row;
}

/** The shopper with this id in the transaction's environment; `not_found` otherwise, and when they were erased. */
export async function findShopper(tx: Tx, shopperId: string): Promise<Shopper> {
  const row = await findRow(tx, shopperId);
  return { id: row.id, locale: row.locale, createdAt: row.created_at };
}

/**
 * The shopper whom a proven phone belongs to; one is made at the first proof, with a data key of their own. Two
 * proofs of one number at the same time find the same shopper.
 */
export async function findOrCreateShopper(
  tx: Tx,
  input: { phone: string; locale: Locale },
): Promise<{ shopperId: Id<'shp'>; isNew: boolean }> {
  const phone = normalizePhone(input.phone);
  const find = async () =>
    shoppersOf(tx)
      .whereIn('phone_index', indexesOf(tx, 'shoppers.phone', phone))
      .first('id');
  const known = await find();
  if (known) return { shopperId: known.id, isNew: false };

  const { index, before } = await indexToStore(tx, 'shoppers.phone', phone);
  // While versions change they may have come in between, under the one before, where no unique index meets them.
  const come = await find();
  if (come) return { shopperId: come.id, isNew: false };
  const id = newId('shp');
  const { dataKey, wrapped } = tx.vault.newDataKey(id);
  const [created] = await tx
    .sql<ShopperRow>('shoppers')
    .insert({
      environment_id: tx.environment.id,
      id,
      data_key: wrapped,
      phone_index: index,
      phone_index_before: before,
      phone_sealed: tx.vault.seal(phone, placeOf(tx, 'shoppers', 'phone', id), dataKey),
      locale: input.locale,
      created_at: tx.now,
    })
    .onConflict(['environment_id', 'phone_index'])
    .ignore()
    .returning('id');
  if (created) return { shopperId: created.id, isNew: true };

  const winner = await find();
  if (!winner) throw new Error('the shopper was neither stored nor found');
  return { shopperId: winner.id, isNew: false };
}

/** The language that the shopper reads, also in messages. */
export async function setLocale(tx: Tx, input: { shopperId: string; locale: Locale }): Promise<void> {
  await shoppersOf(tx)
    .where({ id: input.shopperId as Id<'shp'> })
    .update({ locale: input.locale });
}

/** Where the shopper is, so that messages do not wake them; null for where the environment is. */
export async function setTimeZone(
  tx: Tx,
  input: { shopperId: string; timeZone: string | null },
): Promise<void> {
  if (input.timeZone !== null && !isTimeZone(input.timeZone)) {
    throw new GatewayError('validation_failed', {
      detail: 'This is not an IANA time zone.',
      errors: [{ pointer: '/time_zone', code: 'invalid_time_zone' }],
    });
  }
  await shoppersOf(tx)
    .where({ id: input.shopperId as Id<'shp'> })
    .update({ time_zone: input.timeZone });
}

/** What the shopper does not want to be sent from now on: groups of messages, by their names. */
export async function setMutedNotices(
  tx: Tx,
  input: { shopperId: string; muted: readonly string[] },
): Promise<void> {
  await shoppersOf(tx)
    .where({ id: input.shopperId as Id<'shp'> })
    .update({ muted_notices: [...input.muted] });
}

/** Keeps a mail address, to which messages go from now on; `validation_failed` when it is none. */
export async function saveMail(tx: Tx, input: { shopperId: string; mail: string }): Promise<void> {
  const mail = z.email().max(254).safeParse(input.mail.trim());
  if (!mail.success) {
    throw new GatewayError('validation_failed', {
      detail: 'This is not a mail address.',
      errors: [{ pointer: '/mail', code: 'invalid_mail' }],
    });
  }
  const { id } = await findShopper(tx, input.shopperId);
  const dataKey = await dataKeyOf(tx, id);
  await shoppersOf(tx)
    .where({ id })
    .update({ mail_sealed: tx.vault.seal(mail.data, placeOf(tx, 'shoppers', 'mail', id), dataKey) });
}

/** How a shopper is reached; `not_found` when there is none, or they were erased. */
export async function contactOf(tx: Tx, shopperId: string): Promise<Contact> {
  return openContact(tx, await findRow(tx, shopperId));
}

/** The same where it may be that the shopper was erased: then it is undefined. */
export async function findContact(tx: Tx, shopperId: string): Promise<Contact | undefined> {
  const row = await findKnown(tx, shopperId);
  return row && openContact(tx, row);
}

function openContact(tx: Tx, row: KnownRow): Contact {
  const dataKey = tx.vault.unwrapDataKey(row.data_key, row.id);
  const open = (sealed: string, column: string) =>
    tx.vault.open(sealed, placeOf(tx, 'shoppers', column, row.id), dataKey);
  return {
    phone: open(row.phone_sealed, 'phone'),
    mail: row.mail_sealed === null ? undefined : open(row.mail_sealed, 'mail'),
    locale: row.locale,
    timeZone: row.time_zone ?? undefined,
    mutedNotices: row.muted_notices,
  };
}

/** The key under which everything about one shopper is sealed; `not_found` when they were erased, and it with them. */
export async function dataKeyOf(tx: Tx, shopperId: string): Promise<DataKey> {
  const row = await findRow(tx, shopperId);
  return tx.vault.unwrapDataKey(row.data_key, row.id);
}

/** The same where it may be that the shopper was erased: then it is undefined, and nothing opens any more. */
export async function findDataKey(tx: Tx, shopperId: string): Promise<DataKey | undefined> {
  const row = await findKnown(tx, shopperId);
  return row && tx.vault.unwrapDataKey(row.data_key, row.id);
}

/** What stands where something was written by, or about, a shopper who was erased. */
export const erasedText = '[erased]';

/**
 * What one merchant sees as the shopper's id: always the same for this merchant, and not to be matched with what
 * another merchant sees.
 */
export function pairwiseId(tx: Tx, merchantId: string, shopperId: string): Id<'shp'> {
  const stamp = tx.vault.stamp('pairwise_shopper', [tx.environment.id, merchantId, shopperId].join('\n'));
  return `shp_${Buffer.from(stamp, 'base64url').subarray(0, 16).toString('hex')}`;
}
