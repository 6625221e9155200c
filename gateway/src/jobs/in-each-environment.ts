import type { Logger } from 'pino';
import { type Tx, type TxHost, transact } from '../lib/tx.ts';

/**
 * Runs each environment's part in a transaction of its own, or that of the environments in `only`; answers what each came to.
 * One that fails, such as a sandbox whose clock begins to move just now, is left for the next time and holds up no other.
 */
export async function inEachEnvironment(
  host: TxHost & { log: Logger },
  work: (tx: Tx) => Promise<number>,
  only?: readonly string[],
): Promise<Map<string, number>> {
  const rows = await host
    .db<{ id: string }>('environments')
    .whereNull('clock_target')
    .whereRaw('(expires_at is null or expires_at > ?)', [host.clock.now()])
    .modify((query) => {
      if (only) void query.whereIn('id', only);
    })
    .select('id');
  const outcomes = new Map<string, number>();
  for (const { id } of rows) {
    try {
      const options = { environmentId: id, actor: { kind: 'system', id: 'worker' } } as const;
      outcomes.set(id, await transact(host, options, work));
    } catch (error) {
      host.log.warn({ err: error, environment: id }, 'an environment was left out');
    }
  }
  return outcomes;
}
