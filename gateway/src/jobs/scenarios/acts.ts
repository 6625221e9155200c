import { askFunders, coveredByConsents } from '../../checkout/ask-funders.ts';
import { findSession, openSession } from '../../checkout/sessions.ts';
import { tokenOf } from '../../checkout/token.ts';
import type { Context } from '../../context.ts';
import { listFunders } from '../../credit/funders.ts';
import { GatewayError } from '../../lib/errors.ts';
import type { Id } from '../../lib/ids.ts';
import { minOf } from '../../lib/money.ts';
import { type Tx, transact, type TxOptions } from '../../lib/tx.ts';
import { findMerchant } from '../../merchants/merchants.ts';
import { authorize } from '../../orders/authorize.ts';
import { capture } from '../../orders/capture.ts';
import { capturableOf, findOrder, type Order, refundableOf } from '../../orders/orders.ts';
import { refund } from '../../orders/refund.ts';
import { acceptReturn, rejectReturn } from '../../orders/returns-answer.ts';
import { declareReturn } from '../../orders/returns-declare.ts';
import { findReturn } from '../../orders/returns.ts';
import { voidOrder } from '../../orders/void.ts';
import { keepMethod } from '../../processor/test-cards.ts';
import type { TestMethodName } from '../../processor/test-methods.ts';
import { changePaymentMethod } from '../../repayments/methods.ts';
import { payNow } from '../../repayments/pay.ts';
import { findTestPerson } from '../../shoppers/sandbox-identity.ts';
import { finishPayments } from '../advance-walk.ts';
import { arrangeFault, clearFault } from './arrange-fault.ts';
import { calendarOf, nextPaymentOf, payoffOf } from './calendar.ts';
import type { Act } from './compile.ts';
import type { FaultInput } from './fault-input.ts';
import type { Refusal, RunState, ScenarioRun } from './runs.ts';
import { chooseCard, claimAs, decideAndConfirm } from './test-shopper.ts';

/** What an act has come to: how the run's state changes, and what people are told of it, if anything. */
export type Done = {
  state?: Partial<RunState>;
  told?: { detail: string; amount?: bigint };
  refusal?: Omit<Refusal, 'step'>;
};

/** What is left to do of an act in one transaction, after whatever it had to ask the processor. */
export type Commit = (tx: Tx) => Promise<Done>;

/** The acts of the shop and its shopper; moving the clock is not in anybody's transaction. */
type OwnAct = Exclude<Act, { do: 'move' }>;
type ActOf<Name extends OwnAct['do']> = Extract<OwnAct, { do: Name }>;

type Handlers = {
  [Name in OwnAct['do']]: (
    context: Context,
    run: ScenarioRun,
    act: ActOf<Name>,
    signal: AbortSignal,
  ) => Commit | Promise<Commit>;
};

/** Test persons with these numbers are left to scenarios, so that each run has a shopper whom nobody knows yet. */
const firstPerson = 900_000;

