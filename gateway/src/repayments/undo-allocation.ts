import { partsByTerms } from '../credit/apportion.ts';
import { noteLosses, setRecovered } from '../credit/shares.ts';
import { parseAccount } from '../ledger/accounts.ts';
import { jointly } from '../ledger/jointly.ts';
import { post } from '../ledger/post.ts';
import { chargeOff } from '../ledger/postings.ts';
import { reverse } from '../ledger/reverse.ts';
import type { Id } from '../lib/ids.ts';
import { maxOf, proportion, sum } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { handOn } from './hand-on.ts';
import type { Plan } from './plans.ts';
import type { RepaymentRow } from './repayments.ts';
import { type DebtPart, fundersOf, isJoint } from './stakes.ts';

/** What a repayment had paid and now lies unapplied again: all of it, and what of it is owed to each funder again. */
export type Undone = { amount: bigint; parts: DebtPart[] };

type Taken = { repayment: RepaymentRow; chargebackId: Id<'chb'> };

/**
 * Reverses what a repayment had paid of a locked plan's debt; nothing where none was left when it came in. What a funder
 * has given away since is owed to whoever has the plan now, which pays it in full: the debt was sold as it stood.
 */
export async function undoAllocation(tx: Tx, plan: Plan, taken: Taken): Promise<Undone> {
  const moved = await reversePostings(tx, { event: 'allocate', ...taken });
  const parts = new Map<string, DebtPart>();
  for (const { credit, amount } of moved) {
    const { code, owners } = parseAccount(credit);
    if (code !== 'fee' && code !== 'interest' && code !== 'principal') continue;
    const given = owners[1] ?? '';
    const part = parts.get(given) ?? { funderId: given, fee: 0n, interest: 0n, principal: 0n };
    parts.set(given, { ...part, [code]: part[code] + amount });
  }
  const owned = await handOn(tx, plan, {
    parts: [...parts.values()],
    repaymentId: taken.repayment.id,
    subjectId: taken.chargebackId,
  });
  await tx
    .sql('repayment_allocations')
    .where({ environment_id: tx.environment.id, repayment_id: taken.repayment.id })
    .delete();
  return { amount: paidBy(moved), parts: owned };
}

/**
 * The same on a locked plan that was charged off. What the repayment had paid before that is lost again in the books and
 * legally owed on top, and we bear the agreed part of it; what had been recovered by it is to be recovered still.
 */
export async function undoWrittenOff(tx: Tx, plan: Plan, taken: Taken): Promise<Undone> {
  const recovered = paidBy(await reversePostings(tx, { event: 'recovery', ...taken }));
  const undone = await undoAllocation(tx, plan, taken);
  const recoverable = plan.recoverable + undone.amount;
  const covers = await coversOf(tx, plan, undone.parts);
  const covered = plan.covered + sum(covers);
  // What came in before gave back a part of what we bear by another proportion; from now on the new one counts.
  const ours = undone.amount === 0n ? 0n : proportion(plan.covered, plan.recovered, plan.recoverable);
  const theirs = undone.amount === 0n ? 0n : proportion(covered, plan.recovered, recoverable);
  const borne = undone.parts.map((_, index) =>
    maxOf(0n, (covers[index] ?? 0n) + (index === 0 ? ours - theirs : 0n)),
  );
  if (undone.parts.length > 0) await loseAgain(tx, plan, { parts: undone.parts, borne, taken });
  if (isJoint(plan)) {
    const lost = undone.parts.map(({ funderId, principal, interest, fee }, index) => ({
      funderId,
      amount: principal + interest + fee - (borne[index] ?? 0n),
    }));
    await noteLosses(tx, plan.holdId, lost);
    const left = plan.recovered - recovered;
    await setRecovered(tx, plan.holdId, left - proportion(covered, left, recoverable));
  }
  await tx
    .sql('plans')
    .where({ environment_id: tx.environment.id, id: plan.id })
    .update({
      status: 'charged_off',
      recoverable_amount: recoverable,
      covered_amount: covered,
      recovered_amount: plan.recovered - recovered,
      version: tx.sql.raw('version + 1'),
    });
  return { amount: undone.amount + recovered, parts: undone.parts };
}

/** What we bear of each part, by the terms of its funder. */
async function coversOf(tx: Tx, plan: Plan, parts: readonly DebtPart[]): Promise<bigint[]> {
  const funders = await fundersOf(tx, parts, plan.createdAt);
  return partsByTerms(
    parts.map(({ principal }) => principal),
    funders.map(({ firstLossBasisPoints }) => firstLossBasisPoints),
  );
}

async function loseAgain(
  tx: Tx,
  plan: Plan,
  { parts, borne, taken }: { parts: readonly DebtPart[]; borne: readonly bigint[]; taken: Taken },
): Promise<void> {
  await post(
    tx,
    jointly(parts, (part, index) =>
      chargeOff({
        ...part,
        planId: plan.id,
        currency: plan.currency,
        subjectId: taken.chargebackId,
        covered: borne[index] ?? 0n,
      }),
    ),
  );
}

type Moved = { debit: string; credit: string; amount: bigint };

async function reversePostings(
  tx: Tx,
  { event, repayment, chargebackId }: Taken & { event: 'allocate' | 'recovery' },
): Promise<Moved[]> {
  const moved = await tx
    .sql('ledger_transfers')
    .where({ environment_id: tx.environment.id, event, subject_id: repayment.id })
    .orderBy('id')
    .select<(Moved & { posting_id: string })[]>('posting_id', 'debit', 'credit', 'amount');
  for (const postingId of new Set(moved.map(({ posting_id: id }) => id)))
    await reverse(tx, { postingId, event: 'charged_back', subjectId: chargebackId });
  return moved;
}

/** What postings took of unapplied money. */
function paidBy(moved: readonly Moved[]): bigint {
  return sum(moved.filter(({ debit }) => debit.startsWith('unapplied:')).map(({ amount }) => amount));
}
