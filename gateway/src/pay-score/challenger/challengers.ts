import type { Tx } from '../../lib/tx.ts';

/** At most so many models score in shadow at a time: each costs a pass over every past decision. */
export const mostChallengers = 3;

/** A model that scores in shadow beside the one that decides. */
export type Challenger = {
  /** The sha256 that its file carries. */
  hash: string;
  name: string;
  addedAt: Date;
  /** Since when it scores nothing new; its scores stay. */
  retiredAt: Date | null;
};

export type ChallengerRow = {
  environment_id: string;
  hash: string;
  name: string;
  model: string;
  added_at: Date;
  retired_at: Date | null;
};

export function challengersOf(tx: Tx) {
  return tx.sql<ChallengerRow>('challengers').where({ environment_id: tx.environment.id });
}

function toChallenger(row: Pick<ChallengerRow, 'hash' | 'name' | 'added_at' | 'retired_at'>): Challenger {
  return { hash: row.hash, name: row.name, addedAt: row.added_at, retiredAt: row.retired_at };
}

/** All challengers of this environment, those that score first. */
export async function listChallengers(tx: Tx): Promise<Challenger[]> {
  const rows = await challengersOf(tx)
    .orderByRaw('retired_at is not null, added_at, hash')
    .select('hash', 'name', 'added_at', 'retired_at');
  return rows.map(toChallenger);
}

/** The challenger whose hash begins so; undefined when none or several do. */
export async function findChallenger(tx: Tx, hash: string): Promise<Challenger | undefined> {
  if (!/^[0-9a-f]{8,64}$/.test(hash)) return undefined;
  const rows = await challengersOf(tx)
    .whereRaw('starts_with(hash, ?)', [hash])
    .limit(2)
    .select('hash', 'name', 'added_at', 'retired_at');
  return rows.length === 1 && rows[0] ? toChallenger(rows[0]) : undefined;
}
