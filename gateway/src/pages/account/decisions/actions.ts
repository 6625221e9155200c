import { appealAgainst } from '../../../appeals/appeal.ts';
import { askForPerson, withdrawAppeal } from '../../../appeals/ask.ts';
import { GatewayError } from '../../../lib/errors.ts';
import { isId } from '../../../lib/ids.ts';
import type { Result } from '../../answer-form.ts';
import { field } from '../../forms.ts';
import { say } from '../../memory.ts';
import { inVisit } from '../../page-visit.ts';
import type { AccountAction } from '../action.ts';

/** Has a decision made again with the facts of today. */
export async function beginAppeal(action: AccountAction): Promise<Result> {
  const { context, visit } = action;
  const { assessmentId, to } = addressedBy(action);
  const answer = await inVisit(context, visit, (tx) =>
    appealAgainst(tx, { assessmentId, shopperId: visit.shopper.id }),
  );
  if (answer.outcome === 'rescored') return { to };
  return { to, memory: say(visit, answer.code === 'too_many' ? 'appeal_too_many' : 'appeal_refused') };
}

/** Asks for a person in the shopper's own words, which are kept for them when something is wrong with the form. */
export async function ask(action: AccountAction): Promise<Result> {
  const { context, visit, req } = action;
  const { to } = addressedBy(action);
  const words = field(req, 'words');
  const answer = await inVisit(context, visit, (tx) =>
    askForPerson(tx, { appealId: String(req.params.appealId), shopperId: visit.shopper.id, words }),
  );
  if (answer.outcome === 'asked') return { to, memory: say(visit, 'appeal_asked') };
  if (answer.code === 'not_possible') return { to, memory: say(visit, 'appeal_gone') };
  // A cookie has little room.
  return { to, memory: say(visit, 'appeal_words', { typed: { words: words.slice(0, 500) } }) };
}

/** Withdraws an appeal that waits for a person. */
export async function withdraw(action: AccountAction): Promise<Result> {
  const { context, visit, req } = action;
  const { to } = addressedBy(action);
  const withdrawn = await inVisit(context, visit, (tx) =>
    withdrawAppeal(tx, { appealId: String(req.params.appealId), shopperId: visit.shopper.id }),
  );
  return { to, memory: say(visit, withdrawn ? 'appeal_withdrawn' : 'appeal_gone') };
}

/** The decision that the form's address names, and the address of its page. */
function addressedBy({ visit, req }: AccountAction): { assessmentId: string; to: string } {
  const { assessmentId } = req.params;
  if (!isId('asm', assessmentId)) {
    throw new GatewayError('not_found', { detail: 'This is not the id of a decision.' });
  }
  return { assessmentId, to: `${visit.place.path}/decisions/${assessmentId}` };
}
