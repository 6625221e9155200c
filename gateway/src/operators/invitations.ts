import { addMs, hourMs } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { recordAudit } from './audit.ts';
import {
  findOperator,
  mailPlace,
  type Operator,
  operatorRoles,
  type OperatorRole,
  operatorsOf,
} from './operators.ts';
import { hashToken, newToken } from './token.ts';

const invitationLifeMs = 24 * hourMs;

export type Invitation = { id: Id<'inv'>; operator: Operator; expiresAt: Date };

type InvitationRow = {
  id: Id<'inv'>;
  operator_id: Id<'opr'>;
  token_hash: Buffer;
  created_at: Date;
  expires_at: Date;
  used_at: Date | null;
};

/**
 * Invites somebody new, or once more somebody whom this installation knows (`operatorId`), as when their passkey is lost.
 * `token` goes into the link and is not kept; it makes one passkey within 24 hours. An earlier invitation of the same
 * operator ends.
 *
 * @throws GatewayError `validation_failed` (no name, an unknown role or none), `not_found`, `state_conflict` (disabled).
 */
export async function inviteOperator(
  tx: Tx,
  input: { name: string; roles: readonly string[]; mail?: string | undefined } | { operatorId: string },
): Promise<{ operator: Operator; token: string; expiresAt: Date }> {
  const operator = 'operatorId' in input ? await known(tx, input.operatorId) : await add(tx, input);
  const token = newToken();
  const expiresAt = addMs(tx.wallNow, invitationLifeMs);
  const invitations = tx.sql<InvitationRow>('operator_invitations');
  await invitations.clone().where({ operator_id: operator.id, used_at: null }).delete();
  await invitations.insert({
    id: newId('inv'),
    operator_id: operator.id,
    token_hash: hashToken(token),
    created_at: tx.wallNow,
    expires_at: expiresAt,
  });
  await recordAudit(tx, {
    by: { commandLineFor: operator.id },
    action: 'operator_invited',
    details: { roles: operator.roles },
    inEnvironment: false,
  });
  return { operator, token, expiresAt };
}

async function known(tx: Tx, operatorId: string): Promise<Operator> {
  const operator = await findOperator(tx, operatorId);
  if (!operator) throw new GatewayError('not_found', { detail: `There is no operator ${operatorId}.` });
  if (operator.disabledAt)
    throw new GatewayError('state_conflict', { detail: `Operator ${operatorId} is disabled.` });
  return operator;
}

async function add(
  tx: Tx,
  input: { name: string; roles: readonly string[]; mail?: string | undefined },
): Promise<Operator> {
  const name = input.name.trim();
  if (name === '' || name.length > 100) {
    throw new GatewayError('validation_failed', { detail: 'A name has 1 to 100 characters.' });
  }
  const id = newId('opr');
  const mail = input.mail?.trim() ?? '';
  const operator = { id, name, roles: rolesOf(input.roles), createdAt: tx.wallNow, disabledAt: null };
  await operatorsOf(tx).insert({
    id,
    name,
    mail_sealed: mail === '' ? null : tx.vault.seal(mail, mailPlace(id)),
    roles: operator.roles,
    created_at: tx.wallNow,
  });
  return { ...operator, mail: mail === '' ? null : mail };
}

function rolesOf(asked: readonly string[]): OperatorRole[] {
  const unknown = asked.filter((role) => !operatorRoles.some((known) => known === role));
  const roles = operatorRoles.filter((role) => asked.includes(role));
  if (unknown.length > 0 || roles.length === 0) {
    throw new GatewayError('validation_failed', {
      detail: `Roles are some of ${operatorRoles.join(', ')}${unknown.length > 0 ? `, not ${unknown.join(', ')}` : ''}.`,
    });
  }
  return roles;
}

/** The invitation that this token opens: unused, in time, and of an operator who is not disabled. */
export async function findInvitation(tx: Tx, token: string): Promise<Invitation | undefined> {
  const row = await tx
    .sql<InvitationRow>('operator_invitations')
    .where({ token_hash: hashToken(token), used_at: null })
    .where('expires_at', '>', tx.wallNow)
    .first();
  const operator = row && (await findOperator(tx, row.operator_id));
  if (!row || !operator || operator.disabledAt) return undefined;
  return { id: row.id, operator, expiresAt: row.expires_at };
}

/** Uses an invitation up, which the row's lock lets one transaction at a time do; false when another one has. */
export async function useInvitation(tx: Tx, invitation: Pick<Invitation, 'id'>): Promise<boolean> {
  const used = await tx
    .sql<InvitationRow>('operator_invitations')
    .where({ id: invitation.id, used_at: null })
    .update({ used_at: tx.wallNow });
  return used === 1;
}

/** Takes back that an invitation was used, in the transaction that did. */
export async function reopenInvitation(tx: Tx, invitation: Pick<Invitation, 'id'>): Promise<void> {
  await tx.sql<InvitationRow>('operator_invitations').where({ id: invitation.id }).update({ used_at: null });
}
