import type { Logger } from 'pino';
import { batchRows } from '../lib/delete-some.ts';
import type { TxHost } from '../lib/tx.ts';
import { inEachEnvironment } from './in-each-environment.ts';
import { dropWhatIsOld } from './retention.ts';

/**
 * Drops everywhere what is kept for a while only, each batch in a transaction of its own, so that none holds up vacuum for long.
 * Ends between two of them when the process ends; the next run goes on.
 */
export async function prune(host: TxHost & { log: Logger }, signal: AbortSignal): Promise<void> {
  let dropped = await inEachEnvironment(host, dropWhatIsOld);
  while (!signal.aborted) {
    const more = [...dropped].flatMap(([id, rows]) => (rows >= batchRows ? [id] : []));
    if (more.length === 0) return;
    dropped = await inEachEnvironment(host, dropWhatIsOld, more);
  }
}
