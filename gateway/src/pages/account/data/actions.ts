import { GatewayError } from '../../../lib/errors.ts';
import { eraseOnRequest } from '../../../privacy/erase.ts';
import type { Result } from '../../answer-form.ts';
import { clearCookie, cookieNames } from '../../cookies.ts';
import { field } from '../../forms.ts';
import { say } from '../../memory.ts';
import { inVisit } from '../../page-visit.ts';
import type { AccountAction } from '../action.ts';
import { prove } from '../prove.ts';

export function dataPath(path: string): string {
  return `${path}/data`;
}

/** Proves who the shopper is, before they take or erase something. */
export function proveForData(action: AccountAction): Promise<Result> {
  return prove(action, { to: dataPath(action.visit.place.path), unticked: 'data_consents' });
}

/** Erases the shopper and signs them out; the page lists what stands in the way. */
export async function eraseMe({ context, visit, req, res }: AccountAction): Promise<Result> {
  const { shopper, place } = visit;
  const to = dataPath(place.path);
  if (field(req, 'understood') !== 'yes') return { to, memory: say(visit, 'data_not_ticked') };
  const asked = { shopperId: shopper.id, sessionId: shopper.sessionId };
  try {
    const { outcome } = await inVisit(context, visit, (tx) => eraseOnRequest(tx, asked));
    if (outcome === 'refused') return { to, memory: say(visit, 'data_stands') };
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'step_up_required') throw error;
    return { to, memory: say(visit, 'step_up_required') };
  }
  context.log.info({ environment: visit.environment.id, shopper: shopper.id }, 'a shopper was erased');
  clearCookie(res, cookieNames.shopper);
  return { memory: say({ memory: {} }, 'data_erased') };
}
