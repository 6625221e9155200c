import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { sealedPlace } from '../lib/vault.ts';

export const operatorRoles = ['support', 'risk', 'treasury', 'admin'] as const;

export type OperatorRole = (typeof operatorRoles)[number];

/** Somebody who works for whoever runs this installation, in every environment of it. */
export type Operator = {
  id: Id<'opr'>;
  name: string;
  mail: string | null;
  roles: OperatorRole[];
  createdAt: Date;
  /** Since when they may do nothing any more. */
  disabledAt: Date | null;
};

export type OperatorRow = {
  id: Id<'opr'>;
  name: string;
  mail_sealed: string | null;
  roles: OperatorRole[];
  created_at: Date;
  disabled_at: Date | null;
};

/** Operators belong to no environment: whichever a transaction is in, it sees all of them. */
export function operatorsOf(tx: Tx) {
  return tx.sql<OperatorRow>('operators');
}

export function mailPlace(operatorId: string): string {
  return sealedPlace('installation', 'operators', 'mail', operatorId);
}

export function toOperator(tx: Tx, row: OperatorRow): Operator {
  return {
    id: row.id,
    name: row.name,
    mail: row.mail_sealed === null ? null : tx.vault.open(row.mail_sealed, mailPlace(row.id)),
    roles: row.roles,
    createdAt: row.created_at,
    disabledAt: row.disabled_at,
  };
}

/** The operator with this id, disabled or not. */
export async function findOperator(tx: Tx, operatorId: string): Promise<Operator | undefined> {
  const row = await operatorsOf(tx)
    .where({ id: operatorId as Id<'opr'> })
    .first();
  return row && toOperator(tx, row);
}
