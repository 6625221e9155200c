import type { VNode } from 'preact';
import type { Repayment } from '../../../repayments/repayments.ts';
import { isHardDecline } from '../../../repayments/declines.ts';
import { textsOf } from '../../texts/language.ts';
import type { AccountInput } from '../view.tsx';

/** What became of a payment, read from what is stored: also after a reload, and when the bank answers late. */
export function Outcome({ input, repayment }: { input: AccountInput; repayment: Repayment }): VNode {
  const { t, visit } = input;
  const { banks } = textsOf[visit.locale];
  const amount = input.money(repayment.amount, repayment.currency);
  switch (repayment.status) {
    case 'succeeded':
      return (
        <p class="notice good" role="status">
          {t.plan.succeeded(amount)}
        </p>
      );
    case 'charged_back':
      return (
        <p class="notice" role="alert">
          {(repayment.byDebit ? banks : t.plan).chargedBack(amount)}
        </p>
      );
    case 'failed':
      return (
        <p class="notice" role="alert">
          {failureText(input, repayment)(amount)}
        </p>
      );
    case 'pending':
    default:
      return (
        <section class="card" aria-labelledby="waiting-heading">
          <h2 id="waiting-heading">{(repayment.byDebit ? banks : t.plan).waitingHeading}</h2>
          <p>{(repayment.byDebit ? banks : t.plan).waiting(amount)}</p>
          <p>
            <a
              class="button"
              href={`${visit.place.path}/plans/${repayment.planId}?repayment=${repayment.id}`}
            >
              {t.plan.again}
            </a>
          </p>
        </section>
      );
  }
}

function failureText(
  { t, visit }: AccountInput,
  { byDebit, failureCode: code }: Repayment,
): (amount: string) => string {
  if (byDebit) {
    const { failed } = textsOf[visit.locale].banks;
    if (code === 'insufficient_funds') return failed.insufficient_funds;
    return isHardDecline(code) ? failed.refused : failed.other;
  }
  switch (code ?? 'unknown') {
    case 'insufficient_funds':
      return t.plan.failed.insufficient_funds;
    case 'expired_card':
      return t.plan.failed.expired_card;
    default:
      return t.plan.failed.declined;
  }
}
