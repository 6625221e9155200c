import type { VNode } from 'preact';
import { formatDate, formatMoney } from '../../../notifications/format.ts';
import { hashSnapshot, type PlanSnapshot } from '../../../plans/snapshot.ts';
import type { PaymentMethod } from '../../../processor/payment-methods.ts';
import { testMethods } from '../../../processor/test-methods.ts';
import { type ConsentText, consentTexts } from '../../../shoppers/consent-texts.ts';
import type { Locale } from '../../../shoppers/profile.ts';
import { aboutField, ConsentBox, PostForm } from '../../parts/form.tsx';
import { totalOf } from '../../parts/payments.tsx';
import type { Page } from '../../send-page.tsx';
import type { AgreementFacts } from '../../texts/agreement-facts.ts';
import { brandName } from '../brand-name.ts';
import { consentValue } from '../consent-value.ts';
import type { FundedOffer } from '../decision.ts';
import { paymentsOf, PlanPicture, planName } from '../plan-view.tsx';
import { StepFrame, type ViewInput } from '../view.tsx';

export type AgreementInput = { chosen: FundedOffer; methods: PaymentMethod[]; funderConsentMissing: boolean };

/** The whole agreement, the card to pay with, and the one button that agrees. */
export function agreementView(
  input: ViewInput,
  { chosen, methods, funderConsentMissing }: AgreementInput,
): Page {
  const { visit, token, notice } = input;
  const t = input.t.agreement;
  const { draft, funder, code } = chosen;
  const total = formatMoney(visit.locale, { amount: totalOf(paymentsOf(draft)), currency: draft.currency });
  const canPay = methods.length > 0 || visit.environment.kind === 'sandbox';
  return {
    title: t.title,
    hasProblem: notice !== undefined,
    wide: true,
    body: (
      <StepFrame input={input} title={t.title}>
        <section class="card" aria-labelledby="chosen-heading">
          <p class="eyebrow">{t.chosen}</p>
          <h2 id="chosen-heading">{planName(visit.locale, draft)}</h2>
          <PlanPicture locale={visit.locale} snapshot={draft} />
          <p>
            <a href={visit.path}>{t.change}</a>
          </p>
        </section>
        <AgreementText input={input} snapshot={draft} />
        {canPay ? (
          <PostForm action={`${visit.path}/confirm`} token={token}>
            <input type="hidden" name="plan" value={code} />
            <input type="hidden" name="agreed" value={hashSnapshot(draft)} />
            <Methods input={input} methods={methods} />
            {funderConsentMissing && <FunderConsent input={input} text={funderText(visit.locale, funder)} />}
            <button class="button" type="submit" aria-describedby="agree-hint">
              {t.button}
            </button>
            <p class="hint centered" id="agree-hint">
              {t.buttonHint(total)}
            </p>
          </PostForm>
        ) : (
          <p class="notice">{t.noMethods}</p>
        )}
      </StepFrame>
    ),
  };
}

function Methods({ input, methods }: { input: ViewInput; methods: PaymentMethod[] }): VNode {
  const { visit, notice, t } = input;
  return (
    <fieldset class="card methods" id="method" {...aboutField('method', notice)}>
      <legend>{t.agreement.methods}</legend>
      <p class="hint" id="method-hint">
        {t.agreement.methodsHint}
      </p>
      {methods.length > 0 && <h3>{t.agreement.savedGroup}</h3>}
      {methods.map(({ id, brand, last4 }) => (
        <Method value={id} label={t.agreement.savedMethod(brandName(brand), last4)} />
      ))}
      {visit.environment.kind === 'sandbox' && <h3>{t.agreement.testGroup}</h3>}
      {visit.environment.kind === 'sandbox' &&
        testMethods.map(({ name, label, last4 }) => (
          <Method value={`test:${name}`} label={label[visit.locale]} last4={last4} />
        ))}
    </fieldset>
  );
}

function Method({ value, label, last4 }: { value: string; label: string; last4?: string }): VNode {
  return (
    <label class="method">
      <input type="radio" name="method" value={value} required />
      <span>{label}</span>
      {last4 !== undefined && <span class="last4">•••• {last4}</span>}
    </label>
  );
}

function funderText(locale: Locale, funder: FundedOffer['funder']): ConsentText | undefined {
  return consentTexts({ locale, funder }).find(({ purpose }) => purpose === `funder:${funder.id}`);
}

function FunderConsent({ input, text }: { input: ViewInput; text: ConsentText | undefined }): VNode | null {
  const t = input.t.agreement;
  if (!text) return null;
  return (
    <fieldset class="card">
      <legend>{t.funderHeading}</legend>
      <ConsentBox value={consentValue(text)} title={text.title} body={text.body} agree={t.agree} />
    </fieldset>
  );
}

function AgreementText({ input, snapshot }: { input: ViewInput; snapshot: PlanSnapshot }): VNode {
  const t = input.t.agreement;
  return (
    <article class="card agreement" aria-labelledby="agreement-heading">
      <h2 id="agreement-heading">{t.textHeading}</h2>
      {t.text(factsOf(input.visit.locale, snapshot)).map(({ heading, paragraphs }) => (
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
