import type { VNode } from 'preact';
import type { Repayment } from '../../../repayments/repayments.ts';
import type { AccountInput } from '../view.tsx';

/** What became of a payment, read from what is stored: also after a reload, and when the bank answers late. */
export function Outcome({ input, repayment }: { input: AccountInput; repayment: Repayment }): VNode {
  const { t, visit } = input;
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
          {t.plan.chargedBack(amount)}
        </p>
      );
    case 'failed':
      return (
        <p class="notice" role="alert">
          {failureText(input, repayment.failureCode)(amount)}
        </p>
      );
    case 'pending':
    default:
      return (
        <section class="card" aria-labelledby="waiting-heading">
          <h2 id="waiting-heading">{t.plan.waitingHeading}</h2>
          <p>{t.plan.waiting(amount)}</p>
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

function failureText({ t }: AccountInput, code: string | null): (amount: string) => string {
  switch (code ?? 'unknown') {
    case 'insufficient_funds':
      return t.plan.failed.insufficient_funds;
    case 'expired_card':
      return t.plan.failed.expired_card;
    default:
      return t.plan.failed.declined;
  }
}
