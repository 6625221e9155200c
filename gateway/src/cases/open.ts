import { GatewayError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { type CaseAbout, findAbout } from './about.ts';
import { authorIdOf, type Case, type CaseParty, type CaseRow, casesOf, toCase } from './cases.ts';
import { type NewMessage, requireWritable, sentKeyOf, statusAfter, storeMessage } from './messages.ts';
import { caseSubject, mostSubject, sealCaseWords, wordsOf } from './words.ts';

/** So many cases that are not closed may one shopper, or one member of a merchant, have opened. */
const mostOpen = 20;

export type NewCase = {
  party: CaseParty;
  /** The id of what it is about, as `findAbout` takes it. */
  aboutId: string;
  subject: string;
  message: NewMessage;
};

/**
 * Opens a case with its first message. The same form sent twice, also at once, opens one.
 *
 * @throws GatewayError `not_found` (what it is about), `validation_failed` (words, or readers that there are not),
 *   `state_conflict` (too many are open).
 */
export async function openCase(tx: Tx, input: NewCase): Promise<Case> {
  const { party, message } = input;
  const sent = await findSent(tx, input);
  if (sent) return toCase(sent);
  const about = await findAbout(tx, party, input.aboutId);
  requireWritable(message, { party, merchantId: about.merchantId });
  await requireRoom(tx, party);
  const row = await store(tx, input, about);
  if (!row) {
    const other = await findSent(tx, input);
    if (!other) throw new Error('the case was not stored');
    return toCase(other);
  }
  await storeMessage(tx, row, { party, message });
  return toCase(row);
}

function findSent(tx: Tx, { party, message, subject }: NewCase): Promise<CaseRow | undefined> {
  return casesOf(tx)
    .where({ opener_id: authorIdOf(party), form_key: sentKeyOf(tx, message, subject) })
    .first();
}

async function requireRoom(tx: Tx, party: CaseParty): Promise<void> {
  if (party.side === 'operator') return;
  const open = await casesOf(tx)
    .where({ opener_id: authorIdOf(party) })
    .whereNot({ status: 'closed' })
    .limit(mostOpen)
    .pluck('id');
  if (open.length < mostOpen) return;
  throw new GatewayError('state_conflict', {
    detail: `${mostOpen} cases that you opened are not closed yet.`,
    hint: 'Write in one of them.',
  });
}

/** The new row; undefined when another transaction has stored it by the same form. */
async function store(tx: Tx, input: NewCase, about: CaseAbout): Promise<CaseRow | undefined> {
  const { party, message } = input;
  const { readers } = message;
  const id = newId('cse');
  const { shopperId } = about;
  const words = wordsOf(input.subject, mostSubject, '/subject').replaceAll(/\s+/g, ' ');
  const status = statusAfter(message, { party, status: 'open' });
  const [row] = await casesOf(tx)
    .insert({
      environment_id: tx.environment.id,
      id,
      opened_by: party.side,
      opener_id: authorIdOf(party),
      form_key: sentKeyOf(tx, message, input.subject),
      shopper_id: shopperId,
      merchant_id: about.merchantId,
      order_id: about.orderId,
      about_kind: about.kind,
      about_id: about.id,
      subject_sealed: await sealCaseWords(tx, caseSubject, { id, shopperId, words }),
      subject_readers: readers,
      with_shopper: readers === 'shopper' || readers === 'all',
      with_merchant: readers === 'merchant' || readers === 'all',
      status,
      assigned_to: party.side === 'operator' ? party.operatorId : null,
      waiting_since: tx.now,
      created_at: tx.now,
      closed_at: status === 'closed' ? tx.now : null,
    })
    .onConflict(['environment_id', 'opener_id', 'form_key'])
    .ignore()
    .returning('*');
  return row;
}
