import type { VNode } from 'preact';
import { formatMoney } from '../../../notifications/format.ts';
import { hashSnapshot, type PlanSnapshot } from '../../../plans/snapshot.ts';
import type { PaymentMethod } from '../../../processor/payment-methods.ts';
import { hashText } from '../../../shoppers/kept-texts.ts';
import { AgreementText } from '../../parts/agreement-text.tsx';
import { agreementPlainText } from '../../parts/agreement-words.ts';
import { ConsentBox, PostForm } from '../../parts/form.tsx';
import { IncomeWarning, type ShownWarning } from '../../parts/income-warning.tsx';
import { MethodsField } from '../../parts/methods-field.tsx';
import { totalOf } from '../../parts/payments.tsx';
import { funderText, type NamedFunder } from '../../funder-consents.ts';
import type { Page } from '../../send-page.tsx';
import { consentValue } from '../consent-value.ts';
import type { DraftedOffer } from '../decision.ts';
import { paymentsOf, PlanPicture, planName } from '../../parts/plan-picture.tsx';
import { lastRepaymentDay } from '../repayment-day.ts';
import { StepFrame, type ViewInput } from '../view.tsx';

export type AgreementInput = {
  chosen: DraftedOffer;
  methods: PaymentMethod[];
  /** Those who would carry it and whom the shopper has not agreed to yet. */
  unagreed: readonly NamedFunder[];
  warning: ShownWarning | undefined;
};

/** The whole agreement, the card to pay with, and the one button that agrees. */
export function agreementView(
  input: ViewInput,
  { chosen, methods, unagreed, warning }: AgreementInput,
): Page {
  const { visit, token, notice } = input;
  const t = input.t.agreement;
  const { draft, code } = chosen;
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
        {draft.interest && <RepaymentDay input={input} draft={draft} />}
        <AgreementText locale={visit.locale} snapshot={draft} />
        {canPay ? (
          <PostForm action={`${visit.path}/confirm`} token={token}>
            <input type="hidden" name="plan" value={code} />
            {draft.repayment_day !== undefined && (
              <input type="hidden" name="day" value={draft.repayment_day} />
            )}
            <input type="hidden" name="agreed" value={hashSnapshot(draft)} />
            <input type="hidden" name="words" value={hashText(agreementPlainText(visit.locale, draft))} />
            <MethodsField
              locale={visit.locale}
              sandbox={visit.environment.kind === 'sandbox'}
              methods={methods}
              notice={notice}
              legend={t.methods}
              hint={t.methodsHint}
            />
            <FunderConsents input={input} funders={unagreed} />
            {warning && <IncomeWarning locale={visit.locale} shown={warning} />}
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

/** Lets the shopper choose on which day of the month a plan by the month falls due: a form that only asks for the page again. */
function RepaymentDay({ input, draft }: { input: ViewInput; draft: PlanSnapshot }): VNode {
  const { visit } = input;
  const t = input.t.offers;
  const days = Array.from({ length: lastRepaymentDay }, (_, index) => index + 1);
  return (
    <form class="card repayment-day" method="get" action={`${visit.path}/agreement`}>
      <h2>{t.dayHeading}</h2>
      <input type="hidden" name="plan" value={draft.code} />
      <div class="field">
        <label for="day">{t.dayLabel}</label>
        <p class="hint" id="day-hint">
          {t.dayHint}
        </p>
        <select id="day" name="day" aria-describedby="day-hint">
          {visit.session.repaymentDay === null && <option value="">{t.dayNone}</option>}
          {days.map((day) => (
            <option value={day} selected={day === draft.repayment_day}>
              {day}
            </option>
          ))}
        </select>
      </div>
      <button class="button quiet" type="submit">
        {t.daySet}
      </button>
    </form>
  );
}

function FunderConsents(props: { input: ViewInput; funders: readonly NamedFunder[] }): VNode | null {
  const { input, funders } = props;
  const t = input.t.agreement;
  if (funders.length === 0) return null;
  return (
    <fieldset class="card">
      <legend>{t.funderHeading}</legend>
      {funders
        .flatMap((funder) => funderText(input.visit.locale, funder))
        .map((text) => (
          <ConsentBox value={consentValue(text)} title={text.title} body={text.body} agree={t.agree} />
        ))}
    </fieldset>
  );
}
