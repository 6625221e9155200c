import type { Context } from '../context.ts';
import { GatewayError } from '../lib/errors.ts';
import { liveEnvironmentId } from '../merchants/environments.ts';
import { importTransactions } from '../reconciliation/import-transactions.ts';
import { reconcile } from '../reconciliation/reconcile.ts';

/** Reads what the processor lists of live and matches it. A gateway without a live processor has nothing to read. */
export async function runReconciliation(context: Context): Promise<void> {
  const input = {
    environmentId: liveEnvironmentId,
    actor: { kind: 'system', id: 'reconciliation' } as const,
  };
  try {
    const records = await importTransactions(context, input);
    const { matched, exceptions } = await reconcile(context, input);
    if (records + matched + exceptions > 0) context.log.info({ records, matched, exceptions }, 'reconciled');
  } catch (error) {
    // It is asked again in an hour; until then live may have no processor, or one that does not answer.
    if (!(error instanceof GatewayError) || error.code !== 'processor_unavailable') throw error;
    context.log.info({ reason: error.message }, 'the processor was not read');
  }
}
