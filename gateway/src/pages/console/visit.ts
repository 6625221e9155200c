import type { Request, Response } from 'express';
import { GatewayError } from '../../lib/errors.ts';
import { isId } from '../../lib/ids.ts';
import { type Environment, type Tx, transact } from '../../lib/tx.ts';
import { liveEnvironmentId } from '../../merchants/environments.ts';
import type { Operator } from '../../operators/operators.ts';
import { useOperatorSession } from '../../operators/sessions.ts';
import type { Locale } from '../../shoppers/profile.ts';
import type { PagesContext } from '../context.ts';
import { cookieNames, nameBrowser, readCookie } from '../cookies.ts';
import { pagesActor } from '../page-visit.ts';
import { chooseLocale } from '../texts/choose-locale.ts';

/** One request to the console by somebody who is signed in. */
export type ConsoleVisit = {
  environment: Environment;
  operator: Operator;
  sessionId: string;
  browser: string;
  /** The network address that the request came from. */
  address: string;
  locale: Locale;
};

/** The session that the browser's cookie opens, if it does. Operators are the installation's, and live is always there. */
export function readOperatorSession(context: PagesContext, req: Request) {
  const token = readCookie(req, cookieNames.operator);
  if (token === undefined) return undefined;
  return inInstallation(context, (tx) => useOperatorSession(tx, token));
}

/** A transaction about what belongs to no environment, by the pages. */
export function inInstallation<T>(context: PagesContext, work: (tx: Tx) => Promise<T>): Promise<T> {
  return transact(context, { environmentId: liveEnvironmentId, actor: pagesActor }, work);
}

/** A transaction in the environment that the page shows, by its operator. */
export function inConsole<T>(
  context: PagesContext,
  { environment, operator }: Pick<ConsoleVisit, 'environment' | 'operator'>,
  work: (tx: Tx) => Promise<T>,
  access: 'read' | 'write' = 'write',
): Promise<T> {
  const actor = { kind: 'operator', id: operator.id } as const;
  return transact(context, { environmentId: environment.id, actor, access }, work);
}

/**
 * Reads who is signed in and which environment `/console/:environmentId` shows. `nothing` where there is no such
 * environment or it has ended, which is told to operators only.
 */
export async function openConsole(
  context: PagesContext,
  req: Request,
  res: Response,
): Promise<ConsoleVisit | 'signed_out' | 'nothing'> {
  const signedIn = await readOperatorSession(context, req);
  if (!signedIn) return 'signed_out';
  const environment = await findEnvironment(context, String(req.params.environmentId));
  if (!environment) return 'nothing';
  return {
    environment,
    operator: signedIn.operator,
    sessionId: signedIn.session.id,
    browser: nameBrowser(req, res),
    address: req.ip ?? '',
    locale: chooseLocale(req, res),
  };
}

async function findEnvironment(context: PagesContext, id: string): Promise<Environment | undefined> {
  if (id !== liveEnvironmentId && !isId('sbx', id)) return undefined;
  const options = { environmentId: id, actor: pagesActor, access: 'read' } as const;
  return transact(context, options, (tx) => Promise.resolve(tx.environment)).catch((error: unknown) => {
    if (error instanceof GatewayError && error.code === 'not_found') return undefined;
    throw error;
  });
}

/** What forms of the console are bound to, besides the browser: who is signed in, or that nobody is. */
export function formPlace(visit?: Pick<ConsoleVisit, 'sessionId'>): string {
  return visit ? `console ${visit.sessionId}` : 'console';
}
