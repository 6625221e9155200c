import type { VNode } from 'preact';
import { formatDate, formatMoney } from '../../notifications/format.ts';
import { hashSnapshot, type PlanSnapshot } from '../../plans/snapshot.ts';
import type { Locale } from '../../shoppers/profile.ts';
import type { AgreementFacts } from '../texts/agreement-facts.ts';
import { textsOf } from '../texts/language.ts';

/** The whole text of an agreement, and the hash of what is agreed to. */
export function AgreementText({ locale, snapshot }: { locale: Locale; snapshot: PlanSnapshot }): VNode {
  const t = textsOf[locale].agreement;
  return (
    <article class="card agreement" aria-labelledby="agreement-heading">
      <h2 id="agreement-heading">{t.textHeading}</h2>
      {t.text(factsOf(locale, snapshot)).map(({ heading, paragraphs }) => (
        <section>
          <h3>{heading}</h3>
          {paragraphs.map((paragraph) => (
            <p>{paragraph}</p>
          ))}
        </section>
      ))}
      <p class="fingerprint">
        {t.fingerprint}
        <code>{hashSnapshot(snapshot)}</code>
      </p>
    </article>
  );
}

function factsOf(locale: Locale, snapshot: PlanSnapshot): AgreementFacts {
  const money = (amount: number) =>
    formatMoney(locale, { amount: BigInt(amount), currency: snapshot.currency });
  return {
    shop: snapshot.merchant.name,
    funder: snapshot.funder.name,
    total: money(snapshot.amount),
    financed: money(snapshot.financed),
    down: snapshot.down_payment > 0 ? money(snapshot.down_payment) : undefined,
    zero: money(snapshot.finance_charge),
    payments: snapshot.installments.map((item) => ({
      date: formatDate(locale, item.due_date),
      amount: money(item.amount),
    })),
    refundPolicy: snapshot.refund_policy,
    termsVersion: snapshot.terms_version,
    agreedOn: formatDate(locale, snapshot.agreed_on),
  };
}
