import { hashText } from '../../../../shoppers/kept-texts.ts';
import { ConsentBox, PostForm } from '../../../parts/form.tsx';
import type { Page } from '../../../send-page.tsx';
import { textsOf } from '../../../texts/language.ts';
import { AccountFrame, type AccountInput, hasProblem } from '../../view.tsx';
import type { SeenWhole } from '../facts.ts';
import { guaranteePath } from '../paths.ts';
import { guaranteePlainText } from '../words.ts';
import { GuaranteeText } from './parts.tsx';

/** The whole agreement of an offer, and the one button that accepts it. */
export function acceptView(input: AccountInput, { guarantee, phone }: SeenWhole): Page {
  const { visit, token, money } = input;
  const { locale, place } = visit;
  const t = textsOf[locale].guarantees;
  const path = guaranteePath(place.path, guarantee.id);
  return {
    title: t.readTitle,
    hasProblem: hasProblem(input),
    body: (
      <AccountFrame
        input={input}
        title={t.readTitle}
        intro={t.waiting(phone, money(guarantee.cap, guarantee.currency))}
      >
        <GuaranteeText input={input} terms={guarantee.terms} />
        <PostForm action={`${path}/accept`} token={token}>
          <input type="hidden" name="agreed" value={guarantee.termsHash} />
          <fieldset class="card">
            <legend>{t.consentHeading}</legend>
            <ConsentBox
              name="declaration"
              value={hashText(guaranteePlainText(locale, guarantee.terms))}
              title={t.consentDebtorTitle}
              body={t.consentDebtor}
              agree={t.agree}
            />
          </fieldset>
          <button class="button" type="submit">
            {t.accept}
          </button>
        </PostForm>
        <p>
          <a href={path}>{t.back}</a>
        </p>
      </AccountFrame>
    ),
  };
}
