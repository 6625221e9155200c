import type { VNode } from 'preact';
import { dateIn } from '../../../lib/dates.ts';
import { formatDate } from '../../../notifications/format.ts';
import { canonicalJson } from '../../../lib/canonical-json.ts';
import { readReceipt } from '../../../repayments/receipt-payload.ts';
import type { PlanReceipt } from '../../../repayments/receipts.ts';
import { AgreementText } from '../../parts/agreement-text.tsx';
import { PlanPicture, planName } from '../../parts/plan-picture.tsx';
import type { Page } from '../../send-page.tsx';
import type { Debt } from '../debts.ts';
import { receiptsFileName, shownAgreement } from '../receipt-files.ts';
import { AccountFrame, type AccountInput } from '../view.tsx';

type DocumentInput = { debt: Debt; receipts: PlanReceipt[] };

/** What was agreed to: the text, the dates and amounts, the data and its hash, and the signed receipts of it. */
export function documentView(input: AccountInput, { debt, receipts }: DocumentInput): Page {
  const { visit, t } = input;
  const { locale, place } = visit;
  const { plan, shop } = debt;
  const { snapshot } = plan;
  const agreedOn = formatDate(locale, snapshot.agreed_on);
  return {
    title: t.document.title,
    body: (
      <AccountFrame
        input={input}
        title={t.document.title}
        intro={shop === undefined ? t.document.drawIntro(agreedOn) : t.document.intro(shop, agreedOn)}
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
        {receipts.length > 0 && <Receipts input={input} debt={debt} receipts={receipts} />}
        <p>
          <a href={`${place.path}/plans/${plan.id}`}>{t.document.back}</a>
        </p>
      </AccountFrame>
    ),
  };
}

/** Which receipts there are, the files to keep, and how to check them. */
function Receipts({ input, debt, receipts }: { input: AccountInput } & DocumentInput): VNode {
  const t = input.t.document;
  const { plan } = debt;
  const files = `${input.visit.place.path}/plans/${plan.id}`;
  const file = receiptsFileName(plan.id);
  return (
    <section class="card" aria-labelledby="receipts-heading">
      <h2 id="receipts-heading">{t.receiptsHeading}</h2>
      <p>{t.receiptsIntro}</p>
      <ReceiptTable input={input} debt={debt} receipts={receipts} />
      <p class="asides">
        <a href={`${files}/receipts.json`}>{t.receiptsFile}</a>
        <a href={`${files}/ledger.json`}>{t.ledgerFile}</a>
        {shownAgreement(receipts) && <a href={`${files}/agreement.txt`}>{t.textFile}</a>}
      </p>
      <details>
        <summary>{t.verifyHeading}</summary>
        <ol>
          {t.verifySteps(file).map((step) => (
            <li>{step}</li>
          ))}
        </ol>
        <p>
          <a href="/.well-known/jwks.json">{t.keysFile}</a>
        </p>
        <pre class="data" lang="en">
          {`npx morrow verify ${file} --jwks jwks.json`}
        </pre>
      </details>
    </section>
  );
}

function ReceiptTable({ input, debt, receipts }: { input: AccountInput } & DocumentInput): VNode {
  const t = input.t.document;
  return (
    <table class="payments" aria-labelledby="receipts-heading">
      <thead>
        <tr>
          <th scope="col">{t.receiptNumber}</th>
          <th scope="col">{t.receiptAbout}</th>
          <th scope="col">{t.receiptDate}</th>
        </tr>
      </thead>
      <tbody>
        {receipts.map((receipt) => {
          const { entry } = readReceipt(receipt);
          const date = entry?.on_date ?? dateIn(debt.plan.timeZone, receipt.createdAt);
          return (
            <tr>
              <th scope="row">{receipt.sequence}</th>
              <td>{t.receiptKinds[entry?.kind ?? 'agreement']}</td>
              <td>{formatDate(input.visit.locale, date)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
