import type { Request, Response } from 'express';
import { GatewayError } from '../../lib/errors.ts';
import { consoleOrigin } from '../../operators/relying-party.ts';
import { countSignIn } from '../../operators/sign-in-limit.ts';
import { signInOperator, signInOptions } from '../../operators/sign-in.ts';
import type { PagesContext } from '../context.ts';
import { cookieNames, nameBrowser, readCookie, setCookie } from '../cookies.ts';
import { field, formToken, isOwnForm } from '../forms.ts';
import { allowScript } from '../headers.ts';
import { sendProblemPage } from '../problem-page.tsx';
import { chooseLocale } from '../texts/choose-locale.ts';
import { textsOf } from '../texts/language.ts';
import { sendConsolePage } from './page.tsx';
import { pageOf, queryOf, signInPath, withQuery } from './paths.ts';
import { type SignInNotice, signInNotices, signInView } from './views/sign-in.tsx';
import { formPlace, inInstallation, otherAddress, readOperatorSession } from './visit.ts';

/** Shows the sign-in; who is signed in already goes on. */
export async function showSignIn(context: PagesContext, req: Request, res: Response): Promise<void> {
  const elsewhere = otherAddress(context, req);
  if (elsewhere !== undefined) return res.redirect(303, elsewhere);
  const next = pageOf(queryOf(req, 'next'));
  if (await readOperatorSession(context, req)) return res.redirect(303, next);
  const browser = nameBrowser(req, res);
  const { vault, clock, config } = context;
  const asked = { browser, apiOrigin: config.origins.api };
  const options = await signInOptions({ vault, wallNow: clock.now() }, asked);
  const locale = chooseLocale(req, res);
  const notice = signInNotices.find((name) => name === queryOf(req, 'said'));
  const token = formToken(vault, { browser, placeId: formPlace() });
  const page = signInView({ t: textsOf[locale].console, token, options, next, notice });
  sendConsolePage(req, res, page, { locale }, allowScript(res));
}

/** Signs in by the passkey's answer. Each try is counted first, whatever comes of it. */
export async function signIn(context: PagesContext, req: Request, res: Response): Promise<void> {
  const { vault, config } = context;
  const origin = consoleOrigin(config.origins.api);
  if (!isOwnForm(req, { vault, placeId: formPlace(), origin })) {
    const locale = chooseLocale(req, res);
    return sendProblemPage(req, res, 'form', { locale, sandbox: false, reload: signInPath });
  }
  const next = pageOf(field(req, 'next'));
  const browser = nameBrowser(req, res);
  const credential = field(req, 'credential');
  const from = { address: req.ip ?? '', credential };
  const again = (said: SignInNotice) => res.redirect(303, withQuery(signInPath, { said, next }));

  const counted = await inInstallation(context, (tx) => countSignIn(tx, from)).catch(limited);
  if (counted === 'limited') return again('limited');
  if (counted !== 'counted') return again('refused');
  const before = readCookie(req, cookieNames.operator);
  const signedIn = await inInstallation(context, (tx) =>
    signInOperator(tx, { ...from, browser, apiOrigin: config.origins.api, before }),
  );
  if (signedIn.outcome === 'refused') return again('refused');
  setCookie(res, cookieNames.operator, signedIn.token);
  res.redirect(303, next);
}

function limited(error: unknown): 'limited' {
  if (error instanceof GatewayError && error.code === 'rate_limited') return 'limited';
  throw error;
}
