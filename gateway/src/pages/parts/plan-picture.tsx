import type { VNode } from 'preact';
import type { PlanSnapshot } from '../../plans/snapshot.ts';
import type { Locale } from '../../shoppers/profile.ts';
import { PaymentCalendar } from './calendar.tsx';
import { type Payments, PaymentsTable } from './payments.tsx';
import { textsOf } from '../texts/language.ts';

export function paymentsOf(snapshot: PlanSnapshot): Payments {
  return {
    currency: snapshot.currency,
    downPayment: BigInt(snapshot.down_payment),
    financeCharge: BigInt(snapshot.finance_charge),
    installments: snapshot.installments.map(({ number, due_date: date, amount }) => ({
      number,
      date,
      amount: BigInt(amount),
    })),
  };
}

/** A plan's name; that of a single payment says after how many days it falls due. */
export function planName(locale: Locale, { code, installments }: PlanSnapshot): string {
  const offset = installments[0]?.offset;
  return textsOf[locale].plans.names[code](offset !== undefined && 'days' in offset ? offset.days : 0);
}

/** The picture of a plan and, beside it, the same as a table. */
export function PlanPicture(props: { locale: Locale; snapshot: PlanSnapshot; isAgreed?: boolean }): VNode {
  const { locale, snapshot, isAgreed = false } = props;
  const t = textsOf[locale].offers;
  const payments = paymentsOf(snapshot);
  return (
    <div class="plan-picture">
      <PaymentCalendar
        locale={locale}
        payments={payments}
        from={snapshot.agreed_on}
        isAgreed={isAgreed}
        title={t.chartTitle(planName(locale, snapshot))}
      />
      <PaymentsTable
        locale={locale}
        payments={payments}
        caption={t.dates}
        funder={snapshot.funder.name}
        isAgreed={isAgreed}
      />
      {snapshot.down_payment > 0 && !isAgreed && (
        <p class="hint">
          {t.down}: {t.downHint}
        </p>
      )}
    </div>
  );
}
