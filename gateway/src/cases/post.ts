import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import {
  authorIdOf,
  type Case,
  caseMessagesOf,
  type CaseParty,
  findCaseRow,
  toCase,
  updateCase,
} from './cases.ts';
import { type NewMessage, requireWritable, sentKeyOf, statusAfter, storeMessage } from './messages.ts';

/** A conversation that needs more than this needs a telephone. */
const mostMessages = 200;

/**
 * Writes into a case. What a shopper or a merchant writes makes it wait for an operator, and opens it again when it was
 * closed; an operator says what comes next. Whoever is written to is in the case from then on. The same form sent twice,
 * also at once, writes one message.
 *
 * @throws GatewayError `not_found`, `validation_failed`, `state_conflict` (it has as many messages as there may be).
 */
export async function postToCase(
  tx: Tx,
  input: { caseId: string; party: CaseParty; message: NewMessage },
): Promise<Case> {
  const { party, message } = input;
  const row = await findCaseRow(tx, { ...input, locked: true });
  requireWritable(message, { party, merchantId: row.merchant_id });
  const sent = await caseMessagesOf(tx)
    .where({ case_id: row.id, author_id: authorIdOf(party), form_key: sentKeyOf(tx, message) })
    .first('id');
  if (sent) return toCase(row);
  const { length } = await caseMessagesOf(tx).where({ case_id: row.id }).limit(mostMessages).pluck('id');
  if (length >= mostMessages) {
    throw new GatewayError('state_conflict', { detail: `A case has at most ${mostMessages} messages.` });
  }
  const { readers } = message;
  const updated = await updateCase(tx, row, {
    with_shopper: row.with_shopper || readers === 'shopper' || readers === 'all',
    with_merchant: row.with_merchant || readers === 'merchant' || readers === 'all',
    status: statusAfter(message, { party, status: row.status }),
  });
  await storeMessage(tx, { ...row, version: updated.version }, { party, message });
  return updated;
}
