import { chooseDown, downPercents } from '../../checkout/choose-down.ts';
import type { Result } from '../answer-form.ts';
import { field } from '../forms.ts';
import { inVisit } from '../page-visit.ts';
import type { Action } from './action.ts';

/** The shopper pays a first part at once, as the declined page offered; a part that is not on the list changes nothing. */
export async function payDown({ context, visit, req }: Action): Promise<Result> {
  const { shopper, session } = visit;
  const percent = downPercents.find((known) => String(known) === field(req, 'percent'));
  if (shopper && percent !== undefined) {
    const input = { sessionId: session.id, shopperId: shopper.id, percent };
    await inVisit(context, visit, (tx) => chooseDown(tx, input));
  }
  return {};
}
