import type { Request, Response } from 'express';
import { GatewayError } from '../lib/errors.ts';
import { isId } from '../lib/ids.ts';
import { type Environment, type Tx, transact } from '../lib/tx.ts';
import { liveEnvironmentId } from '../merchants/environments.ts';
import type { HostedIdentity } from '../processor/identity-port.ts';
import { lookAtCheck, type Looked } from '../jobs/identity-checks.ts';
import {
  findIdentityCheck,
  type IdentityCheck,
  openIdentityCheck,
  startIdentityCheck,
} from '../shoppers/identity-checks.ts';
import { raiseAfterCheck } from '../shoppers/step-up.ts';
import type { FormAction } from './answer-form.ts';
import { readBackTo, writeBackTo } from './back-to.ts';
import type { PagesContext } from './context.ts';
import { cookieNames, readCookie, setCookie } from './cookies.ts';
import { noticeOfIdentity } from './identity-notices.ts';
import type { Memory } from './memory.ts';
import { writeMemory } from './memory.ts';
import { inVisit, pagesActor, readSignedIn, type SignedIn } from './page-visit.ts';
import { checkAwayView, checkOpenView, checkProcessingView } from './parts/hosted-identity-views.tsx';
import { sendProblemPage } from './problem-page.tsx';
import { type Page, sendPage } from './send-page.tsx';
import { chooseLocale } from './texts/choose-locale.ts';

export const hostedIdentityPath = '/sign-in/identity/:environmentId/:checkId';

/** Who checks live shoppers' identities on pages of their own; sandboxes have test persons instead. */
export function hostedIdentityFor(
  { hostedIdentity }: Pick<PagesContext, 'hostedIdentity'>,
  environment: Environment,
): HostedIdentity | undefined {
  return environment.kind === 'live' ? hostedIdentity : undefined;
}

/** Begins a check and returns the address of our page that leads there, and back to `address` once it is over. */
export async function leaveForCheck(
  { context, visit }: FormAction,
  hosted: HostedIdentity,
  { shopper, address }: { shopper: SignedIn; address: string },
): Promise<string> {
  const started = {
    shopperId: shopper.id,
    sessionId: shopper.sessionId,
    provider: hosted.name,
    backTo: writeBackTo(visit.place, address),
  };
  const environmentId = visit.environment.id;
  const { checkId } = await inVisit(context, visit, (tx) => startIdentityCheck(tx, started));
  const path = pathOf(environmentId, checkId);
  const returnUrl = context.config.origins.api + path;
  const { reference } = await hosted.start({ checkId, environmentId, returnUrl });
  await inVisit(context, visit, (tx) => openIdentityCheck(tx, { checkId, reference }));
  return path;
}

function pathOf(environmentId: string, checkId: string): string {
  return `/sign-in/identity/${environmentId}/${checkId}`;
}

type Seen = { environment: Environment; shopper: SignedIn; check: IdentityCheck };

/**
 * The page of one check, from which its shopper goes to the provider and to which they come back, however often it is loaded.
 * Once the check is over it leads back to where it began.
 */
export async function showCheck(context: PagesContext, req: Request, res: Response): Promise<void> {
  const locale = chooseLocale(req, res);
  const seen = await seeCheck(context, req);
  const hosted = seen && hostedIdentityFor(context, seen.environment);
  if (!seen || !hosted) {
    const account = `/account/${liveEnvironmentId}`;
    sendProblemPage(req, res, 'identity_over', { locale, sandbox: false, account });
    return;
  }
  const backTo = readBackTo(seen.check.backTo);
  const view = { locale, back: backTo.address, self: req.path };
  const looked = await look(context, hosted, seen);
  const show = (page: Page): void => sendPage(req, res, page, { locale, self: req.path, sandbox: false });
  if (looked === 'away') return show(checkAwayView(view));
  if (looked.status === 'open') return show(checkOpenView(view, looked.url));
  if (looked.status === 'processing') return show(checkProcessingView(view));
  const memory = await goOn(context, res, { ...seen, kept: looked.kept });
  if (memory) writeMemory(res, context.vault, backTo.place, memory);
  res.redirect(303, backTo.address);
}

async function seeCheck(context: PagesContext, req: Request): Promise<Seen | undefined> {
  const { environmentId, checkId } = req.params;
  if (environmentId !== liveEnvironmentId || !isId('idc', checkId)) return undefined;
  const token = readCookie(req, cookieNames.shopper);
  const options = { environmentId, actor: pagesActor, access: 'read' as const };
  return transact(context, options, async (tx): Promise<Seen | undefined> => {
    const shopper = await readSignedIn(tx, token);
    const check = shopper && (await findIdentityCheck(tx, { checkId, shopperId: shopper.id }));
    return shopper && check && { environment: tx.environment, shopper, check };
  });
}

async function look(
  context: PagesContext,
  hosted: HostedIdentity,
  { check, environment }: Seen,
): Promise<Looked | 'away'> {
  const { id: checkId, reference, settledAt, status, code } = check;
  if (settledAt !== null) return { status: 'over', kept: { status, code, settledAt } };
  // The provider was asked and we did not hear what it calls the check: nobody can go there.
  if (reference === null) return { status: 'over', kept: { status: 'ended', code: null, settledAt } };
  try {
    return await lookAtCheck(context, hosted, { environmentId: environment.id, checkId, reference });
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'unavailable') throw error;
    const reason = error.cause instanceof Error ? error.cause.message : undefined;
    context.log.warn({ check: checkId, reason }, 'the identity service did not answer');
    return 'away';
  }
}

/** Raises the session in which a good check began; what to say of another one. */
async function goOn(
  context: PagesContext,
  res: Response,
  seen: Seen & { kept: Pick<IdentityCheck, 'status' | 'code' | 'settledAt'> },
): Promise<Memory | undefined> {
  const { kept, check, shopper, environment } = seen;
  if (kept.status !== 'verified') {
    const code = kept.status === 'refused' ? noticeOfIdentity(kept.code) : 'identity_unfinished';
    return { notice: { code, values: {} } };
  }
  const { settledAt } = kept;
  if (settledAt === null || check.sessionId !== shopper.sessionId) return undefined;
  const options = { environmentId: environment.id, actor: { kind: 'shopper', id: shopper.id } as const };
  const token = await transact(context, options, (tx: Tx) =>
    raiseAfterCheck(tx, { sessionId: shopper.sessionId, provedAt: settledAt }),
  );
  if (token !== undefined) setCookie(res, cookieNames.shopper, token);
  return undefined;
}
