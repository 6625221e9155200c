import { missingConsents } from '../../shoppers/consents.ts';
import type { Result } from '../answer-form.ts';
import { proveIdentity, typedIdentity } from '../identity-check.ts';
import { keepConsents } from '../keep-consents.ts';
import { say } from '../memory.ts';
import { inVisit } from '../page-visit.ts';
import type { NoticeCode } from '../texts/language.ts';
import type { AccountAction } from './action.ts';

/**
 * Keeps the consents that are missing, then checks who the shopper is: the check is one of the things agreed to. Leads to
 * `to` in any case; `unticked` is said when a consent was left out.
 */
export async function prove(
  action: AccountAction,
  { to, unticked }: { to: string; unticked: NoticeCode },
): Promise<Result> {
  const { context, visit } = action;
  const { shopper } = visit;
  const missing = await inVisit(context, visit, (tx) => missingConsents(tx, shopper.id), 'read');
  const typed = typedIdentity(action);
  const left = missing.length > 0 ? await keepConsents(action, shopper.id) : undefined;
  if (left) return { to, memory: say(visit, left === 'consents_missing' ? unticked : left, { typed }) };
  const unproved = await proveIdentity(action, shopper, to);
  if (!unproved) return { to };
  return 'leave' in unproved
    ? { to: unproved.leave }
    : { to, memory: say(visit, unproved.notice, { typed }) };
}
