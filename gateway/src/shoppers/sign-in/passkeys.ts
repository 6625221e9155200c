import { GatewayError } from '../../lib/errors.ts';
import type { Id } from '../../lib/ids.ts';
import type { Tx } from '../../lib/tx.ts';
import { keepPasskey } from '../../passkeys/ceremonies.ts';
import { parseRegistration } from '../../passkeys/credential-json.ts';
import type { Asking } from '../../passkeys/staff.ts';
import { listPasskeys, namePasskey, removePasskey } from '../../passkeys/stored.ts';
import { dataKeyOf } from '../profile.ts';
import { placeOf } from '../sealing.ts';
import { endOtherShopperSessions } from '../sessions.ts';
import { requireMayAddPasskey } from '../step-up.ts';
import { recordSignInChange } from './changes.ts';

/** So many passkeys one shopper may have. */
export const mostPasskeys = 10;

const longestName = 40;

/** One of a shopper's passkeys, for its owner. `id` is the credential's, base64url; `name` what they call it. */
export type OwnPasskey = { id: string; name: string | undefined; createdAt: Date; usedAt: Date | null };

/** A shopper's passkeys, the oldest first. */
export async function listShopperPasskeys(tx: Tx, shopperId: Id<'shp'>): Promise<OwnPasskey[]> {
  const passkeys = await listPasskeys(tx, 'shopper', shopperId);
  if (passkeys.length === 0) return [];
  const dataKey = await dataKeyOf(tx, shopperId);
  return passkeys.map(({ id, nameSealed, createdAt, usedAt }) => ({
    id,
    name: nameSealed === null ? undefined : tx.vault.open(nameSealed, placeOfName(tx, id), dataKey),
    createdAt,
    usedAt,
  }));
}

/**
 * Keeps the passkey that a shopper's browser made; see `keepPasskey` for what is refused. A passkey opens everything that a
 * shopper may do, so whoever adds one has just proved who they are. `known` when it was added before: the form was sent again.
 *
 * @throws GatewayError `step_up_required` unless the session may add one (`mayAddPasskey`).
 */
export async function addShopperPasskey(
  tx: Tx,
  input: Asking & { shopperId: Id<'shp'>; sessionId: Id<'sse'>; credential: string },
): Promise<'added' | 'known' | 'refused' | 'too_many'> {
  const { shopperId, sessionId } = input;
  await requireMayAddPasskey(tx, sessionId);
  // Two that are added at once wait for each other here, so that neither is counted late.
  await tx
    .sql('shoppers')
    .where({ environment_id: tx.environment.id, id: shopperId })
    .forUpdate()
    .first('id');
  const own = await listPasskeys(tx, 'shopper', shopperId);
  const sent = parseRegistration(input.credential)?.id;
  if (own.some(({ id }) => id === sent)) return 'known';
  if (own.length >= mostPasskeys) return 'too_many';
  const kept = await keepPasskey(tx, 'shopper', { ...input, person: { id: shopperId } });
  if (!kept) return 'refused';
  await recordSignInChange(tx, { shopperId, kind: 'passkey_added' });
  return 'added';
}

/**
 * Names one of a shopper's passkeys; an empty name takes the name away. False when they have no such passkey.
 *
 * @throws GatewayError `validation_failed` for a name of more than 40 characters.
 */
export async function nameShopperPasskey(
  tx: Tx,
  input: { shopperId: Id<'shp'>; passkeyId: string; name: string },
): Promise<boolean> {
  const { shopperId, passkeyId } = input;
  const name = input.name.normalize('NFKC').replaceAll(/\s+/g, ' ').trim();
  if (name.length > longestName) {
    throw new GatewayError('validation_failed', {
      detail: `The name of a passkey has at most ${longestName} characters.`,
      errors: [{ pointer: '/name', code: 'invalid_name' }],
    });
  }
  const dataKey = await dataKeyOf(tx, shopperId);
  const nameSealed = name === '' ? null : tx.vault.seal(name, placeOfName(tx, passkeyId), dataKey);
  return namePasskey(tx, { shopperId, passkeyId, nameSealed });
}

/**
 * Removes one of a shopper's passkeys, the last one too: the phone is always left. Whoever may have signed in with it is
 * signed out: all their sessions end but `sessionId`. False when they have no such passkey.
 */
export async function removeShopperPasskey(
  tx: Tx,
  input: { shopperId: Id<'shp'>; sessionId: Id<'sse'>; passkeyId: string },
): Promise<boolean> {
  const { shopperId, sessionId, passkeyId } = input;
  const removed = await removePasskey(tx, 'shopper', { ownerId: shopperId, passkeyId });
  if (removed !== 'removed') return false;
  await endOtherShopperSessions(tx, { shopperId, but: sessionId });
  await recordSignInChange(tx, { shopperId, kind: 'passkey_removed' });
  return true;
}

function placeOfName(tx: Tx, passkeyId: string): string {
  return placeOf(tx, 'shopper_passkeys', 'name', passkeyId);
}
