import { newId } from '../../../../lib/ids.ts';
import type { GuaranteeTerms } from '../../../../credit/guarantees/terms.ts';
import { hashGuaranteeTerms } from '../../../../credit/guarantees/terms.ts';
import type { PaymentMethod } from '../../../../processor/payment-methods.ts';
import { hashText } from '../../../../shoppers/kept-texts.ts';
import { ConsentBox, PostForm, TextField } from '../../../parts/form.tsx';
import { MethodsField } from '../../../parts/methods-field.tsx';
import type { Page } from '../../../send-page.tsx';
import { textsOf } from '../../../texts/language.ts';
import { AccountFrame, type AccountInput, hasProblem } from '../../view.tsx';
import { type AskedVouch, guaranteesPath } from '../paths.ts';
import { guaranteePlainText } from '../words.ts';
import { Cost, GuaranteeText } from './parts.tsx';

/** What it can cost, the whole agreement, the friend's number, the card, and the one button that offers. */
export function offerView(
  input: AccountInput,
  about: { asked: AskedVouch; terms: GuaranteeTerms; methods: PaymentMethod[] },
): Page {
  const { visit, token, notice, money } = input;
  const { locale, place, environment } = visit;
  const { asked, terms, methods } = about;
  const t = textsOf[locale].guarantees;
  const path = guaranteesPath(place.path);
  return {
    title: t.readTitle,
    hasProblem: hasProblem(input),
    body: (
      <AccountFrame input={input} title={t.readTitle}>
        <Cost input={input} cap={asked.cap} currency={terms.currency} />
        <GuaranteeText input={input} terms={terms} />
        <PostForm action={`${path}/offer`} token={token}>
          <input type="hidden" name="amount" value={String(asked.cap)} />
          <input type="hidden" name="months" value={String(asked.months)} />
          <input type="hidden" name="reference" value={newId('req')} />
          <input type="hidden" name="agreed" value={hashGuaranteeTerms(terms)} />
          <div class="card">
            <TextField
              name="phone"
              label={t.phone}
              hint={t.phoneHint}
              notice={notice}
              inputmode="tel"
              autocomplete="off"
              maxlength={30}
              value={visit.memory.typed?.phone}
            />
          </div>
          <MethodsField
            locale={locale}
            sandbox={environment.kind === 'sandbox'}
            methods={methods}
            notice={notice}
            legend={t.cardLegend}
            hint={t.cardHint}
          />
          <fieldset class="card">
            <legend>{t.consentHeading}</legend>
            <ConsentBox
              name="declaration"
              value={hashText(guaranteePlainText(locale, terms))}
              title={t.consentTitle}
              body={t.consent(money(asked.cap, terms.currency))}
              agree={t.agree}
            />
          </fieldset>
          <button class="button" type="submit">
            {t.offer}
          </button>
        </PostForm>
        <p>
          <a href={path}>{t.back}</a>
        </p>
      </AccountFrame>
    ),
  };
}
