import type { Vault } from '../../../lib/vault.ts';
import { formToken } from '../../forms.ts';
import type { PageVisit } from '../../page-visit.ts';
import { Notice } from '../../parts/form.tsx';
import { CodeForms, codeIntro, OtherWays, PhoneForm } from '../../parts/sign-in-forms.tsx';
import type { Page } from '../../send-page.tsx';
import type { SignInWays } from '../../sign-in-ways.ts';
import { textsOf } from '../../texts/language.ts';
import { hasProblem } from '../view.tsx';

/** Asks for the phone or another way or, when a code was sent, for the code; `next` is the page that is shown then. */
export function signInView(
  vault: Vault,
  visit: PageVisit,
  { next, ways }: { next: string; ways: SignInWays },
): Page {
  const { locale, browser, place, memory } = visit;
  const t = textsOf[locale];
  const token = formToken(vault, { browser, placeId: place.id });
  const notice = memory.notice && t.notices[memory.notice.code](memory.notice.values);
  const { signIn } = memory;
  const forms = { visit, token, notice, next };
  const title = signIn ? t.code.title : t.account.signIn.title;
  return {
    title,
    hasProblem: hasProblem({ notice }),
    asksPasskey: !signIn && ways.passkey !== undefined,
    leadsTo: signIn ? [] : [ways.outside?.origin],
    body: (
      <div class="step">
        <h1>{title}</h1>
        <Notice notice={notice} />
        <p class="intro">{signIn ? codeIntro(visit) : t.account.signIn.intro}</p>
        {signIn ? <CodeForms {...forms} /> : <PhoneForm {...forms} />}
        {!signIn && <OtherWays visit={visit} token={token} next={next} ways={ways} />}
      </div>
    ),
  };
}
