import type { AgreementFacts } from './agreement-facts.ts';

/** How the days of interest are counted. */
export const dayCounts = {
  '30/360': '利息按月计算：一个月为一年的十二分之一，不足一个月的按每月 30 天计算天数。',
  'actual/365': '利息按日计算，一年为 365 天。',
  'actual/actual': '利息按日计算，一年为实际天数。',
};

/** What lateness costs. */
export function lateFee({ lateFee: fee }: AgreementFacts): string {
  return fee
    ? `逾期超过 ${fee.graceDays} 天的每期款项收取一次 ${fee.amount} 逾期费，且不超过该期款项的 ${fee.mostPercent}%。逾期款项不再产生利息。`
    : '没有逾期费。';
}
