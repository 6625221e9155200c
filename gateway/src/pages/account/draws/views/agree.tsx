import type { VNode } from 'preact';
import { newId } from '../../../../lib/ids.ts';
import { hashSnapshot, type PlanSnapshot } from '../../../../plans/snapshot.ts';
import type { PaymentMethod } from '../../../../processor/payment-methods.ts';
import { hashText } from '../../../../shoppers/kept-texts.ts';
import { consentValue } from '../../../checkout/consent-value.ts';
import { funderText, type NamedFunder } from '../../../funder-consents.ts';
import { AgreementText } from '../../../parts/agreement-text.tsx';
import { agreementPlainText } from '../../../parts/agreement-words.ts';
import { ConsentBox, PostForm } from '../../../parts/form.tsx';
import { IncomeWarning, type ShownWarning } from '../../../parts/income-warning.tsx';
import { MethodsField } from '../../../parts/methods-field.tsx';
import { totalOf } from '../../../parts/payments.tsx';
import { paymentsOf, PlanPicture } from '../../../parts/plan-picture.tsx';
import type { Page } from '../../../send-page.tsx';
import { textsOf } from '../../../texts/language.ts';
import { AccountFrame, type AccountInput, hasProblem } from '../../view.tsx';
import { type AskedDraw, comparisonPath, drawsPath } from '../asked.ts';
import { AskedFields } from './hidden.tsx';

export type DrawAgreement = {
  asked: AskedDraw;
  draft: PlanSnapshot;
  methods: PaymentMethod[];
  /** Those who would carry it and whom the shopper has not agreed to yet. */
  unagreed: readonly NamedFunder[];
  warning: ShownWarning | undefined;
};

/** Every date, amount and cost, the whole agreement, the card that gets the money, and the one button that borrows. */
export function agreeView(input: AccountInput, about: DrawAgreement): Page {
  const { visit, money } = input;
  const { locale, place } = visit;
  const { draft, asked, methods } = about;
  const t = textsOf[locale].draws;
  // Who has a card has to add another one elsewhere, and to wait a day.
  const canReceive = methods.length > 0 || visit.environment.kind === 'sandbox';
  return {
    title: t.agreeTitle,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <AccountFrame input={input} title={t.agreeTitle}>
        <section class="card" aria-labelledby="chosen-heading">
          <p class="eyebrow">{t.chosen}</p>
          <h2 id="chosen-heading">{t.planOf(money(asked.amount, draft.currency), asked.months)}</h2>
          <PlanPicture locale={locale} snapshot={draft} />
          <p>
            <a href={comparisonPath(place.path, asked.amount, draft.currency)}>{t.change}</a>
          </p>
        </section>
        <AgreementText locale={locale} snapshot={draft} />
        {canReceive ? <AgreeForm input={input} about={about} /> : <p class="notice">{t.noMethods}</p>}
      </AccountFrame>
    ),
  };
}

function AgreeForm({ input, about }: { input: AccountInput; about: DrawAgreement }): VNode {
  const { visit, money, token, notice } = input;
  const { locale, environment, place } = visit;
  const { draft, asked, methods, unagreed, warning } = about;
  const t = textsOf[locale].draws;
  const consents = unagreed.flatMap((funder) => funderText(locale, funder));
  return (
    <PostForm action={`${drawsPath(place.path)}/agree`} token={token}>
      <AskedFields asked={asked} />
      <input type="hidden" name="reference" value={newId('req')} />
      <input type="hidden" name="agreed" value={hashSnapshot(draft)} />
      <MethodsField
        locale={locale}
        sandbox={environment.kind === 'sandbox' && methods.length === 0}
        methods={methods}
        notice={notice}
        legend={t.methods}
        hint={t.methodsHint}
      />
      <fieldset class="card">
        <legend>{t.consentHeading}</legend>
        <ConsentBox
          name="declaration"
          value={hashText(agreementPlainText(locale, draft))}
          title={t.declarationTitle}
          body={t.declaration}
          agree={t.agree}
        />
        {consents.map((consent) => (
          <ConsentBox
            value={consentValue(consent)}
            title={consent.title}
            body={consent.body}
            agree={t.agree}
          />
        ))}
      </fieldset>
      {warning && <IncomeWarning locale={locale} shown={warning} />}
      <button class="button" type="submit" aria-describedby="agree-hint">
        {t.button(money(asked.amount, draft.currency))}
      </button>
      <p class="hint centered" id="agree-hint">
        {t.buttonHint(money(totalOf(paymentsOf(draft)), draft.currency))}
      </p>
    </PostForm>
  );
}
