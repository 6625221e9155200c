import { recordEvent } from '../events/record.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { type Case, type CaseParty, casesOf, findCaseRow, toCase, updateCase } from './cases.ts';

/**
 * Closes a case: an operator any, a shopper or merchant one that their side opened. Closing it again changes nothing; whoever
 * writes opens it again. Errors: `not_found`, `state_conflict` (opened by the other side).
 */
export async function closeCase(tx: Tx, input: { caseId: string; party: CaseParty }): Promise<Case> {
  const { party } = input;
  const row = await findCaseRow(tx, { ...input, locked: true });
  if (party.side !== 'operator' && party.side !== row.opened_by) {
    throw new GatewayError('state_conflict', { detail: 'Whoever opened a case, or an operator, closes it.' });
  }
  if (row.status === 'closed') return toCase(row);
  const closed = await updateCase(tx, row, { status: 'closed' });
  if (party.side !== 'shopper' && closed.withShopper) {
    await recordEvent(tx, {
      streams: [closed.shopperId],
      type: 'case.closed',
      objectId: closed.id,
      objectVersion: closed.version,
      data: { by: party.side },
    });
  }
  return closed;
}

/** An operator takes care of a case, or with null nobody does any more. Throws `not_found`. */
export async function assignCase(
  tx: Tx,
  input: { caseId: string; by: Extract<CaseParty, { side: 'operator' }>; to: string | null },
): Promise<Case> {
  const row = await findCaseRow(tx, { caseId: input.caseId, party: input.by, locked: true });
  return row.assigned_to === input.to ? toCase(row) : updateCase(tx, row, { assigned_to: input.to });
}

/** Closes every case of a shopper who is being erased: what was written opens no more, and nobody is to wait for it. */
export async function closeCasesOf(tx: Tx, shopperId: string): Promise<void> {
  const rows = await casesOf(tx)
    .where({ shopper_id: shopperId })
    .whereNot({ status: 'closed' })
    .orderBy('id')
    .forUpdate();
  for (const row of rows) await updateCase(tx, row, { status: 'closed' });
}
