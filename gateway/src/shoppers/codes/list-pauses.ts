import type { Tx } from '../../lib/tx.ts';
import { pausesOf } from './pauses.ts';
import type { Scope } from './rules.ts';

export type Pause = {
  scope: Scope;
  /** The digits that the numbers begin with; empty for all of them. */
  beginsWith: string;
  startedAt: Date;
  /** From then on some codes are sent to find out. */
  until: Date;
  asked: number;
  verified: number;
  endedAt: Date | null;
};

/** For which numbers codes are, or were, paused: those that last first, then the newest. */
export async function listPauses(tx: Tx, { limit }: { limit: number }): Promise<Pause[]> {
  const rows = await pausesOf(tx)
    .orderBy([
      { column: 'ended_at', order: 'desc', nulls: 'first' },
      { column: 'started_at', order: 'desc' },
    ])
    .limit(limit);
  return rows.map((row) => ({
    scope: row.scope,
    beginsWith: row.begins_with,
    startedAt: row.started_at,
    until: row.until,
    asked: row.asked,
    verified: row.verified,
    endedAt: row.ended_at,
  }));
}
