import type { Request } from 'express';
import type { Id } from '../lib/ids.ts';
import { type Actor, type Environment, type Tx, transact } from '../lib/tx.ts';
import { contactOf, type Locale, setLocale } from '../shoppers/profile.ts';
import { findShopperSession, touchShopperSession } from '../shoppers/sessions.ts';
import { isLevelThree, mayAddPasskey } from '../shoppers/step-up.ts';
import type { PagesContext } from './context.ts';
import type { Memory, Place } from './memory.ts';
import { toLocale } from './texts/language.ts';

/** One request to a place that shoppers sign in to, and who is looking. */
export type PageVisit = {
  environment: Environment;
  place: Place;
  shopper: SignedIn | undefined;
  browser: string;
  locale: Locale;
  memory: Memory;
};

export type SignedIn = {
  id: Id<'shp'>;
  sessionId: Id<'sse'>;
  phone: string;
  /** Whether an identity check within the last 15 minutes lets this session do what needs one. */
  isLevelThree: boolean;
  mayAddPasskey: boolean;
};

export const pagesActor: Actor = { kind: 'system', id: 'pages' };

/** A transaction in the visit's environment, by its shopper or, before anybody signed in, by the pages. */
export function inVisit<T>(
  context: PagesContext,
  visit: Pick<PageVisit, 'environment' | 'shopper'>,
  work: (tx: Tx) => Promise<T>,
  access: 'read' | 'write' = 'write',
): Promise<T> {
  const actor: Actor = visit.shopper ? { kind: 'shopper', id: visit.shopper.id } : pagesActor;
  return transact(context, { environmentId: visit.environment.id, actor, access }, work);
}

/** The shopper whose session in this environment the browser's cookie opens; looking counts as doing something. */
export async function readSignedIn(tx: Tx, token: string | undefined): Promise<SignedIn | undefined> {
  const found = token === undefined ? undefined : await findShopperSession(tx, token);
  if (!found) return undefined;
  await touchShopperSession(tx, found.id);
  const { phone } = await contactOf(tx, found.shopperId);
  const { shopperId, id: sessionId } = found;
  return {
    id: shopperId,
    sessionId,
    phone,
    isLevelThree: isLevelThree(found, tx.wallNow),
    mayAddPasskey: mayAddPasskey(found, tx.wallNow),
  };
}

/** Messages follow the language that a signed-in shopper chooses on a page. */
export async function followLanguage(context: PagesContext, visit: PageVisit, req: Request): Promise<void> {
  const { shopper } = visit;
  const locale = toLocale(req.query.lang);
  if (shopper && locale) {
    await inVisit(context, visit, (tx) => setLocale(tx, { shopperId: shopper.id, locale }), 'read');
  }
}
