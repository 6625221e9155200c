import type { Tx } from '../lib/tx.ts';
import { type Operator, operatorsOf, toOperator } from './operators.ts';

/** An operator with how many passkeys they have; who has none waits for an invitation to be used. */
export type ListedOperator = Operator & { passkeys: number };

/** Everybody who works here or did, the oldest first. */
export async function listOperators(tx: Tx): Promise<ListedOperator[]> {
  const rows = await operatorsOf(tx).orderBy('id');
  const counted = await tx
    .sql('operator_passkeys')
    .groupBy('operator_id')
    .select<{ operator_id: string; passkeys: string }[]>(
      'operator_id',
      tx.sql.raw('count(*)::text as passkeys'),
    );
  const passkeys = new Map(counted.map((row) => [row.operator_id, Number(row.passkeys)]));
  return rows.map((row) => ({ ...toOperator(tx, row), passkeys: passkeys.get(row.id) ?? 0 }));
}
