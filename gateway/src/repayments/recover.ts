import { shareRecovered } from '../credit/shares.ts';
import { recordEvent } from '../events/record.ts';
import { jointly } from '../ledger/jointly.ts';
import { post } from '../ledger/post.ts';
import { recovery } from '../ledger/postings.ts';
import { minOf, proportion, toJsonAmount } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { type Plan, privateStreamsOf } from './plans.ts';
import { isJoint } from './stakes.ts';

/** Whether a plan's debt has left the books, recovered since or not. */
export function isWrittenOff({ status }: Pick<Plan, 'status'>): boolean {
  return status === 'charged_off' || status === 'recovered';
}

/** What is legally owed on a plan that was charged off, in minor units; 0 for every other one. */
export function recoverableOf({ status, recoverable, recovered }: Plan): bigint {
  return status === 'charged_off' ? recoverable - recovered : 0n;
}

/**
 * Takes `amount`, which came in for a locked plan that was charged off, up to what is owed on it: the funders', by what
 * each has lost, and for the part that we had borne, ours. It came from a payment of the shopper or of `payerId`, or `from` goods that were
 * refunded to the shopper. When all is in, the plan is recovered. Returns what is left over, the payer's.
 */
export async function recover(
  tx: Tx,
  plan: Plan,
  input: { amount: bigint; sourceId: string; payerId?: string; from?: 'unapplied' | 'shopper' },
): Promise<bigint> {
  const taken = minOf(input.amount, recoverableOf(plan));
  if (taken === 0n) return input.amount;
  const recovered = plan.recovered + taken;
  // Reckoned on all that came in so far, so that many small amounts give us back exactly what we bore.
  const ours = (of: bigint): bigint => proportion(plan.covered, of, plan.recoverable);
  const coveredPart = ours(recovered) - ours(plan.recovered);
  const theirs = taken - coveredPart;
  const parts = isJoint(plan)
    ? await shareRecovered(tx, plan.holdId, theirs)
    : [{ funderId: plan.funderId, amount: theirs }];
  await post(
    tx,
    jointly(parts, ({ funderId, amount }, index) =>
      recovery({
        currency: plan.currency,
        subjectId: input.sourceId,
        shopperId: input.payerId ?? plan.shopperId,
        funderId,
        funderPart: amount,
        coveredPart: index === 0 ? coveredPart : 0n,
        ...(input.from && { from: input.from }),
      }),
    ),
  );
  const status = recovered === plan.recoverable ? 'recovered' : plan.status;
  await tx
    .sql('plans')
    .where({ environment_id: tx.environment.id, id: plan.id })
    .update({ recovered_amount: recovered, status, version: plan.version + 1 });
  if (status === 'recovered') {
    await recordEvent(tx, {
      streams: privateStreamsOf(plan),
      type: 'plan.recovered',
      objectId: plan.id,
      objectVersion: plan.version + 1,
      data: { status, currency: plan.currency, recovered_amount: toJsonAmount(recovered) },
    });
  }
  return input.amount - taken;
}
