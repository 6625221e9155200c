import type { VNode } from 'preact';
import { hashTerms, type AgreementTerms } from '../../../agreements/terms.ts';
import type { Funder } from '../../../credit/funders.ts';
import type { PaymentMethod } from '../../../processor/payment-methods.ts';
import { consentTexts } from '../../../shoppers/consent-texts.ts';
import { hashText } from '../../../shoppers/kept-texts.ts';
import { consentValue } from '../../checkout/consent-value.ts';
import { ConsentBox, PostForm } from '../../parts/form.tsx';
import { MethodsField } from '../../parts/methods-field.tsx';
import type { Page } from '../../send-page.tsx';
import { textsOf } from '../../texts/language.ts';
import { PermissionFrame, type PermissionView } from '../view.tsx';
import { permissionPlainText, permissionSections } from '../words.ts';

/** What would be agreed to now, the shopper's cards, and whether the funder still has to be agreed to. */
export type Draft = {
  terms: AgreementTerms;
  funder: Funder;
  methods: PaymentMethod[];
  funderConsentMissing: boolean;
};

/** Everything that is agreed to, a box that nobody has ticked, a card, and the one button that switches it on. */
export function termsView(view: PermissionView, draft: Draft): Page {
  const { visit, t, token, notice } = view;
  const { locale, environment, place, merchant, agreement } = visit;
  const isSandbox = environment.kind === 'sandbox';
  const { agreement: checkout } = textsOf[locale];
  return {
    title: t.termsTitle,
    hasProblem: notice !== undefined,
    body: (
      <PermissionFrame view={view} title={t.termsTitle} intro={t.termsIntro(merchant.name)}>
        <Terms view={view} draft={draft} />
        <Words view={view} draft={draft} />
        {draft.methods.length > 0 || isSandbox ? (
          <PostForm action={`${place.path}/agree`} token={token}>
            <input type="hidden" name="agreed" value={hashTerms(draft.terms)} />
            <MethodsField
              locale={locale}
              sandbox={isSandbox}
              methods={draft.methods}
              notice={notice}
              legend={checkout.methods}
              hint={checkout.methodsHint}
            />
            <fieldset class="card">
              <legend>{t.textHeading}</legend>
              <ConsentBox
                name="permission"
                value={hashText(permissionPlainText(locale, draft.terms))}
                title={t.consentTitle(merchant.name)}
                body={t.consentBody(merchant.name, view.money(agreement.orderCeiling))}
                agree={t.agree}
              />
              {draft.funderConsentMissing && <FunderConsent view={view} draft={draft} />}
            </fieldset>
            <button class="button" type="submit" aria-describedby="agree-hint">
              {t.button}
            </button>
            <p class="hint centered" id="agree-hint">
              {t.buttonHint}
            </p>
          </PostForm>
        ) : (
          <p class="notice">{checkout.noMethods}</p>
        )}
      </PermissionFrame>
    ),
  };
}

function Terms({ view, draft }: { view: PermissionView; draft: Draft }): VNode {
  const { visit, t, money } = view;
  const { agreement, merchant } = visit;
  const rows: [string, string][] = [
    [t.shop, merchant.name],
    [t.purpose, agreement.description],
    [t.orderCeiling, money(agreement.orderCeiling)],
    [t.dayCeiling, money(agreement.dayCeiling)],
    [t.monthCeiling, money(agreement.monthCeiling)],
    [t.charged, t.chargedAfter(agreement.chargeAfterDays)],
    [t.fundedBy, draft.funder.name],
    [t.end, t.endHow],
  ];
  return (
    <section class="card" aria-label={t.signInTitle}>
      <table class="payments">
        <tbody>
          {rows.map(([name, value]) => (
            <tr>
              <th scope="row">{name}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Words({ view, draft }: { view: PermissionView; draft: Draft }): VNode {
  const { visit } = view;
  const t = textsOf[visit.locale].agreement;
  return (
    <article class="card agreement" aria-labelledby="agreement-heading">
      <h2 id="agreement-heading">{t.textHeading}</h2>
      {permissionSections(visit.locale, draft.terms).map(({ heading, paragraphs }) => (
        <section>
          <h3>{heading}</h3>
          {paragraphs.map((paragraph) => (
            <p>{paragraph}</p>
          ))}
        </section>
      ))}
    </article>
  );
}

function FunderConsent({ view, draft }: { view: PermissionView; draft: Draft }): VNode | null {
  const { locale } = view.visit;
  const { funder } = draft;
  const text = consentTexts({ locale, funder }).find(({ purpose }) => purpose === `funder:${funder.id}`);
  return text === undefined ? null : (
    <ConsentBox value={consentValue(text)} title={text.title} body={text.body} agree={view.t.agree} />
  );
}
