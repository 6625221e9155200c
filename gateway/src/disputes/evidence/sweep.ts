import { addMs, hourMs } from '../../lib/dates.ts';
import type { TxHost } from '../../lib/tx.ts';
import type { EvidenceStore } from './store.ts';

/** A file whose row is not there after so long never gets one. */
const patienceMs = hourMs;
const batch = 500;

/**
 * Removes files that no row names: their upload was cut off before its row, or their sandbox has ended. Returns how many.
 */
export async function sweepEvidence(
  host: Pick<TxHost, 'db' | 'clock'> & { evidence: EvidenceStore },
): Promise<number> {
  let names: string[] = [];
  let removed = 0;
  for await (const name of host.evidence.listBefore(addMs(host.clock.now(), -patienceMs))) {
    names.push(name);
    if (names.length < batch) continue;
    removed += await removeUnknown(host, names);
    names = [];
  }
  return removed + (await removeUnknown(host, names));
}

async function removeUnknown(
  { db, evidence }: Pick<TxHost, 'db'> & { evidence: EvidenceStore },
  names: readonly string[],
): Promise<number> {
  if (names.length === 0) return 0;
  const known = new Set(
    await db('dispute_evidence').whereIn('stored_as', names).pluck<string[]>('stored_as'),
  );
  const unknown = names.filter((name) => !known.has(name));
  for (const name of unknown) await evidence.remove(name);
  return unknown.length;
}
