import { partsByTerms } from '../credit/apportion.ts';
import { findFunder, type Funder, reserveSlot, returnToSlot } from '../credit/funders.ts';
import { renameFunder } from '../credit/holds.ts';
import { movePlacement } from '../credit/move-placement.ts';
import { recordEvent } from '../events/record.ts';
import { post } from '../ledger/post.ts';
import { ownershipTransferred } from '../ledger/postings.ts';
import { GatewayError } from '../lib/errors.ts';
import { toJsonAmount } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { changeFunder, type Plan } from '../repayments/plans.ts';
import { type CarriedPlan, lockPlans, readPlan, takenBy, type TransferRefusal } from './carried-plans.ts';
import { updateOrder } from './orders.ts';
import { listTransfers, type OwnershipTransfer, storeTransfer } from '../repayments/ownership.ts';

export type TransferRequest = {
  /** Of the whole list: repeated under it, a plan is not transferred twice. */
  reference: string;
  planIds: readonly string[];
  fromFunderId: string;
  toFunderId: string;
  /** What the new owner pays, in hundredths of a percent of the principal that is owed. */
  priceBasisPoints: number;
};

export type TransferAnswer = { planId: string } & (
  { outcome: 'transferred'; transfer: OwnershipTransfer } | { outcome: 'refused'; code: TransferRefusal }
);

/**
 * Makes what one funder carries of these plans another's, at a price by the principal: of each currency together it is the
 * exact part rounded half to even, divided by largest remainder. What is owed, reserved, earned and lost goes over, and
 * what happens later is the new owner's; what the shoppers agreed to stays as it is, and they are told. Plans that were
 * transferred under the reference before are answered as they were then. A plan that cannot be is named with the reason,
 * and keeps nobody else from it.
 *
 * All of it is one transaction, so a caller with many plans comes with some at a time.
 *
 * @throws GatewayError `not_found` (a funder), `validation_failed` (from and to are the same, or the price is out of range),
 *   `state_conflict` (the new owner is paused, or the reference has another price or other funders),
 *   `funder_unavailable` (it has no room for one of them; nothing is transferred).
 */
export async function transferPlans(tx: Tx, request: TransferRequest): Promise<TransferAnswer[]> {
  const to = await requireFunders(tx, request);
  const planIds = [...new Set(request.planIds)];
  const locked = await lockPlans(tx, planIds);
  const known = await requireSameTerms(tx, request);
  const answers = new Map<string, TransferAnswer>();
  const carried: CarriedPlan[] = [];
  for (const planId of planIds) {
    const transfer = known.find((one) => one.planId === planId);
    const held = transfer ? undefined : await readPlan(tx, locked.get(planId), request);
    if (transfer) answers.set(planId, { planId, outcome: 'transferred', transfer });
    else if (typeof held === 'string') answers.set(planId, { planId, outcome: 'refused', code: held });
    else if (held) carried.push(held);
  }
  const slots = await moveCapacity(tx, carried, { from: request.fromFunderId, to });
  const prices = pricesOf(carried, request.priceBasisPoints);
  for (const one of carried) {
    const planId = one.plan.id;
    const moved = { slot: slots.get(planId) ?? 0, price: prices.get(planId) ?? 0n };
    const transfer = await transferOne(tx, request, { ...one, ...moved, owner: to });
    answers.set(planId, { planId, outcome: 'transferred', transfer });
  }
  return planIds.flatMap((planId) => answers.get(planId) ?? []);
}

async function requireFunders(tx: Tx, request: TransferRequest): Promise<Funder> {
  const { fromFunderId, toFunderId, priceBasisPoints } = request;
  if (fromFunderId === toFunderId || priceBasisPoints < 0 || priceBasisPoints > 20_000)
    throw new GatewayError('validation_failed', {
      detail: 'Plans go to another funder, at a price from 0 to 200 % of their principal.',
    });
  const ids = [fromFunderId, toFunderId].toSorted();
  // Two lists between the same funders would wait for one another's slots; who confirms a plan does not wait here.
  const rows = await tx
    .sql('funders')
    .where({ environment_id: tx.environment.id })
    .whereIn('id', ids)
    .orderBy('id')
    .forNoKeyUpdate()
    .select('id');
  if (rows.length < ids.length) throw new GatewayError('not_found', { detail: 'There is no such funder.' });
  const to = await findFunder(tx, toFunderId);
  if (to.status !== 'active')
    throw new GatewayError('state_conflict', { detail: `${to.name} is paused and takes nothing new.` });
  return to;
}

