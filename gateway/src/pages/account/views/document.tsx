import { formatDate } from '../../../notifications/format.ts';
import { canonicalJson } from '../../../plans/canonical-json.ts';
import { AgreementText } from '../../parts/agreement-text.tsx';
import { PlanPicture, planName } from '../../parts/plan-picture.tsx';
import type { Page } from '../../send-page.tsx';
import type { Debt } from '../debts.ts';
import { AccountFrame, type AccountInput } from '../view.tsx';

/** What was agreed to: the text, the dates and amounts, the data and its hash. It never changes. */
export function documentView(input: AccountInput, { plan, shop }: Debt): Page {
  const { visit, t } = input;
  const { locale, place } = visit;
  const { snapshot } = plan;
  return {
    title: t.document.title,
    body: (
      <AccountFrame
        input={input}
        title={t.document.title}
        intro={t.document.intro(shop, formatDate(locale, snapshot.agreed_on))}
      >
        <section class="card" aria-labelledby="agreed-heading">
          <p class="eyebrow">{t.plan.agreedDates}</p>
          <h2 id="agreed-heading">{planName(locale, snapshot)}</h2>
          <PlanPicture locale={locale} snapshot={snapshot} isAgreed />
        </section>
        <AgreementText locale={locale} snapshot={snapshot} />
        <details class="card">
          <summary>{t.document.dataHeading}</summary>
          <p class="hint">{t.document.dataHint}</p>
          <pre class="data" lang="en">
            {canonicalJson(snapshot)}
          </pre>
        </details>
        <p>
          <a href={`${place.path}/plans/${plan.id}`}>{t.document.back}</a>
        </p>
      </AccountFrame>
    ),
  };
}
