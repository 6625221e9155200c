import { isId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { readCandidates } from './candidates.ts';
import type { Candidate } from './judge.ts';
import type { OutsideRecord } from './records.ts';

/**
 * What a line of the bank would be about if it had named `id`: an operator knows who paid although the line does not say.
 * A movement at the processor is about what the processor says.
 */
export async function readTarget(tx: Tx, record: OutsideRecord, id: string): Promise<Candidate[]> {
  if (record.kind !== 'line') return [];
  const references = [isId('osr', id) ? await sourceIdOf(tx, id) : id];
  return readCandidates(tx, { ...record, references, counterparty: null, description: null });
}

/** Our id of a processor's payout stands for the processor's own. */
async function sourceIdOf(tx: Tx, id: string): Promise<string> {
  const row = await tx
    .sql('outside_records')
    .where({ environment_id: tx.environment.id, id })
    .whereIn('kind', ['payout', 'topup'])
    .first<{ refs: string[] } | undefined>('refs');
  return row?.refs[0] ?? id;
}
