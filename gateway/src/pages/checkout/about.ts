import type { Result } from '../answer-form.ts';
import { identify, typedIdentity } from '../identity-check.ts';
import { keepConsents } from '../keep-consents.ts';
import { say } from '../memory.ts';
import type { Action } from './action.ts';

/** Keeps the consents and verifies the identity, in this order: the check itself is one of the things agreed to. */
export async function tellAbout(action: Action): Promise<Result> {
  const { visit } = action;
  const { shopper, aboutMissing, path } = visit;
  if (!shopper) return {};
  const typed = typedIdentity(action);
  const unticked = aboutMissing.consents ? await keepConsents(action, shopper.id) : undefined;
  if (unticked) return { memory: say(visit, unticked, { typed }) };
  const unproved = aboutMissing.identity ? await identify(action, shopper, path) : undefined;
  if (!unproved) return {};
  return 'leave' in unproved ? { to: unproved.leave } : { memory: say(visit, unproved.notice, { typed }) };
}
