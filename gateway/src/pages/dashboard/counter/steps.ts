import { cancelSession } from '../../../checkout/end.ts';
import { finishSale } from '../../../counter/finish.ts';
import { openSale } from '../../../counter/open.ts';
import { findSale } from '../../../counter/sales.ts';
import { MerchantReference } from '../../../http/schemas.ts';
import { GatewayError } from '../../../lib/errors.ts';
import { field } from '../../forms.ts';
import { readAmount } from '../../read-amount.ts';
import type { Answered, DashboardAction, Done } from '../act.ts';
import { idIn } from '../developers/steps.ts';
import { audit, inputOf } from '../input.ts';
import { dashboardPath } from '../paths.ts';
import { inDashboard } from '../visit.ts';
import { type CounterFault, showCounter } from './page.tsx';

/** Opens a sale. The form names it, so that one that is sent again, as after a lost answer, leads to the same one. */
export async function openFromPage(action: DashboardAction): Promise<Done | Answered> {
  const { context, visit, req } = action;
  const request = idIn('req', field(req, 'request'));
  const amount = readAmount(field(req, 'amount'), visit.merchant.currency);
  if (!amount) return refused(action, { field: 'amount', text: 'amountMalformed' });
  const reference = field(req, 'reference').trim();
  if (reference !== '' && !MerchantReference.safeParse(reference).success)
    return refused(action, { field: 'reference', text: 'referenceMalformed' });
  const { id: merchantId } = visit.merchant;
  try {
    const sessionId = await inDashboard(context, visit, async (tx) => {
      const returnUrl = context.config.origins.api;
      const asked = { merchantId, memberId: visit.member.id, request, amount, reference, returnUrl };
      const { sale, isNew } = await openSale(tx, asked);
      if (isNew) await audit(tx, visit, 'sale_opened', { objectId: sale.session.id });
      return sale.session.id;
    });
    return { to: dashboardPath('counter', sessionId) };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const known = error.code === 'state_conflict' ? error.details.extra?.session_id : undefined;
    if (typeof known === 'string') return { to: dashboardPath('counter', known), said: 'sale_differs' };
    if (error.code === 'merchant_reference_in_use')
      return refused(action, { field: 'reference', text: 'referenceUsed' });
    throw error;
  }
}

/** Takes what the shopper agreed to, and shows the receipt; so too when it was taken before. */
export async function finishFromPage({ context, visit, req }: DashboardAction): Promise<Done> {
  const sessionId = idIn('cs', req.params.sessionId);
  const to = dashboardPath('counter', sessionId);
  const asked = { merchantId: visit.merchant.id, sessionId };
  try {
    await inDashboard(context, visit, async (tx) => {
      const { order, isNew } = await finishSale(tx, asked);
      if (isNew) await audit(tx, visit, 'sale_finished', { objectId: order.id });
    });
    return { to };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { to, said: 'sale_not_agreed' };
  }
}

export async function cancelFromPage({ context, visit, req }: DashboardAction): Promise<Done> {
  const sessionId = idIn('cs', req.params.sessionId);
  const to = dashboardPath('counter', sessionId);
  const asked = { merchantId: visit.merchant.id, sessionId };
  try {
    await inDashboard(context, visit, async (tx) => {
      await findSale(tx, asked);
      await cancelSession(tx, asked);
      await audit(tx, visit, 'sale_canceled', { objectId: sessionId });
    });
    return { to, said: 'sale_canceled' };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { to, said: 'sale_over' };
  }
}

/** What the checkout or the order refuses is no fault of ours, and nothing was taken. */
function isRefusal(error: unknown): boolean {
  return error instanceof GatewayError && !['not_found', 'clock_moving'].includes(error.code);
}

/** The form again, as it was, so that it keeps its name too. */
async function refused(action: DashboardAction, fault: CounterFault): Promise<Answered> {
  const { context, visit, req } = action;
  const input = inputOf(context.vault, visit, req);
  const values = (name: string) => [field(req, name)];
  return {
    page: await inDashboard(context, visit, (tx) => showCounter(tx, input, { fault, values }), 'read'),
    at: dashboardPath('counter'),
  };
}
