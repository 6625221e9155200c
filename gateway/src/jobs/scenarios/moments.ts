import { addDays, type CalendarDate, dateIn, startOf } from '../../lib/dates.ts';
import { GatewayError } from '../../lib/errors.ts';
import type { Tx } from '../../lib/tx.ts';
import { type Installment, listInstallments } from '../../repayments/installments.ts';
import { findPlan } from '../../repayments/plans.ts';
import type { RunState } from './runs.ts';

/** The instant at which a scenario's date begins in its plan's calendar; `validation_failed` when there is none. */
export async function instantOf(tx: Tx, state: RunState, moment: string): Promise<Date> {
  const [, anchor = '', days = '0'] = /^(order|due:\w+?)([+-]\d+)?$/.exec(moment) ?? [];
  const { timeZone } = state.planId
    ? await findPlan(tx, { planId: state.planId })
    : { timeZone: tx.environment.timeZone };
  const date = anchor === 'order' ? dateIn(timeZone, orderedAt(state)) : await dueDate(tx, state, anchor);
  return startOf(addDays(date, Number(days)), timeZone);
}

/** After the plan's last date so many more are waited for what follows from lateness. */
const mostDaysAfterLast = 120;

/** The instant beyond which a scenario waits for nothing more. */
export async function horizonOf(tx: Tx, state: RunState): Promise<Date> {
  return instantOf(tx, state, `due:last+${mostDaysAfterLast}`);
}

function orderedAt({ orderedAt: at }: RunState): Date {
  if (at === undefined) throw unknownMoment('order', 'There is no order yet.');
  return new Date(at);
}

async function dueDate(tx: Tx, { planId }: RunState, anchor: string): Promise<CalendarDate> {
  const installments: Installment[] = planId ? await listInstallments(tx, planId) : [];
  const wanted = anchor.slice('due:'.length);
  const found =
    wanted === 'last' ? installments.at(-1) : installments.find(({ number }) => number === Number(wanted));
  if (!found) throw unknownMoment(anchor, `The plan has ${installments.length} installments.`);
  return found.dueDate;
}

function unknownMoment(moment: string, detail: string): GatewayError {
  return new GatewayError('validation_failed', {
    detail: `${detail} ${moment} is no date of it.`,
    errors: [{ pointer: '/steps', code: 'no_such_date' }],
  });
}
