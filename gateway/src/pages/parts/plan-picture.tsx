import type { VNode } from 'preact';
import { formatPercent } from '../../notifications/format.ts';
import type { PlanSnapshot } from '../../plans/snapshot.ts';
import type { Locale } from '../../shoppers/profile.ts';
import { funderNames } from '../funder-consents.ts';
import { PaymentCalendar } from './calendar.tsx';
import { InterestBars } from './interest-bars.tsx';
import { type Payments, PaymentsTable } from './payments.tsx';
import { textsOf } from '../texts/language.ts';

export function paymentsOf(snapshot: PlanSnapshot): Payments {
  return {
    currency: snapshot.currency,
    downPayment: BigInt(snapshot.down_payment),
    financeCharge: BigInt(snapshot.finance_charge),
    bearsInterest: snapshot.interest !== undefined,
    installments: snapshot.installments.map((item) => ({
      number: item.number,
      date: item.due_date,
      amount: BigInt(item.amount),
      principal: BigInt(item.principal ?? item.amount),
      interest: BigInt(item.interest ?? 0),
    })),
  };
}

/** A plan's name; that of a single payment says after how many days it falls due. */
export function planName(locale: Locale, { code, installments }: PlanSnapshot): string {
  const offset = installments[0]?.offset;
  return textsOf[locale].plans.names[code](offset !== undefined && 'days' in offset ? offset.days : 0);
}

/** What the shopper pays for the credit a year, in words: also who pays it where that is the shop. */
export function rateWords(locale: Locale, { interest }: PlanSnapshot): string | undefined {
  if (!interest) return undefined;
  const t = textsOf[locale].offers;
  const { annual_rate_ppm: annual, shopper_rate_ppm: shopper } = interest;
  if (shopper === 0) return t.freeByShop;
  const percent = formatPercent(locale, shopper / 10_000);
  return shopper < annual ? t.partByShop(percent) : t.rateOf(percent);
}

/** The rate of a plan and its yearly cost by the rule of the market, as far as it has them. */
export function pricesOf(locale: Locale, snapshot: PlanSnapshot): { label: string; value: string }[] {
  const t = textsOf[locale].offers;
  const rate = rateWords(locale, snapshot);
  const { apr_percent: apr, market } = snapshot;
  return [
    ...(rate === undefined ? [] : [{ label: t.rate, value: rate }]),
    ...(apr === undefined || market === undefined
      ? []
      : [{ label: t.apr[market], value: formatPercent(locale, apr) }]),
  ];
}

/** The picture of a plan and, beside it, the same as a table. */
export function PlanPicture(props: { locale: Locale; snapshot: PlanSnapshot; isAgreed?: boolean }): VNode {
  const { locale, snapshot, isAgreed = false } = props;
  const t = textsOf[locale].offers;
  const payments = paymentsOf(snapshot);
  const title = t.chartTitle(planName(locale, snapshot));
  return (
    <div class="plan-picture">
      {payments.bearsInterest ? (
        <InterestBars locale={locale} payments={payments} title={title} />
      ) : (
        <PaymentCalendar
          locale={locale}
          payments={payments}
          from={snapshot.agreed_on}
          isAgreed={isAgreed}
          title={title}
        />
      )}
      <PaymentsTable
        locale={locale}
        payments={payments}
        caption={t.dates}
        funder={funderNames(locale, snapshot)}
        isAgreed={isAgreed}
        prices={pricesOf(locale, snapshot)}
      />
      {snapshot.down_payment > 0 && !isAgreed && (
        <p class="hint">
          {t.down}: {t.downHint}
        </p>
      )}
    </div>
  );
}
