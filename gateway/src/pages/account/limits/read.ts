import { listLines } from '../../../credit/lines.ts';
import { type CalendarDate, dateIn } from '../../../lib/dates.ts';
import type { Tx } from '../../../lib/tx.ts';
import type { TermsPolicy } from '../../../pay-score/policy.ts';
import { policyOf } from '../../../pay-score/policy-in-force.ts';
import { type LimitChange, listChanges } from '../../../standing/limit-changes.ts';
import type { Terms } from '../../../standing/limit-policy.ts';
import { type Outlook, outlookOf } from '../../../standing/outlook.ts';
import { readFacts } from '../../../standing/review.ts';

/** The terms of one line with how they came about. */
export type LineTerms = {
  currency: string;
  terms: Terms;
  since: CalendarDate;
  nextReviewOn: CalendarDate | null;
  score: number;
  outlook: Outlook;
  policy: TermsPolicy;
  /** With what the line began, and every change since then, the oldest first. */
  openedOn: CalendarDate;
  opening: Terms;
  changes: LimitChange[];
  today: CalendarDate;
};

/** Reads it for each line of a shopper. */
export async function readLineTerms(tx: Tx, shopperId: string): Promise<LineTerms[]> {
  const { timeZone } = tx.environment;
  const today = dateIn(timeZone, tx.now);
  const policy = await policyOf(tx);
  const read: LineTerms[] = [];
  for (const line of await listLines(tx, shopperId)) {
    const facts = await readFacts(tx, line, today);
    const changes = await listChanges(tx, line.id);
    read.push({
      currency: line.currency,
      terms: facts.now,
      since: dateIn(timeZone, line.termsSince),
      nextReviewOn: line.nextReviewOn,
      score: facts.score,
      outlook: outlookOf(facts, policy),
      policy,
      openedOn: dateIn(timeZone, line.openedAt),
      opening: changes[0]?.from ?? facts.now,
      changes,
      today,
    });
  }
  return read;
}

/** The terms as they were from each date on; what was only offered changed nothing. */
export function stepsOf({ openedOn, opening, changes }: LineTerms): (Terms & { on: CalendarDate })[] {
  const steps = [{ on: openedOn, ...opening }];
  for (const { kind, status, to, decidedOn, answeredOn } of changes) {
    if (status !== 'applied' && status !== 'accepted') continue;
    const before = steps.at(-1) ?? opening;
    const on = status === 'accepted' ? (answeredOn ?? decidedOn) : decidedOn;
    const { limit, annualRatePpm } =
      kind === 'price' ? { ...to, limit: before.limit } : { ...to, annualRatePpm: before.annualRatePpm };
    steps.push({ on, limit, annualRatePpm });
  }
  return steps;
}
