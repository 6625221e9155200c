import { missingConsents } from '../../../shoppers/consents.ts';
import type { Result } from '../../answer-form.ts';
import { proveIdentity, typedIdentity } from '../../identity-check.ts';
import { keepConsents } from '../../keep-consents.ts';
import { say } from '../../memory.ts';
import { inVisit } from '../../page-visit.ts';
import type { AccountAction } from '../action.ts';
import { agreementPath, askedBy, drawsPath } from './asked.ts';

/** Keeps the consents that are missing, then checks who the shopper is: the check is one of the things agreed to. */
export async function proveForDraw(action: AccountAction): Promise<Result> {
  const { context, visit, req } = action;
  const { shopper, place } = visit;
  const asked = askedBy(req);
  const to = asked ? agreementPath(place.path, asked) : drawsPath(place.path);
  const missing = await inVisit(context, visit, (tx) => missingConsents(tx, shopper.id), 'read');
  const refused =
    (missing.length > 0 ? await keepConsents(action, shopper.id) : undefined) ??
    (await proveIdentity(action, shopper));
  if (!refused) return { to };
  const notice = refused === 'consents_missing' ? 'draw_consents' : refused;
  return { to, memory: say(visit, notice, { typed: typedIdentity(action) }) };
}
