import type { Context } from '../context.ts';
import { poll, type PollOptions } from '../events/poll.ts';
import { GatewayError } from '../lib/errors.ts';
import { transact, type TxOptions } from '../lib/tx.ts';
import { listToRead, noteRead } from '../processor/hooks/news.ts';
import { importTransactions } from '../reconciliation/import-transactions.ts';
import { reconcile } from '../reconciliation/reconcile.ts';

/**
 * Reads what the processor lists of an environment and matches it; answers all news that had come before. A gateway without
 * a processor for it has nothing to read.
 */
export async function runReconciliation(context: Context, environmentId: string): Promise<void> {
  const input: TxOptions = { environmentId, actor: { kind: 'system', id: 'reconciliation' } };
  const startedAt = context.clock.now();
  try {
    const records = await importTransactions(context, input);
    const { matched, exceptions } = await reconcile(context, input);
    await transact(context, input, (tx) => noteRead(tx, startedAt));
    if (records + matched + exceptions > 0) context.log.info({ records, matched, exceptions }, 'reconciled');
  } catch (error) {
    // It is asked again; until then live may have no processor, or one that does not answer.
    if (!(error instanceof GatewayError) || error.code !== 'processor_unavailable') throw error;
    context.log.info({ reason: error.message }, 'the processor was not read');
  }
}

/** Reads the books that the processor has said to have changed; returns of how many environments. */
export async function readBooksTold(context: Context): Promise<number> {
  const environments = await listToRead(context);
  for (const id of environments) await runReconciliation(context, id);
  return environments.length;
}

/** Does so until the signal. Every process may run it. */
export function runProcessorNews(context: Context, options: PollOptions): Promise<void> {
  return poll(context.log, 'processor_news', options, async () => {
    await readBooksTold(context);
    // One that could not be read is asked again after the longest pause, and not at once.
    return 0;
  });
}
