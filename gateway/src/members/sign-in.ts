import type { Tx } from '../lib/tx.ts';
import { readAnswer } from '../passkeys/ceremonies.ts';
import { parseAuthentication } from '../passkeys/credential-json.ts';
import { openSession } from '../passkeys/sessions.ts';
import type { Asking } from '../passkeys/staff.ts';
import { countPasskeyUse } from '../passkeys/stored.ts';
import { noteMerchantDevice } from '../shoppers/links/devices.ts';
import { recordMemberAudit } from './audit.ts';
import type { MemberRow } from './members.ts';

/** In which environment the owner of the passkey works that an answer names; undefined for a passkey of nobody. */
export async function environmentOfAnswer(tx: Tx, credential: string): Promise<string | undefined> {
  const id = parseAuthentication(credential)?.id;
  if (id === undefined) return undefined;
  const row = await tx
    .sql<MemberRow>('members')
    .join('member_passkeys', 'members.id', 'member_passkeys.member_id')
    .where({ 'member_passkeys.id': id })
    .first<{ environment_id: string } | undefined>('members.environment_id');
  return row?.environment_id;
}

/**
 * Signs in whoever's passkey answered (`readAnswer`), in their environment. Whether the passkey, its member or the answer
 * is wrong is not told. `before` is the token of the session that this browser had.
 */
export async function signInMember(
  tx: Tx,
  input: Asking & { address: string; credential: string; before?: string | undefined },
): Promise<{ outcome: 'signed_in'; token: string } | { outcome: 'refused' }> {
  const answer = await readAnswer(tx, 'member', input);
  const row = answer && (await ownerOf(tx, answer.passkey.ownerId));
  if (!row) return { outcome: 'refused' };
  const { passkey, counter } = answer;
  const by = { member: { id: row.id, merchantId: row.merchant_id }, address: input.address };
  const objectId = passkey.id;
  if (row.disabled_at || counter === undefined) {
    await recordMemberAudit(tx, { by, action: 'sign_in_refused', objectId });
    return { outcome: 'refused' };
  }
  await countPasskeyUse(tx, 'member', passkey.id, counter);
  const { token } = await openSession(tx, 'member', { ownerId: row.id, before: input.before });
  await noteMerchantDevice(tx, { merchantId: row.merchant_id, browser: input.browser });
  await recordMemberAudit(tx, { by, action: 'signed_in', objectId });
  return { outcome: 'signed_in', token };
}

/** Its owner, disabled or not, where the transaction is in their environment. */
function ownerOf(tx: Tx, memberId: string): Promise<MemberRow | undefined> {
  return tx
    .sql<MemberRow>('members')
    .where({ environment_id: tx.environment.id, id: memberId as MemberRow['id'] })
    .first();
}
