import { findHold, type Hold } from '../credit/holds.ts';
import { lockLine } from '../credit/lines.ts';
import { account } from '../ledger/accounts.ts';
import { accountsOf } from '../ledger/balances.ts';
import type { Reserved } from '../ledger/reserved.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { readLog } from '../repayments/log.ts';
import { findPlan, lockPlan, type Plan } from '../repayments/plans.ts';
import type { Debt } from '../repayments/stakes.ts';
import { lockOrder, type Order } from './orders.ts';
import { reservationsOf } from './reservations.ts';

/** Why a plan stays whose it is. */
export type TransferRefusal =
  | 'not_found'
  /** It is paid or canceled: nothing of it can be owed any more. */
  | 'finished'
  /** The one who is to give it away does not carry it. */
  | 'not_carried'
  /** The one who is to have it carries another share of it. */
  | 'carried_already';

export type LockedPlan = { plan: Plan; order: Order | undefined };

/** All lines, then all orders, then all plans, each in one order (money.md rule 9); ids of no plan are left out. */
export async function lockPlans(tx: Tx, planIds: readonly string[]): Promise<Map<string, LockedPlan>> {
  const found: Plan[] = [];
  for (const planId of planIds) {
    const plan = await findPlan(tx, { planId }).catch((error: unknown) => {
      if (error instanceof GatewayError && error.code === 'not_found') return undefined;
      throw error;
    });
    if (plan) found.push(plan);
  }
  const byShopper = found.toSorted((a, b) =>
    a.shopperId === b.shopperId ? a.currency.localeCompare(b.currency) : a.shopperId < b.shopperId ? -1 : 1,
  );
  for (const { shopperId, currency } of byShopper) await lockLine(tx, shopperId, currency);
  const orders = new Map<string, Order>();
  for (const { id, orderId } of found.toSorted((a, b) => ((a.orderId ?? '') < (b.orderId ?? '') ? -1 : 1)))
    if (orderId !== null) orders.set(id, await lockOrder(tx, { orderId }));
  const locked = new Map<string, LockedPlan>();
  for (const { id } of found.toSorted((a, b) => (a.id < b.id ? -1 : 1)))
    locked.set(id, { plan: await lockPlan(tx, id), order: orders.get(id) });
  return locked;
}

export type CarriedPlan = LockedPlan & {
  hold: Hold;
  reserved: Reserved | undefined;
  owed: Debt;
  /** In which slot of the one before it lies. */
  slot: number;
  /** How long its log is. */
  logLength: number;
};

/** What a funder carries of a locked plan, or why it cannot become the other's. */
export async function readPlan(
  tx: Tx,
  locked: LockedPlan | undefined,
  { fromFunderId, toFunderId }: { fromFunderId: string; toFunderId: string },
): Promise<CarriedPlan | TransferRefusal> {
  if (!locked) return 'not_found';
  const { plan, order } = locked;
  const hold = await findHold(tx, plan.holdId);
  const share = hold.shares.find(({ funderId }) => funderId === fromFunderId);
  if (!share) return 'not_carried';
  if (hold.shares.some(({ funderId }) => funderId === toFunderId)) return 'carried_already';
  if (plan.status === 'paid' || plan.status === 'canceled' || plan.status === 'recovered') return 'finished';
  const reservations = order && hold.amount > 0n ? await reservationsOf(tx, order, hold) : [];
  const balances = await accountsOf(tx, plan.id);
  const owedOf = (code: keyof Debt): bigint =>
    balances.find((row) => row.account === account(code, plan.id, fromFunderId))?.posted ?? 0n;
  return {
    ...locked,
    hold,
    reserved: reservations.find(({ funderId }) => funderId === fromFunderId),
    owed: { principal: owedOf('principal'), interest: owedOf('interest'), fee: owedOf('fee') },
    slot: share.slot,
    logLength: (await readLog(tx, plan.id)).length,
  };
}

/** What a carried plan takes of its funder's capacity. */
export function takenBy({ reserved, owed }: Pick<CarriedPlan, 'reserved' | 'owed'>): bigint {
  return owed.principal + (reserved?.amount ?? 0n);
}
