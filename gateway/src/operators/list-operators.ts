import type { Tx } from '../lib/tx.ts';
import { countPasskeys } from '../passkeys/stored.ts';
import { type Operator, operatorsOf, toOperator } from './operators.ts';

/** An operator with how many passkeys they have; who has none waits for an invitation to be used. */
export type ListedOperator = Operator & { passkeys: number };

/** Everybody who works here or did, the oldest first. */
export async function listOperators(tx: Tx): Promise<ListedOperator[]> {
  const rows = await operatorsOf(tx).orderBy('id');
  const passkeys = await countPasskeys(
    tx,
    'operator',
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({ ...toOperator(tx, row), passkeys: passkeys.get(row.id) ?? 0 }));
}
