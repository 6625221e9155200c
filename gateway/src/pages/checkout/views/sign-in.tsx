import { maskPhone } from '../../format.ts';
import { PostForm } from '../../parts/form.tsx';
import { CodeForms, codeIntro, OtherWays, PhoneForm } from '../../parts/sign-in-forms.tsx';
import type { Page } from '../../send-page.tsx';
import { StepFrame, type ViewInput } from '../view.tsx';

/** Asks for the phone that a code is sent to. */
export function phoneView(input: ViewInput): Page {
  const { visit, token, notice, ways } = input;
  const t = input.t.phone;
  const isClaimed = visit.session.shopperId !== null;
  const title = isClaimed ? t.claimedTitle : t.title;
  return {
    title,
    hasProblem: notice !== undefined,
    asksPasskey: ways?.passkey !== undefined,
    leadsTo: [ways?.outside?.origin],
    body: (
      <StepFrame
        input={input}
        title={title}
        intro={isClaimed ? t.claimedIntro : t.intro(visit.merchant.name)}
      >
        <PhoneForm visit={visit} token={token} notice={notice} />
        {ways && <OtherWays visit={visit} token={token} ways={ways} />}
      </StepFrame>
    ),
  };
}

/** Asks for the code that was sent. */
export function codeView(input: ViewInput): Page {
  const { visit, token, notice } = input;
  const t = input.t.code;
  return {
    title: t.title,
    hasProblem: notice !== undefined,
    body: (
      <StepFrame input={input} title={t.title} intro={codeIntro(visit)}>
        <CodeForms visit={visit} token={token} notice={notice} />
      </StepFrame>
    ),
  };
}

/** Asks somebody who is signed in already whether this purchase is theirs. */
export function knownView(input: ViewInput): Page {
  const { visit, token } = input;
  const t = input.t.known;
  return {
    title: t.title,
    body: (
      <StepFrame input={input} title={t.title} intro={t.intro(maskPhone(visit.shopper?.phone ?? ''))}>
        <PostForm action={`${visit.path}/claim`} token={token} class="card">
          <button class="button" type="submit">
            {t.go}
          </button>
        </PostForm>
        <div class="asides">
          <PostForm action={`${visit.path}/phone/other`} token={token}>
            <button class="link" type="submit">
              {t.other}
            </button>
          </PostForm>
        </div>
      </StepFrame>
    ),
  };
}
