import type { Request, Response } from 'express';
import { GatewayError, type ProblemCode } from '../../lib/errors.ts';
import type { Tx } from '../../lib/tx.ts';
import { listCards } from '../../processor/payment-methods.ts';
import type { PagesContext } from '../context.ts';
import { unagreedFunders } from '../funder-consents.ts';
import { forgetNotice } from '../memory.ts';
import { followLanguage, inVisit } from '../page-visit.ts';
import { seenBy } from '../seen.ts';
import { type ShownWarning, shownWarning } from '../parts/income-warning.tsx';
import { type Page, sendPage } from '../send-page.tsx';
import { decideForPage, type DraftedOffer, type ShownDecision } from './decision.ts';
import { signInWays } from '../sign-in-ways.ts';
import { findPasskeyOffer } from './passkey-offer.ts';
import { popupOf } from './popup.ts';
import { agreementPath, readRepaymentDay } from './repayment-day.ts';
import { type Facts, type Step, stepOf } from './step.ts';
import { type ViewInput, viewInputOf } from './view.tsx';
import { aboutView } from './views/about.tsx';
import { type AgreementInput, agreementView } from './views/agreement.tsx';
import { challengeView } from './views/challenge.tsx';
import { declinedView, doneView, endedView, tooOftenView, waitingView } from './views/endings.tsx';
import { offersView } from './views/offers.tsx';
import { codeView, knownView, phoneView } from './views/sign-in.tsx';
import { factsOf, openVisit, type Visit } from './visit.ts';

/**
 * Shows the step that the checkout is at. The agreement is the one step that has an address of its own, because which
 * plan is being read is not stored; opened at any other time, it shows what is due instead.
 */
export async function showCheckout(context: PagesContext, req: Request, res: Response): Promise<void> {
  const visit = await openVisit(context, req, res);
  await followLanguage(context, visit, req);
  const chosen = chosenIn(req);
  const page = await pageOf({ context, visit, req }, chosen).catch(undefinedIfMovedOn);
  if (!page) {
    res.redirect(303, visit.path);
    return;
  }
  forgetNotice(res, context.vault, visit.place, visit.memory);
  sendPage(req, res, page, {
    locale: visit.locale,
    sandbox: visit.environment.kind === 'sandbox',
    popup: popupOf(visit, res),
    self: chosen ? agreementPath(visit.path, chosen) : visit.path,
  });
}

/** The plan that the page's address names, and the day of the month on which it should fall due. */
type Chosen = { planCode: string; day: number | undefined };

function chosenIn({ query }: Request): Chosen | undefined {
  return typeof query.plan === 'string'
    ? { planCode: query.plan, day: readRepaymentDay(query.day) }
    : undefined;
}

/** Another tab was faster: the checkout is at another step by now, which its address shows. */
function undefinedIfMovedOn(error: unknown): undefined {
  if (error instanceof GatewayError && movedOn.includes(error.code)) return undefined;
  throw error;
}

const movedOn: readonly ProblemCode[] = ['state_conflict', 'checkout_session_expired'];

/** The steps that nothing has to be decided for. */
const views: { [S in Step]?: (input: ViewInput) => Page } = {
  canceled: endedView,
  expired: endedView,
  phone: phoneView,
  code: codeView,
  known: knownView,
  about: aboutView,
  waiting: waitingView,
  done: doneView,
};

/** One look at one checkout. */
type Looking = { context: PagesContext; visit: Visit; req: Request };

async function pageOf(looking: Looking, asked: Chosen | undefined): Promise<Page> {
  const { context, visit } = looking;
  const step = stepOf(factsOf(visit));
  if (step === 'not_found') {
    throw new GatewayError('not_found', { detail: 'This checkout belongs to another shopper.' });
  }
  const view = views[step];
  if (view) {
    return view({
      ...viewInputOf(context, visit, step),
      ways: step === 'phone' ? await signInWays(context, looking.req, visit) : undefined,
      passkeyOffer: step === 'done' ? await findPasskeyOffer(context, visit, looking.req) : undefined,
    });
  }
  try {
    return await decidedPage(looking, asked);
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'rate_limited') throw error;
    return tooOftenView(viewInputOf(context, visit, step));
  }
}

async function decidedPage(looking: Looking, asked: Chosen | undefined): Promise<Page> {
  const { context, visit } = looking;
  const shopperId = visit.shopper?.id;
  if (shopperId === undefined) throw new Error('only a signed-in shopper comes this far');
  const { shown, chosen, agreement } = await inVisit(context, visit, async (tx) => {
    const { session, merchant } = visit;
    const shown = await decideForPage(tx, {
      session,
      merchant,
      shopperId,
      repaymentDay: asked?.day,
      visit: seenBy(tx, looking),
    });
    const chosen = shown.offers.find(({ code }) => code === asked?.planCode);
    const agreement: AgreementInput | undefined = chosen && {
      chosen,
      methods: await listCards(tx, shopperId),
      unagreed: await unagreedFunders(tx, shopperId, chosen.draft),
      warning: warningOf(tx, visit, chosen),
    };
    return { shown, chosen, agreement };
  });
  const step = stepOf({ ...factsOf(visit), decision: decisionOf(shown), planChosen: chosen !== undefined });
  const input = viewInputOf(context, visit, step);
  if (agreement && step === 'agreement') return agreementView(input, agreement);
  if (step === 'challenge') return challengeView(input);
  return step === 'declined'
    ? declinedView(input, shown)
    : offersView(withPlanGone(input, asked, chosen), shown);
}

function warningOf(tx: Tx, { locale, session }: Visit, { fit }: DraftedOffer): ShownWarning | undefined {
  const { warns, burden } = fit;
  const warning = { burden, currency: session.currency, isDraw: false };
  return warns ? shownWarning(tx.vault, locale, warning) : undefined;
}

function decisionOf({ assessment, offers }: ShownDecision): NonNullable<Facts['decision']> {
  if (assessment.declineCode === 'challenge_required') return 'challenged';
  return assessment.outcome === 'approved' && offers.length > 0 ? 'approved' : 'declined';
}

/** Who asked for a plan that is not on offer is told so, also when the address was typed or kept. */
function withPlanGone(
  input: ViewInput,
  asked: Chosen | undefined,
  chosen: DraftedOffer | undefined,
): ViewInput {
  if (asked === undefined || chosen !== undefined || input.notice !== undefined) return input;
  return { ...input, notice: input.t.notices.plan_gone() };
}
