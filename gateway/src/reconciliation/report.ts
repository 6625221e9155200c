import { balance } from '../ledger/balances.ts';
import type { Tx } from '../lib/tx.ts';
import { countOpen } from './exceptions.ts';
import type { ExceptionReason } from './judge.ts';
import type { RecordState, Source } from './records.ts';

/** How far what others' books say agrees with ours, in minor units. */
export type ReconciliationReport = {
  records: { source: Source; currency: string; state: RecordState; count: number; amount: bigint }[];
  open: { reason: ExceptionReason; count: number }[];
  parked: number;
  /** What lines of the bank brought and nobody can place yet, by currency. */
  suspense: { currency: string; amount: bigint }[];
};

export async function readReport(tx: Tx): Promise<ReconciliationReport> {
  const records = await tx
    .sql('outside_records')
    .where({ environment_id: tx.environment.id })
    .groupBy('source', 'currency', 'state')
    .orderBy(['source', 'currency', 'state'])
    .select<ReconciliationReport['records']>(
      'source',
      'currency',
      'state',
      tx.sql.raw('count(*)::int as count'),
      tx.sql.raw('sum(amount)::int8 as amount'),
    );
  const parked = await tx
    .sql('reconciliation_exceptions')
    .where({ environment_id: tx.environment.id, status: 'parked' })
    .first<{ count: number }>(tx.sql.raw('count(*)::int as count'));
  const currencies = new Set(
    records.filter(({ source }) => source === 'bank').map(({ currency }) => currency),
  );
  const suspense: ReconciliationReport['suspense'] = [];
  for (const currency of currencies)
    suspense.push({ currency, amount: await balance(tx, 'suspense', currency) });
  return { records, open: await countOpen(tx), parked: parked?.count ?? 0, suspense };
}
