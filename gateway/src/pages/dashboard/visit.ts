import type { Request, Response } from 'express';
import { GatewayError } from '../../lib/errors.ts';
import { type Environment, type Tx, transact } from '../../lib/tx.ts';
import type { Member } from '../../members/members.ts';
import { isFresh, useMemberSession } from '../../members/sessions.ts';
import { liveEnvironmentId } from '../../merchants/environments.ts';
import { findMerchant, type Merchant } from '../../merchants/merchants.ts';
import type { Locale } from '../../shoppers/profile.ts';
import type { PagesContext } from '../context.ts';
import { cookieNames, nameBrowser, readCookie } from '../cookies.ts';
import { pagesActor } from '../page-visit.ts';
import { chooseLocale } from '../texts/choose-locale.ts';

/** One request to the dashboard by somebody who is signed in. They see their own merchant's environment and no other. */
export type DashboardVisit = {
  environment: Environment;
  merchant: Merchant;
  member: Member;
  sessionId: string;
  /** Whether their passkey was asked for within the last 15 minutes, which lets them do what needs that. */
  isFresh: boolean;
  browser: string;
  /** The network address that the request came from. */
  address: string;
  locale: Locale;
};

/** Reads who is signed in, and the merchant they work for; undefined also where that was in a sandbox that has ended. */
export async function openDashboard(
  context: PagesContext,
  req: Request,
  res: Response,
): Promise<DashboardVisit | undefined> {
  const found = await readMemberSession(context, req);
  if (!found) return undefined;
  const { member, session } = found;
  const shop = await inEnvironment(context, member.environmentId, async (tx) => ({
    environment: tx.environment,
    merchant: await findMerchant(tx, member.merchantId),
  })).catch(nothing);
  if (!shop) return undefined;
  return {
    ...shop,
    member,
    sessionId: session.id,
    isFresh: isFresh(session, context.clock.now()),
    browser: nameBrowser(req, res),
    address: req.ip ?? '',
    locale: chooseLocale(req, res),
  };
}

/** The session that the browser's cookie opens, if it does. */
function readMemberSession(context: PagesContext, req: Request) {
  const token = readCookie(req, cookieNames.member);
  if (token === undefined) return undefined;
  return inInstallation(context, (tx) => useMemberSession(tx, token));
}

/** A transaction before anybody is known to be in an environment: by the pages, in the one that is always there. */
export function inInstallation<T>(context: PagesContext, work: (tx: Tx) => Promise<T>): Promise<T> {
  return inEnvironment(context, liveEnvironmentId, work);
}

/** A transaction by the pages, also while a sandbox's clock moves. */
export function inEnvironment<T>(
  context: PagesContext,
  environmentId: string,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return transact(context, { environmentId, actor: pagesActor, access: 'read' }, work);
}

/** A transaction in the merchant's environment, by the member. */
export function inDashboard<T>(
  context: PagesContext,
  { environment, member }: Pick<DashboardVisit, 'environment' | 'member'>,
  work: (tx: Tx) => Promise<T>,
  access: 'read' | 'write' = 'write',
): Promise<T> {
  const actor = { kind: 'member', id: member.id } as const;
  return transact(context, { environmentId: environment.id, actor, access }, work);
}

/** What forms of the dashboard are bound to, besides the browser: who is signed in, or that nobody is. */
export function formPlace(visit?: Pick<DashboardVisit, 'sessionId'>): string {
  return visit ? `dashboard ${visit.sessionId}` : 'dashboard';
}

/** What is of another merchant, or is not there, or has ended, is nothing. */
export function nothing(error: unknown): undefined {
  if (error instanceof GatewayError && error.code === 'not_found') return undefined;
  throw error;
}
