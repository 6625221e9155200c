import { addDays, dateIn } from '../../../lib/dates.ts';
import type { Tx } from '../../../lib/tx.ts';
import { easeTerms } from '../../../orders/hardship.ts';
import { lockPayingLater } from '../../../protection/own-limits.ts';
import { type HardshipReason, hardshipReasons } from '../../../repayments/hardships.ts';
import { findPlan } from '../../../repayments/plans.ts';
import { findShopper } from '../../../shoppers/profile.ts';
import { field } from '../../forms.ts';
import type { ConsoleAction, Done } from '../act.ts';
import { audit } from '../input.ts';
import { consolePath } from '../paths.ts';
import { inConsole } from '../visit.ts';

/** The fewest and the most characters of a reason to see personal data. */
export const whyLength = { least: 10, most: 500 };

function pathOf({ visit, req }: ConsoleAction): string {
  return `${consolePath(visit.environment.id, 'shoppers')}/${String(req.params.shopperId)}`;
}

/** Shows a shopper's personal data to the operator for a while, once they have said why. */
export async function showPersonalData(action: ConsoleAction): Promise<Done> {
  const { context, visit, req } = action;
  const why = field(req, 'note').normalize('NFC').trim();
  const to = pathOf(action);
  if (why.length < whyLength.least || why.length > whyLength.most) return { to, said: 'personal_data_why' };
  await inConsole(
    context,
    visit,
    async (tx) => {
      const { id } = await findShopper(tx, String(req.params.shopperId));
      await audit(tx, visit, 'personal_data_shown', { objectId: id, details: { why } });
    },
    'read',
  );
  return { to, said: 'personal_data_shown' };
}

/** Locks paying later for a shopper who asks for it and cannot do it alone. Only they can unlock it. */
export async function lockShopper(action: ConsoleAction): Promise<Done> {
  const { context, visit, req } = action;
  await inConsole(context, visit, async (tx) => {
    const { id } = await findShopper(tx, String(req.params.shopperId));
    await lockPayingLater(tx, id);
    await audit(tx, visit, 'shopper_locked', { objectId: id });
  });
  return { to: pathOf(action), said: 'shopper_locked' };
}

/** Grants easier terms on one plan of the shopper. */
export async function easeFromConsole(action: ConsoleAction): Promise<Done> {
  const { context, visit, req } = action;
  const to = pathOf(action);
  const reason = hardshipReasons.find((name) => name === field(req, 'reason'));
  const days = wholeNumber(field(req, 'pause'));
  const periods = wholeNumber(field(req, 'periods'));
  if (reason === undefined || days === undefined || periods === undefined)
    return { to, said: 'terms_not_eased' };
  const isGranted = await inConsole(context, visit, (tx) => ease(tx, action, { reason, days, periods }));
  return { to, said: isGranted ? 'terms_eased' : 'terms_not_eased' };
}

async function ease(
  tx: Tx,
  { visit, req }: ConsoleAction,
  ask: { reason: HardshipReason; days: number; periods: number },
): Promise<boolean> {
  const shopperId = String(req.params.shopperId);
  const plan = await findPlan(tx, { planId: String(req.params.planId), shopperId });
  const answer = await easeTerms(tx, {
    planId: plan.id,
    ask: {
      reason: ask.reason,
      ...(ask.days > 0 && { pauseUntil: addDays(dateIn(plan.timeZone, tx.now), ask.days) }),
      ...(ask.periods > 0 && { periods: ask.periods }),
    },
    by: 'operator',
  });
  if (answer.outcome !== 'granted') return false;
  const details = { plan: plan.id, reason: ask.reason, days: ask.days, periods: ask.periods };
  await audit(tx, visit, 'terms_eased', { objectId: shopperId, details });
  return true;
}

/** A field with a small whole number; 0 when it is empty, undefined for anything else. */
function wholeNumber(text: string): number | undefined {
  if (text.trim() === '') return 0;
  return /^\d{1,3}$/.test(text.trim()) ? Number(text) : undefined;
}
