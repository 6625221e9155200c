import { GatewayError } from '../../lib/errors.ts';
import { isId } from '../../lib/ids.ts';
import { carryOut } from '../../processor/carry-out.ts';
import { finishCollection } from '../../orders/subsidy.ts';
import { payNow, type PayRefusal } from '../../repayments/pay.ts';
import type { Result } from '../answer-form.ts';
import type { PagesContext } from '../context.ts';
import { field } from '../forms.ts';
import { say } from '../memory.ts';
import { inVisit } from '../page-visit.ts';
import type { NoticeCode } from '../texts/language.ts';
import type { AccountAction } from './action.ts';
import { planIdOf } from './plan-id.ts';

const noticeOf: Record<PayRefusal, NoticeCode> = {
  under_way: 'pay_under_way',
  changed: 'pay_changed',
  nothing_owed: 'pay_nothing_owed',
  above_owed: 'pay_above_owed',
};

/** Minor units of what may be owed at most; more digits than any debt has are not an amount. */
const amountShape = /^[1-9][0-9]{0,14}$/;

/**
 * Pays what the page of the payment showed, as long as that is still what it would do: one transaction starts it, the processor is asked outside of any, and the plan's
 * page tells what became of it, by the repayment's id in its address.
 */
export async function pay({ context, visit, req }: AccountAction): Promise<Result> {
  const { environment, place, shopper } = visit;
  const planId = planIdOf(req);
  const asked = field(req, 'amount');
  if (!amountShape.test(asked)) return { memory: say(visit, 'pay_changed') };
  const lastRepaymentId = field(req, 'after');
  const payment = await inVisit(context, visit, (tx) =>
    payNow(tx, {
      planId,
      shopperId: shopper.id,
      amount: BigInt(asked),
      seen: {
        lastRepaymentId: isId('rep', lastRepaymentId) ? lastRepaymentId : undefined,
        paymentMethodId: field(req, 'card'),
        standing: { version: Number(field(req, 'version')), onDate: field(req, 'on') },
      },
    }),
  );
  const page = `${place.path}/plans/${planId}`;
  if (payment.outcome === 'refused') {
    const memory = say(visit, noticeOf[payment.code]);
    const { latestId } = payment;
    return latestId === undefined ? { memory } : { to: `${page}?repayment=${latestId}`, memory };
  }
  await collect(context, { environmentId: environment.id, attemptId: payment.attemptId });
  return { to: `${page}?repayment=${payment.repaymentId}` };
}

/** Whatever becomes of it shows on the plan's page; what stays open is carried on by the worker. */
async function collect(
  context: PagesContext,
  input: { environmentId: string; attemptId: string },
): Promise<void> {
  try {
    await carryOut(context, input, finishCollection);
  } catch (error) {
    const name = error instanceof GatewayError ? error.code : (error as Error).name;
    context.log.warn({ attempt_id: input.attemptId, name }, 'a repayment waits for the worker');
  }
}
