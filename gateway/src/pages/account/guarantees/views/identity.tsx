import { consentTexts } from '../../../../shoppers/consent-texts.ts';
import { consentValue } from '../../../checkout/consent-value.ts';
import { ConsentBox, PostForm } from '../../../parts/form.tsx';
import { IdentityFields, TestPersons } from '../../../parts/identity-fields.tsx';
import type { Page } from '../../../send-page.tsx';
import { textsOf } from '../../../texts/language.ts';
import { AccountFrame, type AccountInput, hasProblem } from '../../view.tsx';
import { type AskedVouch, guaranteesPath } from '../paths.ts';

/** Asks the shopper to prove who they are, again if they did before, and for the consents that are missing. */
export function identityView(
  input: AccountInput,
  about: { consentsMissing: boolean; verifiedName: string | undefined } & (
    { asked: AskedVouch } | { guaranteeId: string }
  ),
): Page {
  const { visit, token, notice } = input;
  const { guarantees: t, about: words } = textsOf[visit.locale];
  const path = guaranteesPath(visit.place.path);
  return {
    title: t.identityTitle,
    hasProblem: hasProblem(input),
    body: (
      <AccountFrame input={input} title={t.identityTitle} intro={t.identityIntro}>
        {visit.environment.kind === 'sandbox' && (
          <TestPersons visit={visit} verifiedName={about.verifiedName} />
        )}
        <PostForm action={`${path}/identity`} token={token}>
          {'asked' in about ? (
            <>
              <input type="hidden" name="amount" value={String(about.asked.cap)} />
              <input type="hidden" name="months" value={String(about.asked.months)} />
            </>
          ) : (
            <input type="hidden" name="guarantee" value={about.guaranteeId} />
          )}
          <IdentityFields visit={visit} notice={notice} />
          {about.consentsMissing && (
            <fieldset class="card">
              <legend>{words.consentsHeading}</legend>
              {consentTexts({ locale: visit.locale }).map((text) => (
                <ConsentBox
                  value={consentValue(text)}
                  title={text.title}
                  body={text.body}
                  agree={words.agree}
                />
              ))}
            </fieldset>
          )}
          <button class="button" type="submit">
            {t.identityGo}
          </button>
        </PostForm>
        <p>
          <a href={path}>{t.back}</a>
        </p>
      </AccountFrame>
    ),
  };
}
