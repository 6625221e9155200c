import { CodeForms, codeIntro, OtherWays, PhoneForm } from '../../parts/sign-in-forms.tsx';
import type { Page } from '../../send-page.tsx';
import type { SignInWays } from '../../sign-in-ways.ts';
import { textsOf } from '../../texts/language.ts';
import { PermissionFrame, type PermissionView } from '../view.tsx';

/** Asks for the phone that a code is sent to, or for another way to sign in, and says what this is about. */
export function phoneView(view: PermissionView, ways: SignInWays): Page {
  const { visit, t, token, notice } = view;
  return {
    title: t.signInTitle,
    hasProblem: notice !== undefined,
    asksPasskey: ways.passkey !== undefined,
    leadsTo: [ways.outside?.origin],
    body: (
      <PermissionFrame view={view} title={t.signInTitle} intro={t.signInIntro(visit.merchant.name)}>
        <PhoneForm visit={visit} token={token} notice={notice} />
        <OtherWays visit={visit} token={token} ways={ways} />
      </PermissionFrame>
    ),
  };
}

/** Asks for the code that was sent. */
export function codeView(view: PermissionView): Page {
  const { visit, token, notice } = view;
  const t = textsOf[visit.locale].code;
  return {
    title: t.title,
    hasProblem: notice !== undefined,
    body: (
      <PermissionFrame view={view} title={t.title} intro={codeIntro(visit)}>
        <CodeForms visit={visit} token={token} notice={notice} />
      </PermissionFrame>
    ),
  };
}