const handlers: Handlers = {
  open_session: (_context, run) => (tx) => openCheckout(tx, run),
  claim: (_context, run) => async (tx) => {
    const person = findTestPerson(`good-${firstPerson + (run.number % 100_000)}`);
    if (!person) throw new Error(`there is no test person for run ${run.number}`);
    const { merchantId } = run;
    const shopperId = await claimAs(tx, { sessionId: sessionOf(run), merchantId, person });
    return { state: { shopperId } };
  },
  save_card: async (context, run) => saveCard(context, run, run.document.order.test_method),
  confirm: (_context, run) => (tx) => confirmOrder(tx, run),
  authorize: async (context, run, _act, signal) => {
    await finishConfirming(context, run, signal);
    return (tx) => placeOrder(tx, run);
  },
  ship: (_context, run, act) => (tx) => ship(tx, run, act),
  void: (_context, run) => async (tx) => {
    const order = await voidOrder(tx, orderOf(run));
    return { told: { detail: 'what was not shipped is voided', amount: order.voided } };
  },
  pay: (_context, run, act) => (tx) => pay(tx, run, act),
  refund: (_context, run, act) => (tx) => giveBack(tx, run, act.part),
  declare_return: (_context, run, act) => (tx) => sendBack(tx, run, act),
  accept_return: (_context, run) => async (tx) => {
    const { merchantId, state } = run;
    const returnId = needed(state.returnId, 'a return');
    const { amount } = await findReturn(tx, { returnId, merchantId });
    await acceptReturn(tx, { returnId, merchantId, reference: referenceOf(run), amount });
    return { told: { detail: 'the shop accepts the return and refunds', amount } };
  },
  reject_return: (_context, run) => async (tx) => {
    const returnId = needed(run.state.returnId, 'a return');
    await rejectReturn(tx, { returnId, merchantId: run.merchantId, reason: 'not_received' });
    return { told: { detail: 'the shop rejects the return' } };
  },
  change_card: async (context, run, act) => {
    const save = await saveCard(context, run, act.test_method);
    return async (tx) => {
      const { state } = await save(tx);
      const paymentMethodId = String(state?.paymentMethodId);
      await changePaymentMethod(tx, { planId: planOf(run), shopperId: shopperOf(run), paymentMethodId });
      return { told: { detail: `the shopper now pays with ${act.test_method}` } };
    };
  },
  miss:
    (_context, run, { times }) =>
    (tx) =>
      setFault(tx, run, {
        fault: { kind: 'card_declines', times, decline_code: 'insufficient_funds' },
        detail: `the card is going to be declined ${howOften(times)}`,
      }),
  card_expires: (_context, run) => (tx) =>
    setFault(tx, run, {
      fault: { kind: 'card_expires', plan_id: planOf(run) as never },
      detail: 'the card expires',
    }),
  fault:
    (_context, run, { fault }) =>
    async (tx) => {
      const often = 'times' in fault ? ` ${howOften(fault.times)}` : '';
      const detail = `${fault.kind.replaceAll('_', ' ')}${often}`;
      if (!('which' in fault)) return setFault(tx, run, { fault, detail });
      const [first] = await listFunders(tx);
      const { which, ...asked } = fault;
      const named = which === 'first' && first ? { funder_id: first.id } : {};
      return setFault(tx, run, { fault: { ...asked, ...named }, detail });
    },
  clear_faults: (_context, run) => async (tx) => {
    for (const id of run.state.faultIds) await clearFault(tx, id);
    return { state: { faultIds: [] }, told: { detail: 'nothing goes wrong any more' } };
  },
};

/** Prepares an act and returns its transaction, which is for nobody after the signal. Throws what refuses the act. */
export async function prepareAct(
  context: Context,
  run: ScenarioRun,
  act: OwnAct,
  signal: AbortSignal,
): Promise<Commit> {
  return handlers[act.do](context, run, act as never, signal);
}

/** How the transactions of a run are opened. */
export function optionsOf(run: ScenarioRun, access: 'read' | 'write'): TxOptions {
  return { environmentId: run.environmentId, actor: { kind: 'system', id: 'scenario' }, access };
}

async function openCheckout(tx: Tx, run: ScenarioRun): Promise<Done> {
  const { amount } = run.document.order;
  const merchant = await findMerchant(tx, run.merchantId);
  const { session } = await openSession(tx, {
    merchantId: run.merchantId,
    merchantReference: run.id,
    amount: BigInt(amount),
    currency: run.state.currency,
    lines: [{ name: run.document.name, quantity: 1, unit_amount: amount, amount }],
    // Nobody is sent back: the test person has no browser.
    returnUrl: merchant.allowedOrigins[0] ?? 'https://shop.invalid',
  });
  return { state: { sessionId: session.id } };
}

async function saveCard(context: Context, run: ScenarioRun, name: TestMethodName): Promise<Commit> {
  const shopperId = shopperOf(run);
  const read = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
    transact(context, optionsOf(run, 'read'), work);
  const card = await chooseCard(context, read, { environmentId: run.environmentId, shopperId, name });
  return async (tx) => ({ state: { paymentMethodId: await keepMethod(tx, shopperId, card) } });
}

async function confirmOrder(tx: Tx, run: ScenarioRun): Promise<Done> {
  const { paymentMethodId = '' } = run.state;
  const confirmed = await decideAndConfirm(tx, {
    sessionId: sessionOf(run),
    shopperId: shopperOf(run),
    planCode: run.document.order.plan_code,
    paymentMethodId,
  });
  if (!('declineCode' in confirmed)) return {};
  const detail = `The shopper may not pay this later: ${confirmed.declineCode}.`;
  return { refusal: { code: 'authorization_declined', detail } };
}

/** What the hosted page does after the shopper agreed: funders are asked, and the bank for the first payment. */
async function finishConfirming(context: Context, run: ScenarioRun, signal: AbortSignal): Promise<void> {
  const { environmentId } = run;
  const covers = coveredByConsents(shopperOf(run) as Id<'shp'>);
  const asked = await askFunders(context, { environmentId, sessionId: sessionOf(run), covers });
  if (asked.outcome === 'accepted') await finishPayments(context, environmentId, signal);
}

