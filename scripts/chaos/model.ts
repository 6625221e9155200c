/** What a merchant's request asks of one order. */
export type Ask =
  | { op: 'authorize'; amount: number }
  | { op: 'capture'; amount: number; final: boolean }
  | { op: 'refund'; amount: number }
  | { op: 'void' }
  | { op: 'reverse' };

/** What was asked, and what the answer was in the end: `done`, or the code of the refusal. */
export type Answered = Ask & { outcome: 'done' | (string & {}) };

/** Requests that were sent at the same time, and between which instants the sandbox's clock stood meanwhile. */
export type Step = { asked: Answered[]; clock: { least: number; most: number } };

/** One order as its merchant sees it; amounts in minor units. */
export type OrderState = {
  status: 'none' | 'authorized' | 'partially_captured' | 'captured' | 'voided' | 'expired';
  authorized: number;
  captured: number;
  voided: number;
  refunded: number;
};

const nothing: OrderState = { status: 'none', authorized: 0, captured: 0, voided: 0, refunded: 0 };

const capturable = (order: OrderState): number => order.authorized - order.captured - order.voided;
const refundable = (order: OrderState): number => order.captured - order.refunded;

/**
 * All states in which an order may be after these steps, by a model that does one thing after the other and knows
 * neither processes nor transactions. Requests of one step may have happened in any order; so may the expiry, which comes
 * with the clock. None is possible where the answers contradict each other: then `failedAt` is the step at which.
 */
export function replay(
  steps: readonly Step[],
  expiresAt: number,
): { states: OrderState[]; failedAt?: undefined } | { states: []; failedAt: number } {
  let states = [nothing];
  for (const [index, { asked, clock }] of steps.entries()) {
    const found = new Map<string, OrderState>();
    for (const state of states) {
      for (const order of permutations(asked)) {
        for (const after of follow(state, order, { ...clock, expiresAt }))
          found.set(JSON.stringify(after), after);
      }
    }
    states = [...found.values()];
    if (states.length === 0) return { states: [], failedAt: index };
  }
  return { states };
}

type Time = { least: number; most: number; expiresAt: number };

/** The states after these requests in this order, each of which was answered as it was. */
function follow(state: OrderState, [first, ...rest]: Answered[], time: Time): OrderState[] {
  const isOver = time.least >= time.expiresAt;
  const mayBeOver = time.most >= time.expiresAt;
  const before = [...(isOver ? [] : [{ state, over: false }]), ...(mayBeOver ? [{ state, over: true }] : [])];
  // Between the end of its time and the sweep that says so, an order only looks as it did.
  const swept = mayBeOver ? [{ state: expire(state), over: true }] : [];
  const candidates = [...before, ...swept];
  if (!first) return candidates.map((one) => one.state);
  return candidates.flatMap(({ state: now, over }) => {
    const { outcome, after } = answer(now, first, over);
    return outcome === first.outcome
      ? follow(after, rest, over ? { ...time, least: time.expiresAt } : time)
      : [];
  });
}

/** An order whose time is over loses what was not captured. */
export function expire(order: OrderState): OrderState {
  if (capturable(order) === 0) return order;
  const voided = order.voided + capturable(order);
  return { ...order, voided, status: order.captured > 0 ? 'captured' : 'expired' };
}

function answer(order: OrderState, ask: Ask, over: boolean): { outcome: string; after: OrderState } {
  const refuse = (outcome: string) => ({ outcome, after: order });
  const accept = (change: Partial<OrderState>) => ({ outcome: 'done', after: { ...order, ...change } });
  switch (ask.op) {
    case 'authorize':
      return order.status === 'none'
        ? accept({ status: 'authorized', authorized: ask.amount })
        : refuse('checkout_token_used');
    case 'capture': {
      if (order.status === 'expired' || (capturable(order) > 0 && over))
        return refuse('authorization_expired');
      if (order.status === 'voided') return refuse('state_conflict');
      if (ask.amount > capturable(order)) return refuse('capture_exceeds_authorized');
      const captured = order.captured + ask.amount;
      const voided = ask.final ? order.authorized - captured : order.voided;
      const isWhole = captured + voided === order.authorized;
      return accept({ captured, voided, status: isWhole ? 'captured' : 'partially_captured' });
    }
    case 'refund':
      if (order.captured === 0) return refuse('state_conflict');
      if (ask.amount > refundable(order)) return refuse('refund_exceeds_refundable');
      return accept({ refunded: order.refunded + ask.amount });
    case 'void':
      if (order.status !== 'authorized' && order.status !== 'partially_captured')
        return refuse('state_conflict');
      return accept(voided(order));
    case 'reverse':
    default:
      return accept({ ...(capturable(order) > 0 && voided(order)), refunded: order.captured });
  }
}

function voided(order: OrderState): Pick<OrderState, 'voided' | 'status'> {
  return { voided: order.voided + capturable(order), status: order.captured > 0 ? 'captured' : 'voided' };
}

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, index) =>
    permutations(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]),
  );
}
