import { findSession, type SessionLine } from '../../../checkout/sessions.ts';
import { addDays, type CalendarDate } from '../../../lib/dates.ts';
import { GatewayError, type ProblemCode } from '../../../lib/errors.ts';
import { isId } from '../../../lib/ids.ts';
import type { Tx } from '../../../lib/tx.ts';
import { findMerchant } from '../../../merchants/merchants.ts';
import { findOrder, type Order, refundableOf } from '../../../orders/orders.ts';
import { previewOrderRefund, type RefundPreview } from '../../../orders/refund-preview.ts';
import { withdrawReturn } from '../../../orders/returns-answer.ts';
import { answerDays, declareReturn, mayShopperDeclare } from '../../../orders/returns-declare.ts';
import { listReturnsOf } from '../../../orders/returns.ts';
import { findPlan, type Plan, todayOf } from '../../../repayments/plans.ts';
import type { Result } from '../../answer-form.ts';
import { fields } from '../../forms.ts';
import { say } from '../../memory.ts';
import { inVisit } from '../../page-visit.ts';
import type { Page } from '../../send-page.tsx';
import type { AccountAction } from '../action.ts';
import { planIdOf } from '../plan-id.ts';
import type { AccountInput } from '../view.tsx';
import { declareView } from './declare-view.tsx';
import { readWish, type Wish } from './wish.ts';

/** A return before it is declared. */
export type ReturnProposal = {
  planId: string;
  currency: string;
  shop: string;
  lines: SessionLine[];
  refundable: bigint;
  mayDeclare: boolean;
  wish: Wish;
  /** What a refund of it would do today, and the date from which the dues go on without an answer. */
  preview: RefundPreview | undefined;
  until: CalendarDate;
};

/** What goes back, and what a refund of it would do; nothing is declared before that was seen. */
export async function showReturn(tx: Tx, input: AccountInput): Promise<Page> {
  const shopperId = input.visit.shopper.id;
  const { plan, order } = await ownOrder(tx, { planId: planIdOf(input.req), shopperId });
  const { query } = input.req;
  const known = await knownOf(tx, order);
  const wish = readWish((name) => [query[name]].flat().filter((item) => typeof item === 'string'), known);
  const mayDeclare = mayShopperDeclare(order, await listReturnsOf(tx, order.id));
  const { name: shop } = await findMerchant(tx, order.merchantId);
  return declareView(input, {
    ...known,
    planId: plan.id,
    shop,
    mayDeclare,
    wish,
    preview:
      mayDeclare && wish.amount !== undefined
        ? await previewOrderRefund(tx, { orderId: order.id, shopperId, amount: wish.amount })
        : undefined,
    until: addDays(todayOf(tx, plan), answerDays),
  });
}

const notices: { [code in ProblemCode]?: 'return_open' | 'return_impossible' } = {
  return_open: 'return_open',
  state_conflict: 'return_impossible',
  refund_exceeds_refundable: 'return_impossible',
};

/** Declares what the page showed. A form that is sent twice finds its own return open. */
export async function declareFromAccount({ context, visit, req }: AccountAction): Promise<Result> {
  const planId = planIdOf(req);
  const shopperId = visit.shopper.id;
  try {
    const declared = await inVisit(context, visit, async (tx) => {
      const { order } = await ownOrder(tx, { planId, shopperId });
      const { amount, items, reason } = readWish((name) => fields(req, name), await knownOf(tx, order));
      if (amount === undefined || reason === undefined) return false;
      await declareReturn(tx, { by: 'shopper', shopperId, orderId: order.id, amount, items, reason });
      return true;
    });
    return { memory: say(visit, declared ? 'return_declared' : 'return_impossible') };
  } catch (error) {
    const notice = error instanceof GatewayError ? notices[error.code] : undefined;
    if (!notice) throw error;
    return { memory: say(visit, notice) };
  }
}

/** The shopper keeps it after all. */
export async function withdrawFromAccount({ context, visit, req }: AccountAction): Promise<Result> {
  const { returnId } = req.params;
  if (!isId('ret', returnId)) throw new GatewayError('not_found', { detail: 'This is no return.' });
  try {
    await inVisit(context, visit, (tx) => withdrawReturn(tx, { returnId, shopperId: visit.shopper.id }));
    return { memory: say(visit, 'return_withdrawn') };
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'state_conflict')
      return { memory: say(visit, 'return_over') };
    throw error;
  }
}

async function ownOrder(
  tx: Tx,
  of: { planId: string; shopperId: string },
): Promise<{ plan: Plan; order: Order }> {
  const plan = await findPlan(tx, of);
  if (plan.orderId === null)
    throw new GatewayError('not_found', { detail: 'Nothing was bought by this plan.' });
  return { plan, order: await findOrder(tx, { orderId: plan.orderId }) };
}

/** An order by an agreement has no cart. */
async function knownOf(
  tx: Tx,
  order: Order,
): Promise<Pick<ReturnProposal, 'lines' | 'currency' | 'refundable'>> {
  const { checkoutSessionId: sessionId, currency } = order;
  const lines = sessionId === null ? [] : (await findSession(tx, { sessionId })).lines;
  return { lines, currency, refundable: refundableOf(order) };
}
