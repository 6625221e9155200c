import { marketRulesOf } from '../checkout/session-offers.ts';
import { dateIn } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import type { Merchant } from '../merchants/merchants.ts';
import { formatMoney, formatPercent } from '../notifications/format.ts';
import { roundApr } from '../plans/apr.ts';
import { aprOf } from '../plans/disclosure-cost.ts';
import type { Market } from '../plans/markets.ts';
import { type MonthlyPlanCode, monthlyPlanCodes, type PlanOffer } from '../plans/offers.ts';
import type { Locale } from '../shoppers/profile.ts';

/** What everything in an advertisement's figures is written with. */
type Figures = {
  credit: string;
  count: number;
  each: string;
  last: string;
  rate: string;
  apr: string;
  payable: string;
  least: string;
  most: string;
};

type Sentence = (figures: Figures) => string;

/**
 * What the law of each market wants said beside the price of credit: CN: both rates, named; EU: the standard information
 * with a warning, Directive (EU) 2023/2225, Art. 8; UK: the representative example, FCA CONC 3.5.5R; US: the terms of
 * repayment and the "annual percentage rate", 12 CFR 1026.24(d).
 */
export const exampleWords: Record<Locale, Record<Market, Sentence>> = {
  en: {
    CN: ({ credit, count, each, last, rate, apr, payable, least, most }) =>
      `Or by the month, for example ${credit} in ${count} payments of ${each}, the last of ${last}: ${payable} in all, ${rate} a year (simple interest), ${apr} a year (IRR). Your rate depends on your pay score: ${least} to ${most} a year.`,
    EU: ({ credit, count, each, last, rate, apr, payable, least, most }) =>
      `Caution! Borrowing money costs money. Representative example: total amount of credit ${credit}, ${count} monthly payments of ${each}, the last of ${last}, fixed borrowing rate ${rate} a year, APR ${apr}, total amount payable ${payable}. Your rate depends on your pay score: ${least} to ${most} a year.`,
    UK: ({ credit, count, each, last, rate, apr, payable, least, most }) =>
      `Representative example: amount of credit ${credit}, ${count} monthly payments of ${each}, the last of ${last}, rate of interest ${rate} a year (fixed), total amount payable ${payable}, representative ${apr} APR. Credit is subject to status; rates from ${least} to ${most} a year.`,
    US: ({ credit, count, each, last, apr, payable, least, most }) =>
      `Or ${count} monthly payments of ${each}, the last of ${last}, for ${credit} at ${apr} annual percentage rate, no down payment, ${payable} in all. Rates from ${least} to ${most}, subject to approval.`,
  },
  'zh-CN': {
    CN: ({ credit, count, each, last, rate, apr, payable, least, most }) =>
      `或按月付款，例如 ${credit} 分 ${count} 期，每期 ${each}，末期 ${last}：共付 ${payable}，年化利率 ${rate}（单利），${apr}（IRR）。您的利率取决于付款分，为每年 ${least} 至 ${most}。`,
    EU: ({ credit, count, each, last, rate, apr, payable, least, most }) =>
      `注意！借款需要付出成本。代表性示例：信贷总额 ${credit}，按月 ${count} 期，每期 ${each}，末期 ${last}，固定借款年利率 ${rate}，APR ${apr}，应付总额 ${payable}。您的利率取决于付款分，为每年 ${least} 至 ${most}。`,
    UK: ({ credit, count, each, last, rate, apr, payable, least, most }) =>
      `代表性示例：信贷金额 ${credit}，按月 ${count} 期，每期 ${each}，末期 ${last}，固定年利率 ${rate}，应付总额 ${payable}，代表性 APR ${apr}。须经审批；年利率 ${least} 至 ${most}。`,
    US: ({ credit, count, each, last, apr, payable, least, most }) =>
      `或按月 ${count} 期，每期 ${each}，末期 ${last}，信贷金额 ${credit}，年百分率（APR）${apr}，无首付款，共付 ${payable}。利率 ${least} 至 ${most}，须经审批。`,
  },
};

export type RepresentativeExample = {
  planCode: MonthlyPlanCode;
  text: string;
  installments: bigint[];
  payable: bigint;
  aprPercent: number;
};

/**
 * What the longest plan with interest comes to, at the rate that most shoppers begin with; undefined when there is none.
 * `offers` are those of everybody, for goods that ship today.
 */
export function exampleOf(
  tx: Tx,
  input: { merchant: Merchant; locale: Locale; offers: readonly PlanOffer[] },
): RepresentativeExample | undefined {
  const { merchant, locale } = input;
  const offer = input.offers.findLast(({ financeCharge }) => financeCharge > 0n);
  const planCode = monthlyPlanCodes.find((code) => code === offer?.code);
  if (!offer?.interest || !planCode) return undefined;
  const startsOn = dateIn(merchant.timeZone, tx.now);
  const rules = marketRulesOf(merchant, startsOn);
  const apr = roundApr(
    aprOf({ offer, startsOn, charges: [] }, rules.aprMethod.value),
    rules.aprDecimals.value,
  );
  const installments = offer.installments.map(({ amount }) => amount);
  const payable = offer.amount + offer.financeCharge;
  const money = (amount: bigint): string => formatMoney(locale, { amount, currency: offer.currency });
  const rate = (ppm: number): string => formatPercent(locale, ppm / 10_000);
  const { least, most } = rules.nominalRatePpm.value;
  return {
    planCode,
    text: exampleWords[locale][rules.market]({
      credit: money(offer.financed),
      count: installments.length,
      each: money(installments[0] ?? 0n),
      last: money(installments.at(-1) ?? 0n),
      rate: rate(offer.interest.shopper_rate_ppm),
      apr: formatPercent(locale, apr),
      payable: money(payable),
      least: rate(least),
      most: rate(most),
    }),
    installments,
    payable,
    aprPercent: apr,
  };
}
