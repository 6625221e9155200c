import { appealAgainst } from '../../appeals/appeal.ts';
import { latestAssessment } from '../../pay-score/assessments.ts';
import { accountPath } from '../account/paths.ts';
import type { Result } from '../answer-form.ts';
import { inVisit } from '../page-visit.ts';
import type { Action } from './action.ts';

/**
 * The shopper does not agree with the decision on this checkout: it is made again, and what that says stands with the
 * decision in their account, where they can ask for a person.
 */
export async function appealFromCheckout({ context, visit }: Action): Promise<Result> {
  const { shopper, session, environment } = visit;
  if (!shopper) return {};
  const assessmentId = await inVisit(context, visit, async (tx) => {
    const decided = await latestAssessment(tx, session.id);
    if (decided?.shopperId !== shopper.id) return undefined;
    await appealAgainst(tx, { assessmentId: decided.id, shopperId: shopper.id });
    return decided.id;
  });
  return assessmentId === undefined ? {} : { to: `${accountPath(environment)}/decisions/${assessmentId}` };
}
