import { consentTexts } from '../../../shoppers/consent-texts.ts';
import { consentValue } from '../consent-value.ts';
import { ConsentBox, PostForm } from '../../parts/form.tsx';
import { IdentityFields, TestPersons } from '../../parts/identity-fields.tsx';
import type { Page } from '../../send-page.tsx';
import { StepFrame, type ViewInput } from '../view.tsx';

/** Asks a new shopper who they are and what they agree to; a known one only for what is missing. */
export function aboutView(input: ViewInput): Page {
  const { visit, token, notice } = input;
  const { identity, consents } = visit.aboutMissing;
  const t = input.t.about;
  return {
    title: t.title,
    hasProblem: notice !== undefined,
    body: (
      <StepFrame input={input} title={t.title} intro={t.intro}>
        {identity && visit.environment.kind === 'sandbox' && <TestPersons visit={visit} />}
        <PostForm action={`${visit.path}/about`} token={token}>
          {identity && <IdentityFields visit={visit} notice={notice} />}
          {consents && (
            <fieldset class="card">
              <legend>{t.consentsHeading}</legend>
              <p class="hint">{t.consentsIntro}</p>
              {consentTexts({ locale: visit.locale }).map((text) => (
                <ConsentBox value={consentValue(text)} title={text.title} body={text.body} agree={t.agree} />
              ))}
            </fieldset>
          )}
          <button class="button" type="submit">
            {t.go}
          </button>
        </PostForm>
      </StepFrame>
    ),
  };
}
