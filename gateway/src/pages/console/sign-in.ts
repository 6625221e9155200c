import type { Request, Response } from 'express';
import { signInOperator } from '../../operators/sign-in.ts';
import { signInOptions } from '../../passkeys/ceremonies.ts';
import { staffOrigin } from '../../passkeys/relying-party.ts';
import type { PagesContext } from '../context.ts';
import { cookieNames, nameBrowser, readCookie, setCookie } from '../cookies.ts';
import { field, formToken, isOwnForm } from '../forms.ts';
import { allowScript } from '../headers.ts';
import { sendProblemPage } from '../problem-page.tsx';
import { countTry } from '../staff/count-try.ts';
import { otherAddress } from '../staff/other-address.ts';
import { type SignInNotice, signInNotices, signInView } from '../staff/sign-in-view.tsx';
import { chooseLocale } from '../texts/choose-locale.ts';
import { textsOf } from '../texts/language.ts';
import { sendConsolePage } from './page.ts';
import { pageOf, signInPath } from './paths.ts';
import { queryOf, withQuery } from '../query.ts';
import { formPlace, inInstallation, readOperatorSession } from './visit.ts';

/** Shows the sign-in; who is signed in already goes on. */
export async function showSignIn(context: PagesContext, req: Request, res: Response): Promise<void> {
  const elsewhere = otherAddress(context, req);
  if (elsewhere !== undefined) return res.redirect(303, elsewhere);
  const next = pageOf(queryOf(req, 'next'));
  if (await readOperatorSession(context, req)) return res.redirect(303, next);
  const browser = nameBrowser(req, res);
  const { vault, clock, config } = context;
  const asked = { browser, apiOrigin: config.origins.api };
  const options = await signInOptions({ vault, wallNow: clock.now() }, 'operator', asked);
  const locale = chooseLocale(req, res);
  const notice = signInNotices.find((name) => name === queryOf(req, 'said'));
  const token = formToken(vault, { browser, placeId: formPlace() });
  const page = signInView({
    t: textsOf[locale].console.signIn,
    path: signInPath,
    token,
    options,
    hidden: { next },
    notice,
  });
  sendConsolePage(req, res, page, { locale }, { nonce: allowScript(res) });
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
  const browser = nameBrowser(req, res);
  const credential = field(req, 'credential');
  const from = { address: req.ip ?? '', credential };
  const again = (said: SignInNotice) => res.redirect(303, withQuery(signInPath, { said, next }));

  const refusal = await countTry(context, 'operator', from);
  if (refusal) return again(refusal);
  const before = readCookie(req, cookieNames.operator);
  const signedIn = await inInstallation(context, (tx) =>
    signInOperator(tx, { ...from, browser, apiOrigin: config.origins.api, before }),
  );
  if (signedIn.outcome === 'refused') return again('refused');
  setCookie(res, cookieNames.operator, signedIn.token);
  res.redirect(303, next);
}
