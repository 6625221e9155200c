import type { Context } from '../../context.ts';
import { readFeed, type StreamEvent } from '../../events/feed.ts';
import { sequenceEvents } from '../../events/sequence.ts';
import type { EventType } from '../../events/types.ts';
import { dateIn } from '../../lib/dates.ts';
import { type Tx, transact } from '../../lib/tx.ts';
import { optionsOf } from './acts.ts';
import { type EventTold, type RunState, saveState, type ScenarioRun } from './runs.ts';

const pageSize = 500;

/** Completes the step that was done last with the events that it had, from the merchant's own feed. */
export async function tellEvents(context: Context, run: ScenarioRun): Promise<ScenarioRun> {
  const { untold, ...state } = run.state;
  if (!untold) return run;
  await sequenceEvents(context);
  // The clock may be moved by somebody else now; it is only read.
  return transact(context, optionsOf(run, 'read'), async (tx) => {
    const events: EventTold[] = [];
    let after = BigInt(state.lastSequence);
    for (;;) {
      const page = await readFeed(tx, { stream: run.merchantId, after, limit: pageSize });
      events.push(...page.filter((event) => isOf(state, event)).map((event) => eventTold(tx, event)));
      after = page.at(-1)?.sequence ?? after;
      if (page.length < pageSize) break;
    }
    const step = { number: state.steps.length + 1, ...untold, events };
    const told: RunState = { ...state, lastSequence: Number(after), steps: [...state.steps, step] };
    await saveState(tx, run, told);
    return { ...run, state: told };
  });
}

/** Whether an event is of the run's own session, order or plan, and not of others in the same sandbox. */
function isOf({ sessionId, orderId, planId }: RunState, { objectId, data }: StreamEvent): boolean {
  const own = [sessionId, orderId, planId].filter((id) => id !== undefined);
  return [objectId, data.plan_id, data.order_id].some((id) => own.some((mine) => mine === id));
}

/** What an order's event is about; every other event has one amount, or none. */
const orderAmounts: Partial<Record<EventType, string>> = {
  'order.authorized': 'authorized_amount',
  'order.expiring': 'authorized_amount',
  'order.partially_captured': 'captured_amount',
  'order.captured': 'captured_amount',
  'order.voided': 'voided_amount',
  'order.expired': 'voided_amount',
};

function eventTold(tx: Tx, { type, occurredAt, data }: StreamEvent): EventTold {
  const amount = data[orderAmounts[type] ?? 'amount'];
  return {
    type,
    at: occurredAt.toISOString(),
    on: dateIn(tx.environment.timeZone, occurredAt),
    amount: typeof amount === 'number' ? amount : null,
  };
}
