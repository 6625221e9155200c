import { createHash } from 'node:crypto';
import type { VNode } from 'preact';
import { consentTexts } from '../../../shoppers/consent-texts.ts';
import { findTestPerson, type TestPersonKind } from '../../../shoppers/sandbox-identity.ts';
import { consentValue } from '../consent-value.ts';
import { ConsentBox, PostForm, TextField } from '../../parts/form.tsx';
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
        {identity && visit.environment.kind === 'sandbox' && <TestPersons input={input} />}
        <PostForm action={`${visit.path}/about`} token={token}>
          {identity && <IdentityFields input={input} />}
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

function IdentityFields({ input: { visit, t, notice } }: { input: ViewInput }): VNode {
  const { typed } = visit.memory;
  return (
    <fieldset class="card">
      <legend>{t.about.identityHeading}</legend>
      <TextField
        name="name"
        label={t.about.name}
        hint={t.about.nameHint}
        notice={notice}
        autocomplete="name"
        maxlength={100}
        value={typed?.name}
      />
      <TextField
        name="national_id"
        label={t.about.nationalId}
        hint={t.about.nationalIdHint}
        notice={notice}
        autocomplete="off"
        maxlength={24}
        value={typed?.national_id}
      />
    </fieldset>
  );
}

const kinds: readonly TestPersonKind[] = ['good', 'refused', 'minor'];
const personsOfAKind = 1_000_000;

/** Each shopper is shown persons of their own, because a person can be verified only once in a sandbox. */
function TestPersons({ input: { visit, t } }: { input: ViewInput }): VNode {
  const number =
    createHash('sha256')
      .update(visit.shopper?.id ?? '')
      .digest()
      .readUInt32BE(0) % personsOfAKind;
  const persons = kinds.flatMap((kind) => {
    const person = findTestPerson(`${kind}-${number}`);
    return person ? [{ kind, ...person }] : [];
  });
  return (
    <section class="card test" aria-labelledby="test-heading">
      <h2 id="test-heading">{t.about.testHeading}</h2>
      <p class="hint">{t.about.testIntro}</p>
      <table class="stacked">
        <thead>
          <tr>
            <th scope="col">{t.about.testName}</th>
            <th scope="col">{t.about.testNumber}</th>
            <th scope="col">{t.about.testResult}</th>
          </tr>
        </thead>
        <tbody>
          {persons.map(({ kind, name, nationalId }) => (
            <tr>
              <th scope="row">{name}</th>
              <td>
                <code>{nationalId}</code>
              </td>
              <td>{t.about.testResults[kind]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
