import { readWords } from '../../../disputes/disputes.ts';
import { listEvidence } from '../../../disputes/evidence/files.ts';
import { answerDays } from '../../../disputes/open.ts';
import { addDays, dateIn } from '../../../lib/dates.ts';
import { GatewayError } from '../../../lib/errors.ts';
import { newId } from '../../../lib/ids.ts';
import type { Tx } from '../../../lib/tx.ts';
import type { Page } from '../../send-page.tsx';
import { planIdOf } from '../plan-id.ts';
import type { AccountInput } from '../view.tsx';
import { readDisputeFacts } from './facts.ts';
import { disputeView } from './view.tsx';

/** The latest dispute of a plan's order, or the form that opens one. */
export async function showOwnDispute(tx: Tx, input: AccountInput): Promise<Page> {
  const facts = await readDisputeFacts(tx, {
    planId: planIdOf(input.req),
    shopperId: input.visit.shopper.id,
  });
  if (!facts || (!facts.latest && !facts.mayDispute))
    throw new GatewayError('not_found', { detail: 'There is nothing to dispute.' });
  const { latest, timeZone } = facts;
  return disputeView(input, {
    facts,
    words: latest && (await readWords(tx, latest.id)),
    files: latest ? await listEvidence(tx, latest.id) : [],
    formKey: newId('req'),
    dueOn: addDays(dateIn(timeZone, tx.now), answerDays),
    now: tx.now,
  });
}
