import type { CalendarDate } from '../lib/dates.ts';
import { type Cell, cells } from './allocation.ts';

/** Whose law a plan follows. UK is the code ISO 3166 keeps for GB; the name that people use. */
export type Market = 'CN' | 'EU' | 'UK' | 'US';

export const markets = ['CN', 'EU', 'UK', 'US'] as const satisfies Market[];

/** A figure of a market, and why it is so: a rule of law, or our own choice within it. */
export type Figure<T> = { value: T; basis: 'law' | 'policy'; source: string };

/** How the yearly cost is told: the internal rate of return, the EU's equation, or Regulation Z, Appendix J. */
export type AprMethod = 'irr' | 'eu_equation' | 'appendix_j';

/** What a late installment costs: `amount` minor units, at most so many percent of the installment, once for each. */
export type LateFeeTerms = { amount: number; grace_days: number; most_percent: number };

/** The rules of one market from the date `from` on. Percent and days are whole unless said otherwise. */
export type MarketRules = {
  market: Market;
  from: CalendarDate;
  aprMethod: Figure<AprMethod>;
  /** Decimals of a shown APR. */
  aprDecimals: Figure<number>;
  /** What all costs together, late and guarantee fees included, may come to, in percent a year (IRR); null: no figure. */
  allInCeilingPercent: Figure<number> | null;
  /** The least and the most that is asked a year, in millionths. */
  nominalRatePpm: Figure<{ least: number; most: number }>;
  /** The most that one consumer may owe on a line, in minor units. */
  consumerLine: Figure<{ amount: bigint; currency: string }> | null;
  /** What may be drawn in cash, in minor units; null: cash is not lent here. */
  cashDraw: Figure<{ least: bigint; most: bigint; currency: string } | null>;
  /** Whether a third party's deferral without interest or charges is consumer credit with its duties. */
  interestFreeRegulated: Figure<boolean>;
  /** Up to where a deferral without interest keeps its lighter treatment, and what lies beyond: no offer, or full disclosure. */
  interestFreeMost: Figure<{
    installments: number;
    months: number | null;
    beyond: 'refused' | 'disclosed';
  }> | null;
  allocation: Figure<readonly Cell[]>;
  lateFee: Figure<{ amounts: Readonly<Record<string, number>>; graceDays: number; mostPercent: number }>;
  /** Days in which the shopper may withdraw and pay principal and daily interest only; null: no such right. */
  withdrawalDays: Figure<number> | null;
  /** When the shopper is reminded of it, in days after the agreement. */
  withdrawalReminderDays: Figure<{ first: number; last: number }> | null;
  /** Whether affordability is assessed whatever the amount. */
  affordabilityAtAnyAmount: Figure<boolean>;
  /** Days of notice before a step that harms the shopper, such as asking for everything at once or charging off. */
  adverseStepNoticeDays: Figure<number>;
  /** Days in which the reasons of a refusal are told in writing; null: at once, on the page, is enough. */
  adverseActionDays: Figure<number> | null;
  /** How often an installment of a plan may be moved free of charge, and by how many days. */
  reschedule: Figure<{ free: number; mostDays: number }>;
  /** Days from the due date (negative: before it) on which the shopper is reminded. */
  reminderDays: Figure<readonly number[]>;
};

const law = <T>(value: T, source: string): Figure<T> => ({ value, basis: 'law', source });
const policy = <T>(value: T, source: string): Figure<T> => ({ value, basis: 'policy', source });

/** What holds until somebody says otherwise. */
const always = '0001-01-01';

const ccd = 'Directive (EU) 2023/2225';
const oldCcd = 'Directive 2008/48/EC';
const dpc = 'FCA PS26/1 (deferred payment credit)';

/** Principal and interest come before fees, so that a fee never makes the next installment short and costs another one. */
const feesLast: readonly Cell[] = [
  'past_due_interest',
  'past_due_principal',
  'due_interest',
  'due_principal',
  'past_due_fee',
  'due_fee',
  'in_advance_interest',
  'in_advance_principal',
  'in_advance_fee',
];

/** About the price of a stamped letter and a call; the percentage keeps it small for a small installment. */
const lateFeeAmounts = { CNY: 1_000, EUR: 300, GBP: 300, USD: 400, JPY: 300, KWD: 1_000 };

const lateFee = (mostPercent: number, source: string) =>
  policy({ amounts: lateFeeAmounts, graceDays: 3, mostPercent }, source);

/** What is our choice in every market. */
const ours = {
  cashDraw: policy(null, 'off until somebody has looked at what the market asks of a lender of cash'),
  nominalRatePpm: policy({ least: 72_000, most: 180_000 }, '7.2 % to 18 % a year by pay-score tier'),
  reschedule: policy(
    { free: 1, mostDays: 30 },
    'one installment of a plan, at its first miss, by at most a month',
  ),
  reminderDays: policy([-3, 0, 1, 7, 15, 30], 'before, on and after the due date, in daylight hours'),
};

