import { listDesks, openDesk } from '../../credit/desks/breaker.ts';
import { listFunderIds, pauseFunder, resumeFunder } from '../../credit/funders.ts';
import { type Fault, listFaults, type NewFault, removeFault, storeFault } from '../../faults/faults.ts';
import { dateIn } from '../../lib/dates.ts';
import { GatewayError } from '../../lib/errors.ts';
import type { Tx } from '../../lib/tx.ts';
import { readPaymentMethod } from '../../processor/payment-methods.ts';
import { findPlan } from '../../repayments/plans.ts';
import type { FaultInput } from './fault-input.ts';

/**
 * Lets something go wrong in a sandbox from now on. Errors: `not_found` in live and for a plan or funder that is not
 * there.
 */
export async function arrangeFault(tx: Tx, input: { merchantId: string; fault: FaultInput }): Promise<Fault> {
  requireSandbox(tx);
  const { fault, merchantId } = input;
  if (isOfFunders(fault)) return disturbFunders(tx, fault);
  return storeFault(tx, {
    kind: fault.kind,
    times: 'times' in fault ? fault.times : null,
    ...('decline_code' in fault && { declineCode: fault.decline_code }),
    ...(fault.kind === 'card_expires' && {
      fromDate: fault.from ?? dateIn(tx.environment.timeZone, tx.now),
    }),
    ...('plan_id' in fault && fault.plan_id && (await cardOf(tx, fault.plan_id, merchantId))),
  });
}

/** Takes a fault away; what it has done stays done. A funder lends again when no other fault has it down. */
export async function clearFault(tx: Tx, faultId: string): Promise<Fault> {
  const cleared = await removeFault(tx, faultId);
  if (cleared.kind === 'funder_down') {
    const left = (await listFaults(tx)).filter(({ kind }) => kind === 'funder_down');
    for (const funderId of await fundersOf(tx, cleared)) {
      const isDown = left.some((fault) => fault.funderId === null || fault.funderId === funderId);
      if (!isDown) await resumeFunder(tx, funderId);
    }
  }
  return cleared;
}

/** Faults are for sandboxes; live has none to show, to make or to clear. */
export function requireSandbox(tx: Tx): void {
  if (tx.environment.kind !== 'sandbox') {
    throw new GatewayError('not_found', { detail: 'This works in sandboxes only.' });
  }
}

type FunderFault = Extract<FaultInput, { funder_id?: unknown }>;

function isOfFunders(fault: FaultInput): fault is FunderFault {
  return fault.kind.startsWith('funder_');
}

/** One that is down lends nothing new, or is not reached where it is asked; the others are asked from now on. */
async function disturbFunders(tx: Tx, fault: FunderFault): Promise<Fault> {
  const { kind, funder_id: funderId } = fault;
  if (funderId !== undefined && !(await listFunderIds(tx)).some((id) => id === funderId)) {
    throw new GatewayError('not_found', { detail: 'There is no such funder.' });
  }
  const times = 'times' in fault ? fault.times : null;
  const stored = await storeFault(tx, { kind, times, funderId: funderId ?? null });
  const asked = await listDesks(tx);
  for (const id of await fundersOf(tx, stored)) {
    if (kind !== 'funder_down') await openDesk(tx, id);
    else if (!asked.has(id)) await pauseFunder(tx, id);
  }
  return stored;
}

async function fundersOf(tx: Tx, fault: Fault): Promise<string[]> {
  return fault.funderId === null ? listFunderIds(tx) : [fault.funderId];
}

async function cardOf(
  tx: Tx,
  planId: string,
  merchantId: string,
): Promise<Pick<NewFault, 'planId' | 'processorMethod'>> {
  const plan = await findPlan(tx, { planId, merchantId });
  const { method } = await readPaymentMethod(tx, plan.paymentMethodId);
  return { planId, processorMethod: method };
}
