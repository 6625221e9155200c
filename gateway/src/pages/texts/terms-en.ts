import type { AgreementFacts } from './agreement-facts.ts';

/** How the days of interest are counted. */
export const dayCounts = {
  '30/360':
    'Interest is reckoned by the month: a month is a twelfth of a year, and a part of one counts its days of 30.',
  'actual/365': 'Interest is reckoned by the day, a year having 365 days.',
  'actual/actual': 'Interest is reckoned by the day, by the days that the year really has.',
};

/** What lateness costs. */
export function lateFee({ lateFee: fee }: AgreementFacts): string {
  return fee
    ? `A payment that is more than ${fee.graceDays} days late costs ${fee.amount} once, and never more than ${fee.mostPercent} % of that payment. It bears no further interest.`
    : 'There is no late fee.';
}
