import { operate } from '../../../scripts/operate.ts';
import { printTable } from '../../../scripts/table.ts';
import { addOffset, civilOf, dateIn } from '../../src/lib/dates.ts';
import { digitsOf } from '../../src/lib/money.ts';
import { type Tx, transact } from '../../src/lib/tx.ts';
import type { Decided, OtherPolicy } from '../../src/pay-score/what-if/decided.ts';
import { limitBounds, parseSteps, rateBounds } from '../../src/pay-score/what-if/parse-steps.ts';
import { decidedCurrencies, mostDecided, readDecided } from '../../src/pay-score/what-if/read-decided.ts';
import { type Approved, type WhatIf, whatIf } from '../../src/pay-score/what-if/what-if.ts';
import { TrainingRefused } from '../refusal.ts';

export type WhatIfOptions = {
  cut: number;
  limits?: string;
  rates?: string;
  environment: string;
  since?: string;
};

/** Prints what another policy would have made of past decisions: a table for each currency, in all and by month. */
export async function printWhatIf(options: WhatIfOptions): Promise<void> {
  const policy = policyOf(options);
  const books = await operate((context) =>
    transact(
      context,
      {
        environmentId: options.environment,
        actor: { kind: 'system', id: 'what-if' },
        access: 'read',
      },
      (tx) => readBooks(tx, options.since),
    ),
  );
  if (books.length === 0) console.log('there are no decisions');
  for (const { currency, decisions } of books) {
    const periods = whatIf(decisions, policy);
    printPeriods(currency, policy, periods);
    if (decisions.length >= mostDecided)
      console.log(`only the newest ${mostDecided} decisions were looked at`);
    if (periods[0]) explain(currency, policy, periods[0]);
  }
}

function policyOf({ cut, limits, rates }: WhatIfOptions): OtherPolicy {
  if (cut < 300 || cut > 850) throw new TrainingRefused('--cut is a score, from 300 to 850');
  const limitPercent = limits === undefined ? undefined : parseSteps(limits, limitBounds);
  const annualRatePpm = rates === undefined ? undefined : parseSteps(rates, rateBounds);
  if (limits !== undefined && !limitPercent)
    throw new TrainingRefused('--limits is written as 700:120,640:100,0:80, in percent of what they were');
  if (rates !== undefined && !annualRatePpm)
    throw new TrainingRefused('--rates is written as 700:7.2,580:12.6,0:18, in percent a year');
  return { cut, limitPercent, annualRatePpm };
}

async function readBooks(
  tx: Tx,
  asked: string | undefined,
): Promise<{ currency: string; decisions: Decided[] }[]> {
  const since = asked ?? addOffset(dateIn(tx.environment.timeZone, tx.now), { months: -12 });
  try {
    civilOf(since);
  } catch {
    throw new TrainingRefused('--since is a date, as 2026-01-31');
  }
  const books = [];
  for (const currency of await decidedCurrencies(tx, { since }))
    books.push({ currency, decisions: await readDecided(tx, { currency, since }) });
  return books;
}

function printPeriods(currency: string, policy: OtherPolicy, periods: readonly WhatIf[]): void {
  printTable(
    `${currency} with a cut of ${policy.cut}`,
    ['month', 'decisions', 'approved', 'then', 'money', 'money then', 'late', 'late then'],
    periods.map(({ period, decisions, before, kept, newlyApproved }) => [
      period,
      String(decisions),
      String(kept.count + newlyApproved.count),
      String(before.count),
      money(kept.amount + newlyApproved.amount, currency),
      money(before.amount, currency),
      lateShare(kept),
      lateShare(before),
    ]),
  );
}

function explain(currency: string, policy: OtherPolicy, all: WhatIf): void {
  const { newlyDeclined, newlyApproved, before, kept } = all;
  const of = (amount: bigint): string => `${currency} ${money(amount, currency)}`;
  console.log(
    `newly declined: ${newlyDeclined.count} over ${of(newlyDeclined.amount)}; of their debts of ${of(newlyDeclined.debt)}, ${of(newlyDeclined.late)} was four or more days late`,
  );
  console.log(
    `newly approved: ${newlyApproved.count} over ${of(newlyApproved.amount)}; how they would have paid is unknown`,
  );
  if (newlyApproved.judged > 0)
    console.log(
      `  by the model's pd of ${newlyApproved.judged} of them over ${of(newlyApproved.judgedAmount)}: ${of(newlyApproved.expectedLate)} missed in a next month`,
    );
  if (policy.annualRatePpm)
    console.log(
      `mean yearly rate: ${rate(kept.meanRatePpm)} of what stays approved, ${rate(before.meanRatePpm)} then`,
    );
}

function money(amount: bigint, currency: string): string {
  const digits = digitsOf(currency);
  const text = String(amount).padStart(digits + 1, '0');
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

function lateShare({ debt, late }: Approved): string {
  return debt === 0n ? '-' : `${((Number(late) / Number(debt)) * 100).toFixed(1)} %`;
}

function rate(ppm: number | null): string {
  return ppm === null ? '-' : `${(ppm / 10_000).toFixed(2)} %`;
}
