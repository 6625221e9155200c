import { createHash } from 'node:crypto';
import { GatewayError } from '../../lib/errors.ts';
import { type Id, newId } from '../../lib/ids.ts';
import type { Tx } from '../../lib/tx.ts';
import { dataKeyOf } from '../../shoppers/profile.ts';
import { placeOf } from '../../shoppers/sealing.ts';
import {
  type Dispute,
  type DisputeOf,
  findDispute,
  lockDispute,
  recordDisputeEvent,
  updateDispute,
} from '../disputes.ts';
import { requireDisputeAction } from '../state.ts';
import { type EvidenceFile, type EvidenceSide, evidenceOf, openerFor, toFile } from './files.ts';
import type { EvidenceStore } from './store.ts';
import { endings, type EvidenceType, mostFileBytes, mostFiles, typeOf } from './types.ts';

export type NewEvidence = DisputeOf & {
  side: EvidenceSide;
  /** What the giver calls it; of a path only its last part. */
  name: string;
  bytes: Buffer;
  /** What it is said to be, where that is said. */
  saidToBe?: string;
};

/** Runs work in a transaction of its own. */
type Host = { evidence: EvidenceStore; inTx: <T>(work: (tx: Tx) => Promise<T>) => Promise<T> };

type Checked = { bytes: Buffer; contentType: EvidenceType; sha256: string; name: string };

/**
 * Takes a file for a dispute: its bytes go sealed to the store between two transactions, and its row follows, so a crash
 * leaves at most a file that nobody knows of, which is swept. The same file twice is one.
 *
 * @throws GatewayError `not_found`; `body_too_large`; `evidence_unreadable` for what is empty, of a type that is not taken,
 *   or not what it is said to be; `evidence_limit`; `state_conflict` when the dispute is over.
 */
export async function addEvidence(host: Host, input: NewEvidence): Promise<EvidenceFile> {
  const id = newId('evi');
  const begun = await host.inTx(async (tx) => {
    const dispute = await findDispute(tx, input);
    const checked = check(input);
    const known = await requireRoom(tx, dispute, input.side, checked);
    if (known) return { known };
    return { checked, sealed: await seal(tx, dispute, id, checked), storedAs: nameOf(tx, id) };
  });
  if (begun.known) return begun.known;
  const { checked } = begun;
  await host.evidence.put(begun.storedAs, Buffer.from(begun.sealed.bytes, 'latin1'));
  return host.inTx(async (tx) => {
    const { dispute } = await lockDispute(tx, input);
    const known = await requireRoom(tx, dispute, input.side, checked);
    if (known) return known;
    const [row] = await evidenceOf(tx)
      .insert({
        environment_id: tx.environment.id,
        id,
        dispute_id: dispute.id,
        given_by: input.side,
        name_sealed: begun.sealed.name,
        content_type: checked.contentType,
        size: checked.bytes.length,
        sha256: checked.sha256,
        stored_as: begun.storedAs,
        created_at: tx.now,
      })
      .returning('*');
    if (!row) throw new Error('the evidence was not stored');
    await recordDisputeEvent(tx, 'dispute.evidence_added', await updateDispute(tx, dispute, {}));
    return toFile(row, await openerFor(tx, dispute.shopperId));
  });
}

function check({ bytes, name, saidToBe }: NewEvidence): Checked {
  if (bytes.length > mostFileBytes) {
    throw new GatewayError('body_too_large', { detail: `A file has at most ${mostFileBytes} bytes.` });
  }
  const contentType = bytes.length === 0 ? undefined : typeOf(bytes);
  if (contentType === undefined || (saidToBe !== undefined && saidToBe !== contentType)) {
    throw new GatewayError('evidence_unreadable', {
      detail:
        contentType === undefined
          ? 'The file is empty, or neither a PDF, a JPEG, PNG or WebP picture, nor plain text in UTF-8.'
          : `The file is ${contentType} and is said to be ${saidToBe}.`,
    });
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { bytes, contentType, sha256, name: keptName(name, contentType) };
}

const longestName = 100;

/** Without a path, control characters, and what a header or a file system could take for something else. */
function keptName(name: string, contentType: EvidenceType): string {
  const last = name.normalize('NFC').split(/[\\/]/).at(-1) ?? '';
  const kept = last
    .replaceAll(/[\p{C}"<>:|?*]/gu, '')
    .trim()
    .slice(0, longestName);
  return kept === '' || /^\.+$/.test(kept) ? `file.${endings[contentType]}` : kept;
}

/** The file itself when this side has given it before; throws when it may not give another. */
async function requireRoom(
  tx: Tx,
  dispute: Dispute,
  side: EvidenceSide,
  { sha256 }: Checked,
): Promise<EvidenceFile | undefined> {
  const given = await evidenceOf(tx).where({ dispute_id: dispute.id, given_by: side });
  const same = given.find((row) => row.sha256 === sha256);
  if (same) return toFile(same, await openerFor(tx, dispute.shopperId));
  requireDisputeAction(dispute, side, 'add_evidence', tx.now);
  if (given.length >= mostFiles) {
    throw new GatewayError('evidence_limit', { detail: `Each side gives at most ${mostFiles} files.` });
  }
  return undefined;
}

/** What lies in the store under a name opens only for this file of this environment. */
async function seal(
  tx: Tx,
  { shopperId }: Dispute,
  id: Id<'evi'>,
  { bytes, name }: Checked,
): Promise<{ bytes: string; name: string }> {
  const dataKey = await dataKeyOf(tx, shopperId);
  const place = (column: string): string => placeOf(tx, 'dispute_evidence', column, id);
  return {
    bytes: tx.vault.seal(bytes.toString('base64'), place('bytes'), dataKey),
    name: tx.vault.seal(name, place('name'), dataKey),
  };
}

function nameOf(tx: Tx, id: Id<'evi'>): string {
  return createHash('sha256').update(`${tx.environment.id}/${id}`).digest('hex');
}