async function requireSameTerms(tx: Tx, request: TransferRequest): Promise<OwnershipTransfer[]> {
  const known = await listTransfers(tx, request.reference);
  const other = known.find(
    (one) =>
      one.fromFunderId !== request.fromFunderId ||
      one.toFunderId !== request.toFunderId ||
      one.priceBasisPoints !== request.priceBasisPoints,
  );
  if (other)
    throw new GatewayError('state_conflict', {
      detail: `The reference ${request.reference} has another price or other funders.`,
      hint: 'Repeat it as it was, or give the list a reference of its own.',
    });
  return known;
}

/** The part of the principal of each plan, so that those of one currency come to the part of their sum. */
function pricesOf(carried: readonly CarriedPlan[], basisPoints: number): Map<string, bigint> {
  const prices = new Map<string, bigint>();
  for (const currency of new Set(carried.map(({ plan }) => plan.currency))) {
    const plans = carried.filter(({ plan }) => plan.currency === currency);
    const parts = partsByTerms(
      plans.map(({ owed }) => owed.principal),
      plans.map(() => basisPoints),
    );
    plans.forEach(({ plan }, index) => prices.set(plan.id, parts[index] ?? 0n));
  }
  return prices;
}

/**
 * The new owner's slots take what those of the one before give back, all of one funder and then all of the other, in the
 * order in which everybody does. Returns the new slot of each plan.
 */
async function moveCapacity(
  tx: Tx,
  carried: readonly CarriedPlan[],
  { from, to }: { from: string; to: Funder },
): Promise<Map<string, number>> {
  const slots = new Map<string, number>();
  for (const funderId of [from, to.id].toSorted()) {
    for (const one of carried) {
      const of = { currency: one.plan.currency, amount: takenBy(one) };
      if (funderId === from) await returnToSlot(tx, { ...of, funderId, slot: one.slot });
      else {
        const reserved = await reserveSlot(tx, { ...of, funder: to, shopperId: one.plan.shopperId });
        slots.set(one.plan.id, reserved.slot);
      }
    }
  }
  return slots;
}

type Moved = { slot: number; price: bigint; owner: Funder };

async function transferOne(
  tx: Tx,
  { reference, fromFunderId, toFunderId, priceBasisPoints }: TransferRequest,
  { plan, order, hold, reserved, owed, logLength, slot, price, owner }: CarriedPlan & Moved,
): Promise<OwnershipTransfer> {
  const { id: planId, currency } = plan;
  const transfer = await storeTransfer(tx, {
    reference,
    planId,
    fromFunderId,
    toFunderId,
    currency,
    priceBasisPoints,
    reserved: reserved?.amount ?? 0n,
    ...owed,
    price,
    logLength,
  });
  const posting = ownershipTransferred({
    currency,
    subjectId: transfer.id,
    planId,
    fromFunderId,
    toFunderId,
    reserved: reserved &&
      order && { pendingId: reserved.id, amount: reserved.amount, merchantId: order.merchantId },
    ...owed,
    price,
  });
  // Of a debt that was charged off nothing stands in the books.
  const posted = posting.transfers.length > 0 ? await post(tx, posting) : [];
  if (order && order.pendingTransferId !== null)
    await updateOrder(tx, order, { pending_transfer_id: posted[1] ?? null });
  await renameFunder(tx, hold, { from: fromFunderId, to: toFunderId, slot });
  await movePlacement(tx, {
    holdId: plan.holdId,
    from: fromFunderId,
    to: toFunderId,
    basisPoints: hold.shares.find(({ funderId }) => funderId === fromFunderId)?.basisPoints ?? 10_000,
    owed: takenBy({ reserved, owed }),
  });
  const { version } = await changeFunder(tx, plan, { from: fromFunderId, to: toFunderId });
  await tell(tx, { transfer, plan: { ...plan, version }, owner });
  return transfer;
}

/** The funders are told what went over and at which price; the shopper, whose it is now. */
async function tell(
  tx: Tx,
  { transfer, plan, owner }: { transfer: OwnershipTransfer; plan: Plan; owner: Funder },
): Promise<void> {
  const about = { objectId: plan.id, objectVersion: plan.version };
  await recordEvent(tx, {
    ...about,
    streams: [transfer.fromFunderId, transfer.toFunderId],
    type: 'plan.transferred',
    data: {
      transfer_id: transfer.id,
      reference: transfer.reference,
      from_funder_id: transfer.fromFunderId,
      to_funder_id: transfer.toFunderId,
      currency: transfer.currency,
      reserved_amount: toJsonAmount(transfer.reserved),
      principal_amount: toJsonAmount(transfer.principal),
      interest_amount: toJsonAmount(transfer.interest),
      fee_amount: toJsonAmount(transfer.fee),
      price_amount: toJsonAmount(transfer.price),
    },
  });
  await recordEvent(tx, {
    ...about,
    streams: [plan.shopperId],
    type: 'plan.owner_changed',
    data: { owner: owner.name },
  });
}
