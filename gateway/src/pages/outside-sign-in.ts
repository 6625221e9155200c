import type { Request, Response } from 'express';
import { GatewayError } from '../lib/errors.ts';
import { isId } from '../lib/ids.ts';
import { transact } from '../lib/tx.ts';
import { liveEnvironmentId } from '../merchants/environments.ts';
import type { Outsider } from '../shoppers/sign-in/outside-accounts.ts';
import type { OutsideProvider } from '../shoppers/sign-in/outside-port.ts';
import {
  environmentOfState,
  startOutsideSignIn,
  type TakenOutside,
  takeOutsideSignIn,
} from '../shoppers/sign-in/outside-sign-ins.ts';
import { addressOf, pageOf } from './account/paths.ts';
import type { FormAction, Result } from './answer-form.ts';
import type { PagesContext } from './context.ts';
import { browserOf, cookieNames, nameBrowser, readCookie, setCookie } from './cookies.ts';
import { field } from './forms.ts';
import { type Memory, say, writeMemory } from './memory.ts';
import { inVisit, pagesActor } from './page-visit.ts';
import { sendProblemPage } from './problem-page.tsx';
import { type BackTo, readBackTo, writeBackTo } from './back-to.ts';
import { signInOutsider } from './sign-in-outsider.ts';
import { chooseLocale } from './texts/choose-locale.ts';

export const outsidePath = '/sign-in/outside';

function redirectUri({ config }: Pick<PagesContext, 'config'>): string {
  return config.origins.api + outsidePath;
}

/** Sends the browser to the provider; it comes back to `finishOutside`, and then to where it began. */
export async function beginOutside(action: FormAction): Promise<Result> {
  const { context, visit, req } = action;
  const { outside } = context;
  if (!outside) throw new GatewayError('not_found', { detail: 'Nobody signs in with a provider here.' });
  try {
    const { place } = visit;
    const page = place.area === 'account' ? pageOf(field(req, 'next')) : '';
    const backTo = writeBackTo(place, addressOf(place.path, page));
    const started = { browser: visit.browser, address: req.ip ?? '', backTo };
    const secrets = await inVisit(context, visit, (tx) => startOutsideSignIn(tx, started));
    const url = await outside.begin({ ...secrets, redirectUri: redirectUri(context) });
    return { to: url.href };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    if (error.code === 'rate_limited') return { memory: say(visit, 'outside_limit') };
    if (error.code !== 'unavailable') throw error;
    return { memory: say(visit, 'outside_unavailable') };
  }
}

/** The provider has sent the browser back: signs in, or says on the page where it began why not. */
export async function finishOutside(context: PagesContext, req: Request, res: Response): Promise<void> {
  const state = typeof req.query.state === 'string' ? req.query.state : '';
  const environmentId = environmentOfState(state);
  const taken = await takeStarted(context, req, { state, environmentId });
  const { outside } = context;
  if (!taken || !outside) {
    sendProblemPage(req, res, 'outside_over', { locale: chooseLocale(req, res), sandbox: false });
    return;
  }
  const backTo = readBackTo(taken.backTo);
  const answer = new URL(req.originalUrl, context.config.origins.api);
  const outcome = await askWhoCame(context, outside, { ...taken, answer });
  const memory =
    'notice' in outcome
      ? outcome
      : await admit(context, req, res, { environmentId, backTo, issuer: outside.issuer, ...outcome });
  writeMemory(res, context.vault, backTo.place, memory);
  res.redirect(303, backTo.address);
}

async function takeStarted(
  context: PagesContext,
  req: Request,
  { state, environmentId }: { state: string; environmentId: string },
): Promise<TakenOutside | undefined> {
  const browser = browserOf(req);
  const isKnown = environmentId === liveEnvironmentId || isId('sbx', environmentId);
  if (browser === undefined || !isKnown || state.length > 200) return undefined;
  const options = { environmentId, actor: pagesActor };
  return transact(context, options, (tx) => takeOutsideSignIn(tx, { state, browser })).catch(
    (error: unknown) => {
      if (error instanceof GatewayError && error.code === 'not_found') return undefined;
      throw error;
    },
  );
}

type Came = { subject: string; phone: string | undefined };
type Noticed = { notice: NonNullable<Memory['notice']> };

async function askWhoCame(
  context: PagesContext,
  outside: OutsideProvider,
  input: TakenOutside & { answer: URL },
): Promise<Came | Noticed> {
  const noticed = (code: 'outside_refused' | 'outside_unavailable'): Noticed => ({
    notice: { code, values: {} },
  });
  try {
    const answered = await outside.finish(input);
    if (answered.outcome === 'signed_in') return answered.person;
    if (answered.reason !== 'access_denied')
      context.log.warn({ issuer: outside.issuer, reason: answered.reason }, 'a sign-in outside was refused');
    return noticed('outside_refused');
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'unavailable') throw error;
    const { cause } = error;
    const reason = cause instanceof Error ? cause.message : undefined;
    context.log.warn({ issuer: outside.issuer, reason }, 'a provider to sign in with did not answer');
    return noticed('outside_unavailable');
  }
}

/** Signs in whom we know; whom we do not know proves a phone first, and is linked then. */
async function admit(
  context: PagesContext,
  req: Request,
  res: Response,
  came: Came & Pick<Outsider, 'issuer'> & { environmentId: string; backTo: BackTo },
): Promise<Memory> {
  const { environmentId, backTo, issuer, subject, phone } = came;
  const outsider = { issuer, subject };
  const before = readCookie(req, cookieNames.shopper);
  const browser = nameBrowser(req, res);
  const locale = chooseLocale(req, res);
  const token = await transact(context, { environmentId, actor: pagesActor }, (tx) =>
    signInOutsider(tx, context, { outsider, phone, before, browser, locale, place: backTo.place }),
  );
  if (token === undefined) return { outside: outsider, notice: { code: 'outside_needs_phone', values: {} } };
  setCookie(res, cookieNames.shopper, token);
  return {};
}
