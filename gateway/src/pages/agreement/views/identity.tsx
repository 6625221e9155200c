import { consentTexts } from '../../../shoppers/consent-texts.ts';
import { consentValue } from '../../checkout/consent-value.ts';
import { ConsentBox, PostForm } from '../../parts/form.tsx';
import { IdentityFields, TestPersons } from '../../parts/identity-fields.tsx';
import type { Page } from '../../send-page.tsx';
import { textsOf } from '../../texts/language.ts';
import { PermissionFrame, type PermissionView } from '../view.tsx';

/** Asks the shopper to prove who they are, again if they did before, and for the consents that are missing. */
export function identityView(view: PermissionView): Page {
  const { visit, t, token, notice } = view;
  const { about } = textsOf[visit.locale];
  return {
    title: t.identityTitle,
    hasProblem: notice !== undefined,
    body: (
      <PermissionFrame view={view} title={t.identityTitle} intro={t.identityIntro}>
        {visit.environment.kind === 'sandbox' && (
          <TestPersons visit={visit} verifiedName={visit.verifiedName} />
        )}
        <PostForm action={`${visit.place.path}/identity`} token={token}>
          <IdentityFields visit={visit} notice={notice} />
          {visit.consentsMissing && (
            <fieldset class="card">
              <legend>{about.consentsHeading}</legend>
              <p class="hint">{about.consentsIntro}</p>
              {consentTexts({ locale: visit.locale }).map((text) => (
                <ConsentBox
                  value={consentValue(text)}
                  title={text.title}
                  body={text.body}
                  agree={about.agree}
                />
              ))}
            </fieldset>
          )}
          <button class="button" type="submit">
            {t.identityGo}
          </button>
        </PostForm>
      </PermissionFrame>
    ),
  };
}
