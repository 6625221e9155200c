import type { VNode } from 'preact';
import { consentTexts } from '../../../shoppers/consent-texts.ts';
import { consentValue } from '../../checkout/consent-value.ts';
import { ConsentBox, PostForm } from '../../parts/form.tsx';
import { IdentityFields, TestPersons } from '../../parts/identity-fields.tsx';
import { textsOf } from '../../texts/language.ts';
import type { AccountInput } from '../view.tsx';

/** Whoever wants to do something at level three proves who they are, again if they did before. */
export function Prove(props: {
  input: AccountInput;
  action: string;
  texts: { proveHeading: string; proveIntro: string; prove: string };
  facts: { verifiedName: string | undefined; consentsMissing: boolean };
}): VNode {
  const { input, action, texts, facts } = props;
  const { visit, token, notice } = input;
  const { about } = textsOf[visit.locale];
  return (
    <section class="step" aria-labelledby="prove-heading">
      <h2 id="prove-heading">{texts.proveHeading}</h2>
      <p>{texts.proveIntro}</p>
      {visit.environment.kind === 'sandbox' && (
        <TestPersons visit={visit} verifiedName={facts.verifiedName} />
      )}
      <PostForm action={action} token={token} class="step">
        <IdentityFields visit={visit} notice={notice} />
        {facts.consentsMissing && (
          <fieldset class="card">
            <legend>{about.consentsHeading}</legend>
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
          {texts.prove}
        </button>
      </PostForm>
    </section>
  );
}
