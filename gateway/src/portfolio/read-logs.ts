import type { Tx } from '../lib/tx.ts';
import { parseSnapshot, type PlanSnapshot } from '../plans/snapshot.ts';
import type { PlanEntry } from '../plans/schedule.ts';
import { readLogs } from '../repayments/log.ts';

/** A plan as far as its lateness goes. */
export type LoggedPlan = { planId: string; snapshot: PlanSnapshot; log: PlanEntry[] };

/** So many logs are in memory at a time. */
const batch = 1_000;

/** Calls `visit` with what was agreed on and what happened to each of these plans, in their order. */
export async function eachLog(
  tx: Tx,
  planIds: readonly string[],
  visit: (plan: LoggedPlan) => void,
): Promise<void> {
  for (let start = 0; start < planIds.length; start += batch) {
    const ids = planIds.slice(start, start + batch);
    const logs = await readLogs(tx, ids);
    const rows = await tx
      .sql('plans')
      .where({ environment_id: tx.environment.id })
      .whereIn('id', ids)
      .select<{ id: string; snapshot: unknown }[]>('id', 'snapshot');
    const snapshots = new Map(rows.map(({ id, snapshot }) => [id, snapshot]));
    for (const planId of ids) {
      visit({ planId, snapshot: parseSnapshot(snapshots.get(planId)), log: logs.get(planId) ?? [] });
    }
  }
}
