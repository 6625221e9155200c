import { GatewayError, type ProblemCode } from '../../../lib/errors.ts';
import { isId } from '../../../lib/ids.ts';
import type { Tx } from '../../../lib/tx.ts';
import type { Business } from '../../../onboarding/businesses.ts';
import { approveChange } from '../../../onboarding/change.ts';
import { approveBusiness, sendBack } from '../../../onboarding/decide.ts';
import { field } from '../../forms.ts';
import type { ConsoleAction, Done } from '../act.ts';
import { audit } from '../input.ts';
import { consolePath } from '../paths.ts';
import type { SaidCode } from '../texts/en.ts';
import { inConsole } from '../visit.ts';

const saidOf: { [code in ProblemCode]?: SaidCode } = {
  state_conflict: 'business_stale',
  validation_failed: 'business_malformed',
};

type Asked = { businessId: string; operatorId: string; number: number };

/** Lets a business go live, on the terms that the form says. */
export function approveBusinessFromConsole(action: ConsoleAction): Promise<Done> {
  const { req } = action;
  const terms = {
    payoutAccount: field(req, 'processor').trim(),
    feeBasisPoints: wholeNumber(field(req, 'fee')),
    feeFixed: BigInt(wholeNumber(field(req, 'fee_fixed'))),
  };
  return take(action, 'business_approved', (tx, asked) => approveBusiness(tx, { ...asked, terms }));
}

/** Lets other details of a live merchant hold from now on. */
export function approveChangeFromConsole(action: ConsoleAction): Promise<Done> {
  return take(action, 'business_change_approved', (tx, asked) => approveChange(tx, asked));
}

/** Gives it back to be completed, or refuses it, with the reason that the merchant reads. */
export function sendBusinessBackFromConsole(action: ConsoleAction): Promise<Done> {
  const { req } = action;
  const decision = field(req, 'decision') === 'refused' ? 'refused' : 'more_needed';
  const reason = field(req, 'note');
  const said = decision === 'refused' ? 'business_refused' : 'business_more_needed';
  return take(action, said, (tx, asked) => sendBack(tx, { ...asked, decision, reason }));
}

/** -1 is no amount of anything, and refused as such. */
function wholeNumber(text: string): number {
  return /^\d{1,9}$/.test(text.trim()) ? Number(text.trim()) : -1;
}

async function take(
  { context, visit, req }: ConsoleAction,
  action: 'business_approved' | 'business_change_approved' | 'business_more_needed' | 'business_refused',
  work: (tx: Tx, asked: Asked) => Promise<Business>,
): Promise<Done> {
  const { businessId } = req.params;
  if (!isId('biz', businessId)) throw new GatewayError('not_found', { detail: 'There is no such business.' });
  const to = `${consolePath(visit.environment.id, 'businesses')}/${businessId}`;
  const number = wholeNumber(field(req, 'number'));
  try {
    const business = await inConsole(context, visit, async (tx) => {
      const decided = await work(tx, { businessId, operatorId: visit.operator.id, number });
      const { liveMerchantId } = decided;
      const details = { submission: number, ...(liveMerchantId !== null && { merchant: liveMerchantId }) };
      await audit(tx, visit, action, { objectId: businessId, details });
      return decided;
    });
    const isBack = action === 'business_more_needed' || action === 'business_refused';
    return { to, said: isBack && business.status === 'approved' ? 'business_change_back' : action };
  } catch (error) {
    const said = error instanceof GatewayError ? saidOf[error.code] : undefined;
    if (!said) throw error;
    return { to, said };
  }
}
