import { GatewayError } from '../../lib/errors.ts';
import type { Id } from '../../lib/ids.ts';
import type { Tx } from '../../lib/tx.ts';
import { dataKeyOf } from '../../shoppers/profile.ts';
import { placeOf } from '../../shoppers/sealing.ts';
import { type DisputeOf, findDispute } from '../disputes.ts';
import type { EvidenceStore } from './store.ts';
import type { EvidenceType } from './types.ts';

export type EvidenceSide = 'shopper' | 'merchant';

/** A file that one side of a dispute gave; its bytes lie in the store. */
export type EvidenceFile = {
  id: Id<'evi'>;
  disputeId: string;
  givenBy: EvidenceSide;
  /** What its giver called it. */
  name: string;
  contentType: EvidenceType;
  size: number;
  /** Of its bytes, in hexadecimal digits. */
  sha256: string;
  createdAt: Date;
};

export type EvidenceRow = {
  environment_id: string;
  id: Id<'evi'>;
  dispute_id: string;
  given_by: EvidenceSide;
  name_sealed: string;
  content_type: EvidenceType;
  size: number;
  sha256: string;
  stored_as: string;
  created_at: Date;
};

export function evidenceOf(tx: Tx) {
  return tx.sql<EvidenceRow>('dispute_evidence').where({ environment_id: tx.environment.id });
}

type Open = (sealed: string, column: 'name' | 'bytes', evidenceId: string) => string;

/** Opens what is sealed of a dispute's files, also when the transaction is over: the bytes come from elsewhere. */
export async function openerFor(tx: Tx, shopperId: string): Promise<Open> {
  const dataKey = await dataKeyOf(tx, shopperId);
  return (sealed, column, evidenceId) =>
    tx.vault.open(sealed, placeOf(tx, 'dispute_evidence', column, evidenceId), dataKey);
}

export function toFile(row: EvidenceRow, open: Open): EvidenceFile {
  return {
    id: row.id,
    disputeId: row.dispute_id,
    givenBy: row.given_by,
    name: open(row.name_sealed, 'name', row.id),
    contentType: row.content_type,
    size: row.size,
    sha256: row.sha256,
    createdAt: row.created_at,
  };
}

/** Forgets the files of every dispute of a shopper; the sweep takes what no row names from the store within the hour. */
export async function forgetEvidence(tx: Tx, shopperId: string): Promise<void> {
  const own = tx
    .sql('disputes')
    .where({ environment_id: tx.environment.id, shopper_id: shopperId })
    .select('id');
  await evidenceOf(tx)
    .whereIn('dispute_id', own as never)
    .delete();
}

/** The files of both sides of a dispute, the oldest first. */
export async function listEvidence(tx: Tx, disputeId: string): Promise<EvidenceFile[]> {
  const rows = await evidenceOf(tx).where({ dispute_id: disputeId }).orderBy('id');
  if (rows.length === 0) return [];
  const { shopperId } = await findDispute(tx, { disputeId });
  const open = await openerFor(tx, shopperId);
  return rows.map((row) => toFile(row, open));
}

/**
 * One file of a dispute with its bytes, for either side and for whoever decides. The store is asked when the transaction
 * that `inTx` runs is over. Throws `not_found`.
 */
export async function readEvidence(
  host: { evidence: EvidenceStore; inTx: <T>(work: (tx: Tx) => Promise<T>) => Promise<T> },
  input: DisputeOf & { evidenceId: string },
): Promise<{ file: EvidenceFile; bytes: Buffer }> {
  const { file, storedAs, open } = await host.inTx(async (tx) => {
    const dispute = await findDispute(tx, input);
    const row = await evidenceOf(tx)
      .where({ dispute_id: dispute.id, id: input.evidenceId as Id<'evi'> })
      .first();
    if (!row) throw new GatewayError('not_found', { detail: 'There is no such file.' });
    const opener = await openerFor(tx, dispute.shopperId);
    return { file: toFile(row, opener), storedAs: row.stored_as, open: opener };
  });
  const sealed = await host.evidence.get(storedAs);
  return { file, bytes: Buffer.from(open(sealed.toString('latin1'), 'bytes', file.id), 'base64') };
}
