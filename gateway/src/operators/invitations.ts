import { GatewayError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { findOpenInvitation, openInvitation, type OpenInvitation } from '../passkeys/invitations.ts';
import { recordAudit } from './audit.ts';
import {
  findOperator,
  mailPlace,
  type Operator,
  operatorRoles,
  type OperatorRole,
  operatorsOf,
} from './operators.ts';

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
  const { token, expiresAt } = await openInvitation(tx, 'operator', operator.id);
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
export async function findInvitation(
  tx: Tx,
  token: string,
): Promise<(OpenInvitation & { operator: Operator }) | undefined> {
  const invitation = await findOpenInvitation(tx, 'operator', token);
  const operator = invitation && (await findOperator(tx, invitation.ownerId));
  return operator && !operator.disabledAt ? { ...invitation, operator } : undefined;
}