async function placeOrder(tx: Tx, run: ScenarioRun): Promise<Done> {
  const session = await findSession(tx, { sessionId: sessionOf(run) });
  if (session.status !== 'confirmed') {
    throw new GatewayError('payment_declined', { detail: 'The down payment was declined.' });
  }
  const { amount, currency, merchantReference } = session;
  const order = await authorize(tx, {
    merchantId: run.merchantId,
    checkoutToken: tokenOf(tx, session),
    merchantReference,
    amount,
    currency,
  });
  return {
    state: { orderId: order.id, planId: order.planId, orderedAt: tx.now.toISOString() },
    told: { detail: `the shopper agrees to ${run.document.order.plan_code}`, amount },
  };
}

async function ship(tx: Tx, run: ScenarioRun, { part }: ActOf<'ship'>): Promise<Done> {
  const order = await findOrder(tx, orderOf(run));
  const amount = partOf(part, { whole: order.authorized, left: capturableOf(order) });
  await capture(tx, { ...orderOf(run), reference: referenceOf(run), amount });
  const known = run.state.calendarBefore;
  return {
    state: { calendarBefore: known.length > 0 ? known : await calendarOf(tx, order.planId) },
    told: { detail: 'the shop ships and captures', amount },
  };
}

async function pay(tx: Tx, run: ScenarioRun, { part }: ActOf<'pay'>): Promise<Done> {
  const planId = planOf(run);
  const owed = await payoffOf(tx, planId);
  const next = minOf(owed, await nextPaymentOf(tx, planId));
  const amounts = { half: (next + 1n) / 2n, next, rest: owed };
  const amount = typeof part === 'number' ? BigInt(part) : amounts[part];
  const payment = await payNow(tx, { planId, shopperId: shopperOf(run), amount });
  if (payment.outcome === 'refused') {
    throw new GatewayError('state_conflict', { detail: `The shopper cannot pay this: ${payment.code}.` });
  }
  return { told: { detail: 'the shopper pays', amount } };
}

async function giveBack(tx: Tx, run: ScenarioRun, part: ActOf<'refund'>['part']): Promise<Done> {
  const order: Order = await findOrder(tx, orderOf(run));
  const amount = partOf(part, { whole: order.captured, left: refundableOf(order) });
  await refund(tx, { ...orderOf(run), reference: referenceOf(run), amount });
  return { told: { detail: 'the shop refunds', amount } };
}

async function sendBack(tx: Tx, run: ScenarioRun, { part }: ActOf<'declare_return'>): Promise<Done> {
  const { orderId } = orderOf(run);
  const order = await findOrder(tx, { orderId });
  const amount = partOf(part, { whole: order.captured, left: refundableOf(order) });
  const shopperId = shopperOf(run);
  const { id } = await declareReturn(tx, {
    orderId,
    amount,
    reason: 'changed_mind',
    by: 'shopper',
    shopperId,
  });
  return {
    state: { returnId: id },
    told: { detail: 'the shopper sends goods back; the dues stand still', amount },
  };
}

function partOf(part: 'half' | 'rest' | number, of: { whole: bigint; left: bigint }): bigint {
  if (typeof part === 'number') return BigInt(part);
  return part === 'half' ? minOf((of.whole + 1n) / 2n, of.left) : of.left;
}

/** What concerns cards concerns the run's own one, once there is a plan that it pays. */
async function setFault(
  tx: Tx,
  run: ScenarioRun,
  { fault, detail }: { fault: FaultInput; detail: string },
): Promise<Done> {
  const { planId, faultIds } = run.state;
  const concernsCard = fault.kind === 'card_declines' || fault.kind.startsWith('processor_');
  const scoped = (concernsCard && planId ? { ...fault, plan_id: planId } : fault) as FaultInput;
  const { id } = await arrangeFault(tx, { merchantId: run.merchantId, fault: scoped });
  return { state: { faultIds: [...faultIds, id] }, told: { detail } };
}

function howOften(times: number): string {
  return times === 1 ? 'once' : `${times} times`;
}

/** One reference for each act, so that one done twice is refused. */
function referenceOf(run: ScenarioRun): string {
  return `${run.id}-${run.state.next}`;
}

function sessionOf(run: ScenarioRun): string {
  return needed(run.state.sessionId, 'a session');
}

function shopperOf(run: ScenarioRun): string {
  return needed(run.state.shopperId, 'a shopper');
}

function planOf(run: ScenarioRun): string {
  return needed(run.state.planId, 'a plan');
}

function orderOf(run: ScenarioRun): { orderId: string; merchantId: string } {
  return { orderId: needed(run.state.orderId, 'an order'), merchantId: run.merchantId };
}

function needed(id: string | undefined, what: string): string {
  if (id === undefined) {
    throw new GatewayError('state_conflict', { detail: `The scenario has not come to ${what} yet.` });
  }
  return id;
}
