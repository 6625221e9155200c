import type { CalendarDate } from '../lib/dates.ts';
import { divideHalfEven, sum, toJsonAmount } from '../lib/money.ts';
import { roundApr } from './apr.ts';
import { disclosureBlocks, type DisclosureRegime } from './disclosure-blocks.ts';
import { costOf, type DrawnOffer, simpleRateOf } from './disclosure-cost.ts';
import type { DisclosureCode } from './disclosure-texts.ts';
import type { LateFeeTerms, MarketRules } from './markets.ts';

/** Amounts are integers of minor units of the block's currency. */
export type DisclosureValue =
  | { kind: 'amount'; amount: number }
  | { kind: 'percent'; percent: number }
  | { kind: 'days'; days: number }
  | { kind: 'days_between'; first: number; last: number }
  | { kind: 'dates'; from: CalendarDate; to: CalendarDate }
  | { kind: 'party'; id: string; name: string }
  | ({ kind: 'late_fee' } & LateFeeTerms)
  | {
      kind: 'installments';
      installments: {
        number: number;
        due_date: CalendarDate;
        amount: number;
        principal: number;
        interest: number;
      }[];
    }
  /** The text says it all. */
  | { kind: 'statement' };

export type DisclosureLine = { code: DisclosureCode } & DisclosureValue;

type Party = { id: string; name: string };

type Input = {
  rules: MarketRules;
  drawn: DrawnOffer;
  aprPercent: number;
  lateFee: LateFeeTerms | null;
  funder: Party;
  merchant: Party | undefined;
};

export function linesOf(regime: DisclosureRegime, input: Input): DisclosureLine[] {
  return disclosureBlocks[regime].flatMap((code) => {
    const value = valueOf[code](input);
    return value ? [{ code, ...value }] : [];
  });
}

const statement: DisclosureValue = { kind: 'statement' };
const amount = (minor: bigint): DisclosureValue => ({ kind: 'amount', amount: toJsonAmount(minor) });
const amountIfAny = (minor: bigint): DisclosureValue | null => (minor > 0n ? amount(minor) : null);
const percent = (value: number): DisclosureValue => ({ kind: 'percent', percent: value });
const party = ({ id, name }: Party): DisclosureValue => ({ kind: 'party', id, name });
const days = (figure: { value: number } | null): DisclosureValue | null =>
  figure && { kind: 'days', days: figure.value };

/** What the charges at the drawdown leave of the credit (12 CFR 1026.18(b)(3)). */
function amountFinancedOf({ offer, charges, startsOn }: DrawnOffer): bigint {
  const prepaid = charges.filter(({ onDate }) => onDate === startsOn);
  return offer.financed - sum(prepaid.map((charge) => charge.amount));
}

function shopperRatePpm({ drawn }: Input): number {
  return drawn.offer.interest?.shopper_rate_ppm ?? 0;
}

/** The value of a line, or null where it does not apply. */
const valueOf: Record<DisclosureCode, (input: Input) => DisclosureValue | null> = {
  creditor: ({ funder }) => party(funder),
  merchant: ({ merchant }) => (merchant ? party(merchant) : null),
  price: ({ drawn, merchant }) => (merchant ? amount(drawn.offer.amount) : null),
  down_payment: ({ drawn }) => amountIfAny(drawn.offer.downPayment),
  credit_amount: ({ drawn }) => amount(drawn.offer.financed),
  duration: ({ drawn }) => {
    const dates = drawn.offer.installments.map(({ dueDate }) => dueDate);
    const to = dates.reduce((last, date) => (date > last ? date : last), drawn.startsOn);
    return { kind: 'dates', from: drawn.startsOn, to };
  },
  borrowing_rate: (input) => percent(shopperRatePpm(input) / 10_000),
  simple_rate: ({ drawn, rules }) => percent(roundApr(simpleRateOf(drawn), rules.aprDecimals.value)),
  irr: ({ aprPercent }) => percent(aprPercent),
  apr: ({ aprPercent }) => percent(aprPercent),
  annual_percentage_rate: ({ aprPercent }) => percent(aprPercent),
  all_in_ceiling: ({ rules }) => rules.allInCeilingPercent && percent(rules.allInCeilingPercent.value),
  total_interest: ({ drawn }) => amount(costOf(drawn).interest),
  charges: ({ drawn }) => amountIfAny(costOf(drawn).charges),
  merchant_pays: ({ drawn }) => amountIfAny(drawn.offer.subsidy ?? 0n),
  total_cost: ({ drawn }) => amount(costOf(drawn).total),
  total_payable: ({ drawn }) => amount(costOf(drawn).payable),
  installments: ({ drawn }) => ({
    kind: 'installments',
    installments: drawn.offer.installments.map((item) => ({
      number: item.number,
      due_date: item.dueDate,
      amount: toJsonAmount(item.amount),
      principal: toJsonAmount(item.principal),
      interest: toJsonAmount(item.interest),
    })),
  }),
  late_fee: ({ lateFee }) =>
    lateFee && {
      kind: 'late_fee',
      amount: lateFee.amount,
      grace_days: lateFee.grace_days,
      most_percent: lateFee.most_percent,
    },
  no_late_fee: ({ lateFee }) => (lateFee ? null : statement),
  missed_payments: () => statement,
  adverse_step_notice: ({ rules }) => days(rules.adverseStepNoticeDays),
  withdrawal: ({ rules }) => days(rules.withdrawalDays),
  withdrawal_interest: (input) => {
    const yearly = input.drawn.offer.financed * BigInt(shopperRatePpm(input));
    return input.rules.withdrawalDays && amount(divideHalfEven(yearly, 365_000_000n));
  },
  withdrawal_reminder: ({ rules }) =>
    rules.withdrawalReminderDays && { kind: 'days_between', ...rules.withdrawalReminderDays.value },
  early_repayment: () => statement,
  prepayment: () => statement,
  credit_records: () => statement,
  draft_copy: () => statement,
  card_authority: () => statement,
  complaints: () => statement,
  human_review: () => statement,
  amount_financed: ({ drawn }) => amount(amountFinancedOf(drawn)),
  finance_charge: ({ drawn }) => amount(costOf(drawn).total),
  total_of_payments: ({ drawn }) => amount(amountFinancedOf(drawn) + costOf(drawn).total),
  total_sale_price: ({ drawn, merchant }) =>
    merchant ? amount(drawn.offer.amount + costOf(drawn).total) : null,
  adverse_action: ({ rules }) => days(rules.adverseActionDays),
};