const cn: MarketRules = {
  ...ours,
  market: 'CN',
  from: always,
  aprMethod: law('irr', '中国人民银行公告〔2021〕第3号: 年化利率, 复利 (IRR); 单利 must be named so'),
  aprDecimals: policy(2, 'as rates are quoted in the market'),
  allInCeilingPercent: law(
    24,
    '法发〔2017〕22号 第2条: interest, penalties and fees together; 金规〔2025〕9号 (from 2025-10-01): with guarantee fees',
  ),
  consumerLine: law(
    { amount: 20_000_000n, currency: 'CNY' },
    '¥200,000 a borrower: 消费金融公司管理办法 (2024年第4号令), 商业银行互联网贷款管理暂行办法 第6条',
  ),
  cashDraw: policy(
    { least: 5_000n, most: 20_000_000n, currency: 'CNY' },
    '¥50 to ¥200,000: no more than a consumer line may be',
  ),
  interestFreeRegulated: policy(true, 'loans without interest are shown and assessed like any other'),
  interestFreeMost: null,
  allocation: law(cells, '民法典 第560, 561条: what is due first; fees, then interest, then principal'),
  lateFee: lateFee(5, 'within the ceiling of all costs'),
  withdrawalDays: null,
  withdrawalReminderDays: null,
  affordabilityAtAnyAmount: law(true, '商业银行互联网贷款管理暂行办法: 授信审批'),
  adverseStepNoticeDays: policy(14, 'as in the UK'),
  adverseActionDays: null,
};

const eu: MarketRules = {
  ...ours,
  market: 'EU',
  from: '2026-11-20',
  aprMethod: law('eu_equation', `${ccd}, Art. 30 and Annex III`),
  aprDecimals: policy(2, `at least one by ${ccd}, Annex III, remark (d)`),
  allInCeilingPercent: null,
  consumerLine: null,
  interestFreeRegulated: law(true, `${ccd}, Art. 2; applied from 2026-11-20 by Art. 48`),
  interestFreeMost: null,
  allocation: policy(feesLast, 'fees never snowball'),
  lateFee: lateFee(10, `no more than lateness costs the creditor: ${ccd}, Art. 35`),
  withdrawalDays: law(14, `${ccd}, Art. 26`),
  withdrawalReminderDays: law(
    { first: 1, last: 7 },
    `${ccd}, Art. 10(1): when the form came less than a day before`,
  ),
  affordabilityAtAnyAmount: law(true, `${ccd}, Art. 18`),
  adverseStepNoticeDays: policy(14, `forbearance first: ${ccd}, Art. 35`),
  adverseActionDays: null,
};

const uk: MarketRules = {
  ...ours,
  market: 'UK',
  from: '2026-07-15',
  aprMethod: law('eu_equation', 'FCA CONC App 1.2'),
  aprDecimals: policy(2, 'at least one by FCA CONC App 1.2'),
  allInCeilingPercent: null,
  consumerLine: null,
  interestFreeRegulated: law(true, 'SI 2025/859 and FCA PS26/1, from 2026-07-15'),
  interestFreeMost: law(
    { installments: 12, months: 12, beyond: 'refused' },
    'deferred payment credit: FSMA 2000 (Regulated Activities) Order 2001, art. 60F(2), as amended by SI 2025/859; beyond it we do not offer',
  ),
  allocation: policy(feesLast, 'fees never snowball'),
  lateFee: lateFee(10, 'no more than the reasonable cost of it: FCA CONC 7.7.5R'),
  withdrawalDays: law(14, 'Consumer Credit Act 1974, s. 66A; for interest-free plans by our agreement'),
  withdrawalReminderDays: null,
  affordabilityAtAnyAmount: law(true, `${dpc}; CONC 5.2A, whatever the amount`),
  adverseStepNoticeDays: law(
    14,
    `Consumer Credit Act 1974, s. 87 and 88; CONC 7.20 asks for notice, we give the same`,
  ),
  adverseActionDays: null,
};

const us: MarketRules = {
  ...ours,
  market: 'US',
  from: always,
  aprMethod: law('appendix_j', '12 CFR 1026.22 and Appendix J'),
  aprDecimals: policy(2, '12 CFR 1026.22(a): accurate within 1/8 of a point'),
  allInCeilingPercent: null,
  consumerLine: null,
  interestFreeRegulated: policy(true, 'the block is shown although Regulation Z does not ask for it'),
  interestFreeMost: law(
    { installments: 4, months: null, beyond: 'disclosed' },
    '12 CFR 1026.2(a)(17)(i): more than four installments, not counting a down payment',
  ),
  allocation: law(feesLast, '16 CFR 444.4: no late fee because an earlier one was taken from the payment'),
  lateFee: lateFee(10, '12 CFR 1026.18(l) discloses it; states set their own limits'),
  withdrawalDays: null,
  withdrawalReminderDays: null,
  affordabilityAtAnyAmount: policy(true, 'each purchase is assessed'),
  adverseStepNoticeDays: policy(14, 'as in the UK'),
  adverseActionDays: law(30, '12 CFR 1002.9(a)'),
};

/** The rules of each market, the oldest first. A figure that the law changes gets a new entry from its date on. */
export const marketRules: Readonly<Record<Market, readonly [MarketRules, ...MarketRules[]]>> = {
  CN: [cn],
  EU: [
    {
      ...eu,
      from: always,
      aprMethod: law('eu_equation', `${oldCcd}, Art. 19 and Annex I`),
      interestFreeRegulated: law(false, `${oldCcd}, Art. 2(2)(f)`),
      withdrawalDays: law(14, `${oldCcd}, Art. 14`),
      withdrawalReminderDays: null,
      affordabilityAtAnyAmount: policy(true, 'each purchase is assessed'),
      lateFee: lateFee(10, 'no more than lateness costs'),
      adverseStepNoticeDays: policy(14, 'as in the UK'),
    },
    eu,
  ],
  UK: [
    {
      ...uk,
      from: always,
      interestFreeRegulated: law(false, 'FSMA 2000 (Regulated Activities) Order 2001, art. 60F(2): exempt'),
      affordabilityAtAnyAmount: policy(true, 'each purchase is assessed'),
      adverseStepNoticeDays: law(
        14,
        'Consumer Credit Act 1974, s. 87 and 88; for exempt plans by our agreement',
      ),
    },
    uk,
  ],
  US: [us],
};
