import { listSuspensions } from '../../credit/suspensions.ts';
import { maxOf, toJsonAmount } from '../../lib/money.ts';
import type { Tx } from '../../lib/tx.ts';
import type { DeclineCode } from '../../pay-score/assessments.ts';
import { type Behaviour, scoreSteps } from '../../pay-score/explain/next-steps.ts';
import { readHistory } from '../../pay-score/score-now.ts';
import { downOf } from '../../plans/offers.ts';
import { greatestAmount, leastDownPercent } from './amounts.ts';
import { readOpenDebts } from './open-debts.ts';
import { amountOf, leastPayment, type Payment } from './pay-first.ts';
import { type FullFile, inputsAfter, type Judge, rescored, type Situation } from './situation.ts';

/** Two months that are over take at least so many days. */
const fewestTenureDays = 29;

/**
 * What would make a declined decision an approval: kept with its assessment as `guards.advice`. Each part stands for itself
 * and was asked of the rules that declined; null where it would not help. Amounts are minor units of the assessment's
 * currency. It names plans and no shops: whoever shows it to the shopper looks them up.
 */
export type Advice = {
  /** The greatest round amount that would be approved. */
  amount: number | null;
  /** What would have to be paid at once, so that the rest would be approved. */
  down: { percent: number; amount: number } | null;
  /** Payments on open plans, all of them together; each amount is in the plan's own currency. */
  pay: { planId: string; currency: string; installments: number; amount: number; all: boolean }[] | null;
  /** What to do about the score, and what it would be. `pay` is what to pay for using less of the limit. */
  behaviour: { steps: Behaviour[]; score: number; pay: number | null } | null;
};

/**
 * Finds the next steps after a decline by asking the rules that declined about a changed situation, never by phrases. Reads
 * what is open, what the line is suspended for and the closed months of a thin file, in at most three statements.
 */
export async function advise(
  tx: Tx,
  input: {
    shopperId: string;
    currency: string;
    declineCode: DeclineCode;
    situation: Situation;
    judge: Judge;
    /** Whether a part of it can be paid at once. */
    mayPayDown: boolean;
    /** Less than this is not to be had. */
    least?: bigint | undefined;
  },
): Promise<Advice> {
  const { judge, situation, currency, declineCode } = input;
  const { line } = situation.standing;
  const debts = await readOpenDebts(tx, input.shopperId);
  const suspensions = line.status === 'suspended' ? await listSuspensions(tx, line.id) : [];
  const fullFile = await fullFileOf(tx, input);
  const amount = greatestAmount(judge, situation, { currency, least: input.least });
  const percent = input.mayPayDown ? leastDownPercent(judge, situation) : undefined;
  const payments = leastPayment(judge, situation, { debts, suspensions, fullFile });
  return {
    amount: amount === undefined ? null : toJsonAmount(amount),
    down: percent === undefined ? null : { percent, amount: toJsonAmount(downOf(situation.amount, percent)) },
    pay: payments?.map(paymentJson) ?? null,
    behaviour: declineCode === 'score_too_low' ? behaviourThatHelps(judge, situation, fullFile) : null,
  };
}

/** The months that would judge a thin file when it is thin no more; null for who has too few of them, and for a full file. */
async function fullFileOf(
  tx: Tx,
  { shopperId, currency, situation }: { shopperId: string; currency: string; situation: Situation },
): Promise<FullFile> {
  const { line, score } = situation.standing;
  if (score.inputs.history !== null || score.inputs.ownHistory.tenureDays < fewestTenureDays) return null;
  return readHistory(tx, { shopperId, currency, targetLimit: line.targetLimit });
}

function paymentJson(payment: Payment): NonNullable<Advice['pay']>[number] {
  const { debt, installments } = payment;
  return {
    planId: debt.planId,
    currency: debt.currency,
    installments,
    amount: toJsonAmount(amountOf([payment])),
    all: installments === debt.unpaid.length,
  };
}

/** The smallest change of one's own behaviour that lifts the score to the cut and lets the decision approve. */
function behaviourThatHelps(judge: Judge, situation: Situation, fullFile: FullFile): Advice['behaviour'] {
  const { standing } = situation;
  for (const { behaviour, score, inputs } of scoreSteps(standing.score.inputs)) {
    if (score < standing.policy.lowestScore) continue;
    const { line } = standing;
    const percent = inputs.ownHistory.utilisationPercent;
    const less = behaviour.some(({ kind }) => kind === 'use_less') && percent !== null;
    const most = less ? ((BigInt(percent) + 1n) * line.limit - 1n) / 100n : line.used + line.held;
    const used = less ? maxOf(0n, most - line.held) : line.used;
    // A file that comes out of its thin time by that is judged by other tables: it has to be enough for both.
    const helps = [inputs, inputsAfter(inputs, fullFile)].every((then) => {
      const changed = { ...rescored(standing, then), line: { ...line, used } };
      return judge({ ...situation, standing: changed }) === null;
    });
    if (!helps) continue;
    return { steps: behaviour, score, pay: less ? toJsonAmount(line.used - used) : null };
  }
  return null;
}
