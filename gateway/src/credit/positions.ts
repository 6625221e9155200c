import type { Tx } from '../lib/tx.ts';
import { type Funder, type FunderRow, toFunder } from './funders.ts';

/** What a funder could lend in a currency, and what of it is promised or lent, in minor units. */
export type Position = { funder: Funder; currency: string; capacity: bigint; carried: bigint };

/** Every funder with its capacity in each currency, in the order of priority; the paused ones too. */
export async function listPositions(tx: Tx): Promise<Position[]> {
  const rows = await tx
    .sql<FunderRow>('funders as f')
    .join('funder_slots as s', (join) =>
      join.on('s.environment_id', 'f.environment_id').andOn('s.funder_id', 'f.id'),
    )
    .where({ 'f.environment_id': tx.environment.id })
    .groupBy('f.environment_id', 'f.id', 's.currency')
    .orderBy(['f.priority', 'f.id', 's.currency'])
    .select<(FunderRow & Omit<Position, 'funder'>)[]>(
      'f.*',
      's.currency',
      tx.sql.raw('sum(s.capacity)::bigint as capacity'),
      tx.sql.raw('sum(s.capacity - s.remaining)::bigint as carried'),
    );
  return rows.map((row) => {
    const { currency, capacity, carried } = row;
    return { funder: toFunder(row, null), currency, capacity, carried };
  });
}
