import type { Request, Response } from 'express';
import { environmentOfAnswer, signInMember } from '../../members/sign-in.ts';
import { signInOptions } from '../../passkeys/ceremonies.ts';
import { staffOrigin } from '../../passkeys/relying-party.ts';
import type { PagesContext } from '../context.ts';
import { cookieNames, nameBrowser, readCookie, setCookie } from '../cookies.ts';
import { field, formToken, isOwnForm } from '../forms.ts';
import { allowScript } from '../headers.ts';
import { sendProblemPage } from '../problem-page.tsx';
import { queryOf, withQuery } from '../query.ts';
import { countTry } from '../staff/count-try.ts';
import { otherAddress } from '../staff/other-address.ts';
import { type SignInNotice, signInNotices, signInView } from '../staff/sign-in-view.tsx';
import { chooseLocale } from '../texts/choose-locale.ts';
import { textsOf } from '../texts/language.ts';
import { sendDashboardPage } from './page.ts';
import { pageOf, signInPath, startPath } from './paths.ts';
import { formPlace, inEnvironment, inInstallation, nothing, openDashboard } from './visit.ts';

/** Shows the sign-in; who is signed in already goes on, but for who is to confirm that it is still them. */
export async function showSignIn(context: PagesContext, req: Request, res: Response): Promise<void> {
  const elsewhere = otherAddress(context, req);
  if (elsewhere !== undefined) return res.redirect(303, elsewhere);
  const next = pageOf(queryOf(req, 'next'));
  const confirm = queryOf(req, 'confirm') === '1' ? '1' : '';
  const confirms = confirm !== '';
  // A session whose sandbox has ended opens nothing, and is not led on: it would be led back here.
  if (!confirms && (await openDashboard(context, req, res))) return res.redirect(303, next);
  const browser = nameBrowser(req, res);
  const { vault, clock, config } = context;
  const asked = { browser, apiOrigin: config.origins.api };
  const options = await signInOptions({ vault, wallNow: clock.now() }, 'member', asked);
  const locale = chooseLocale(req, res);
  const texts = textsOf[locale].dashboard.signIn;
  const t = confirms ? { ...texts, ...texts.confirm } : texts;
  const notice = signInNotices.find((name) => name === queryOf(req, 'said'));
  const token = formToken(vault, { browser, placeId: formPlace() });
  const children = !confirms && (
    <p class="centered">
      {texts.newHere} <a href={startPath}>{texts.start}</a>
    </p>
  );
  const hidden = { next, confirm };
  const page = signInView({ t, path: signInPath, token, options, hidden, notice, children });
  sendDashboardPage(req, res, page, { locale }, { nonce: allowScript(res) });
}

/** Signs in by the passkey's answer. Each try is counted first, whatever comes of it. */
export async function signIn(context: PagesContext, req: Request, res: Response): Promise<void> {
  const { vault, config } = context;
  const origin = staffOrigin(config.origins.api);
  if (!isOwnForm(req, { vault, placeId: formPlace(), origin })) {
    const locale = chooseLocale(req, res);
    return sendProblemPage(req, res, 'form', { locale, sandbox: false, reload: signInPath });
  }
  const next = pageOf(field(req, 'next'));
  const credential = field(req, 'credential');
  const from = { address: req.ip ?? '', credential };
  const again = (said: SignInNotice) => {
    const confirm = field(req, 'confirm');
    res.redirect(303, withQuery(signInPath, { said, next, confirm }));
  };

  const refusal = await countTry(context, 'member', from);
  if (refusal) return again(refusal);
  const environmentId = await inInstallation(context, (tx) => environmentOfAnswer(tx, credential));
  if (environmentId === undefined) return again('refused');
  const signedIn = await inEnvironment(context, environmentId, (tx) =>
    signInMember(tx, {
      ...from,
      browser: nameBrowser(req, res),
      apiOrigin: config.origins.api,
      before: readCookie(req, cookieNames.member),
    }),
  ).catch(nothing);
  if (signedIn?.outcome !== 'signed_in') return again('refused');
  setCookie(res, cookieNames.member, signedIn.token);
  res.redirect(303, next);
}
