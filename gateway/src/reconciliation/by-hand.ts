import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { bookMatch, lockMatching } from './book-match.ts';
import { readCandidates } from './candidates.ts';
import { lockException, over } from './exceptions.ts';
import { type Candidate, fits } from './judge.ts';
import { lockRecord, type OutsideRecord } from './records.ts';
import { readTarget } from './targets.ts';

/** A candidate as an operator sees it: with what keeps the record from being matched to it, where something does. */
export type Choice = Candidate & { refused: 'taken' | 'not_ready' | 'differs' | undefined };

/** What the record of an exception could be matched to. */
export async function listChoices(tx: Tx, record: OutsideRecord): Promise<Choice[]> {
  return withRefusals(record, await readCandidates(tx, record));
}

function withRefusals(record: OutsideRecord, candidates: readonly Candidate[]): Choice[] {
  return candidates.map((candidate) => ({ ...candidate, refused: refusalOf(record, candidate) }));
}

function refusalOf(record: OutsideRecord, candidate: Candidate): Choice['refused'] {
  if (candidate.taken) return 'taken';
  if (!candidate.ready) return 'not_ready';
  return fits(record, candidate) ? undefined : 'differs';
}

/**
 * An operator says what a record is about: one of its candidates, or for a line of the bank any funder, merchant, payout of
 * ours or payout of the processor by its id. Amount and currency have to fit all the same: there is no template by which a
 * difference could be written off, so what differs is parked.
 * Throws `not_found`, `state_conflict` when the exception is over or something else took the target, and
 * `amount_mismatch`.
 */
export async function matchByHand(
  tx: Tx,
  input: { exceptionId: string; targetId: string; operatorId: string },
): Promise<void> {
  await lockMatching(tx);
  const exception = await lockException(tx, input.exceptionId);
  if (exception.status === 'resolved' || exception.recordId === null) throw over();
  const record = await lockRecord(tx, exception.recordId);
  if (record.state === 'matched') throw over();
  const known = await listChoices(tx, record);
  const choice =
    pick(known, input.targetId) ??
    pick(withRefusals(record, await readTarget(tx, record, input.targetId)), input.targetId);
  if (!choice)
    throw new GatewayError('not_found', { detail: 'There is nothing that this could be matched to.' });
  refuseUnlessFree(choice);
  await bookMatch(tx, {
    record,
    target: choice.target,
    subject: choice.subject,
    how: 'operator',
    by: input.operatorId,
  });
}

/** Of several with one id, such as what a funder owes and is owed, the one that fits. */
function pick(choices: readonly Choice[], targetId: string): Choice | undefined {
  const named = choices.filter(({ target }) => target.id === targetId);
  return named.find(({ refused }) => refused === undefined) ?? named[0];
}

function refuseUnlessFree({ refused }: Choice): void {
  if (refused === 'differs')
    throw new GatewayError('amount_mismatch', { detail: 'Amount or currency are not the same.' });
  if (refused !== undefined)
    throw new GatewayError('state_conflict', {
      detail: refused === 'taken' ? 'Another record was matched to it.' : 'It has not ended so.',
    });
}
