import type { Tx } from '../lib/tx.ts';

/** An environment as operators choose it; `name` is its first merchant's, null in live and where there is none. */
export type ListedEnvironment = { id: string; kind: 'live' | 'sandbox'; name: string | null };

/** Live, and the newest sandboxes that have not ended. Reads across environments, for operators only. */
export async function listEnvironments(tx: Tx, input: { sandboxes: number }): Promise<ListedEnvironment[]> {
  const { rows } = await tx.sql.raw<{ rows: ListedEnvironment[] }>(
    `select e.id, e.kind,
       case when e.kind = 'sandbox' then
         (select m.name from merchants m where m.environment_id = e.id order by m.id limit 1) end as name
     from environments e
     where e.kind = 'live' or e.id in (
       select id from environments where kind = 'sandbox' and expires_at > ? order by id desc limit ?)
     order by e.kind, e.id desc`,
    [tx.wallNow, input.sandboxes],
  );
  return rows;
}
