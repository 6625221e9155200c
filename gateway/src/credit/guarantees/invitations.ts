import { addMs, dayMs } from '../../lib/dates.ts';
import type { Id } from '../../lib/ids.ts';
import type { Tx } from '../../lib/tx.ts';
import { indexesOf, indexToStore } from '../../shoppers/blind-index.ts';
import { normalizePhone } from '../../shoppers/phone.ts';
import { contactOf, dataKeyOf, erasedText, findContact } from '../../shoppers/profile.ts';
import { placeOf } from '../../shoppers/sealing.ts';
import {
  type Guarantee,
  guaranteeNotFound,
  type GuaranteeRow,
  guaranteesOf,
  type Role,
  roleIn,
  toGuarantee,
} from './guarantees.ts';
import { lapsesOn, todayIn } from './state.ts';

/** The invited phone as it is stored: sealed for the guarantor, and a keyed hash by which its owner finds the offer. */
export async function sealInvited(
  tx: Tx,
  input: { guaranteeId: string; guarantorId: string; phone: string },
): Promise<Pick<GuaranteeRow, 'phone_index' | 'phone_sealed'>> {
  const phone = normalizePhone(input.phone);
  const dataKey = await dataKeyOf(tx, input.guarantorId);
  const { index } = await indexToStore(tx, 'guarantees.phone', phone);
  return {
    phone_index: index,
    phone_sealed: tx.vault.seal(phone, placeOf(tx, 'guarantees', 'phone', input.guaranteeId), dataKey),
  };
}

/** The phone that the guarantor typed in, for the guarantor. */
export async function invitedPhone(
  tx: Tx,
  guarantee: Pick<Guarantee, 'id' | 'guarantorId'>,
): Promise<string> {
  const row = await guaranteesOf(tx, { id: guarantee.id }).first('phone_sealed');
  if (!row) throw guaranteeNotFound();
  if (row.phone_sealed === null) return erasedText;
  const dataKey = await dataKeyOf(tx, guarantee.guarantorId);
  return tx.vault.open(row.phone_sealed, placeOf(tx, 'guarantees', 'phone', guarantee.id), dataKey);
}

/** The phone of the guarantor, for whom they vouch for: as long as there is somebody. */
export async function guarantorPhone(tx: Tx, guarantorId: string): Promise<string> {
  return (await findContact(tx, guarantorId))?.phone ?? erasedText;
}

/** Deletes the invited phones of a shopper's guarantees, with the hashes by which they are found, on whichever side they stood. */
export async function forgetInvitations(tx: Tx, shopperId: Id<'shp'>): Promise<void> {
  await tx
    .sql<GuaranteeRow>('guarantees')
    .where({ environment_id: tx.environment.id })
    .whereRaw('? in (guarantor_id, debtor_id)', [shopperId])
    .whereNot({ status: 'offered' })
    .update({ phone_index: null, phone_sealed: null });
}

/** So long after an offer lapsed or was withdrawn is the phone kept of who never said yes, by business time. */
const invitedDays = 90;

/** Forgets the phones of those who were invited and never accepted; returns how many. */
export async function forgetInvitedPhones(tx: Tx): Promise<number> {
  return tx
    .sql<GuaranteeRow>('guarantees')
    .where({ environment_id: tx.environment.id, debtor_id: null })
    .whereNotNull('phone_sealed')
    .where('ended_at', '<=', addMs(tx.now, -invitedDays * dayMs))
    .update({ phone_index: null, phone_sealed: null });
}

/** The offers that wait for the phone of this shopper, the newest first. Nobody else can tell that there are any. */
export async function listInvitations(tx: Tx, shopperId: Id<'shp'>): Promise<Guarantee[]> {
  const { phone } = await contactOf(tx, shopperId);
  const rows = await guaranteesOf(tx, { status: 'offered' })
    .whereIn('phone_index', indexesOf(tx, 'guarantees.phone', phone))
    .whereNot({ guarantor_id: shopperId })
    .orderBy('id', 'desc');
  return rows.map(toGuarantee).filter((offer) => todayIn(tx) < lapsesOn(offer));
}

/**
 * A guarantee and on which side of it this shopper stands, also as the one who is invited. `not_found` for everybody
 * else, whether or not there is one.
 */
export async function findFor(
  tx: Tx,
  input: { guaranteeId: string; shopperId: Id<'shp'> },
): Promise<{ guarantee: Guarantee; role: Role }> {
  const row = await guaranteesOf(tx, { id: input.guaranteeId as Id<'gua'> }).first();
  if (!row) throw guaranteeNotFound();
  const guarantee = toGuarantee(row);
  const role = roleIn(guarantee, input.shopperId);
  if (role) return { guarantee, role };
  const { phone } = await contactOf(tx, input.shopperId);
  const isInvited =
    row.status === 'offered' &&
    indexesOf(tx, 'guarantees.phone', phone).some((index) => row.phone_index?.equals(index));
  if (!isInvited || todayIn(tx) >= lapsesOn(guarantee)) throw guaranteeNotFound();
  return { guarantee, role: 'debtor' };
}
