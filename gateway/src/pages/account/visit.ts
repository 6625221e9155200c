import type { Request, Response } from 'express';
import { GatewayError } from '../../lib/errors.ts';
import { isId } from '../../lib/ids.ts';
import { transact } from '../../lib/tx.ts';
import { liveEnvironmentId } from '../../merchants/environments.ts';
import type { PagesContext } from '../context.ts';
import { cookieNames, nameBrowser, readCookie } from '../cookies.ts';
import { type Place, readMemory } from '../memory.ts';
import { pagesActor, type PageVisit, readSignedIn, type SignedIn } from '../page-visit.ts';
import { chooseLocale } from '../texts/choose-locale.ts';
import { accountPath } from './paths.ts';

/** One request to the account of somebody who is signed in. */
export type Account = PageVisit & { shopper: SignedIn };

/**
 * Reads who is signed in to the environment of `/account/:environmentId`, and gives the browser its name.
 *
 * @throws GatewayError `not_found` when there is no such environment, or it has ended.
 */
export async function openAccount(context: PagesContext, req: Request, res: Response): Promise<PageVisit> {
  const environmentId = String(req.params.environmentId);
  if (environmentId !== liveEnvironmentId && !isId('sbx', environmentId)) {
    throw new GatewayError('not_found', { detail: 'There is no environment at this address.' });
  }
  const token = readCookie(req, cookieNames.shopper);
  const stored = await transact(
    context,
    { environmentId, actor: pagesActor, access: 'read' },
    async (tx) => ({ environment: tx.environment, shopper: await readSignedIn(tx, token) }),
  );
  const place: Place = { area: 'account', id: environmentId, path: accountPath(stored.environment) };
  return {
    ...stored,
    place,
    browser: nameBrowser(req, res),
    locale: chooseLocale(req, res),
    memory: readMemory(req, context.vault, place),
  };
}

export function isSignedIn(visit: PageVisit): visit is Account {
  return visit.shopper !== undefined;
}
