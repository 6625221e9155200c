import { type ErrorRequestHandler, type RequestHandler, Router } from 'express';
import { localsOf } from '../http/locals.ts';
import { refuseOverload } from '../http/overload.ts';
import { toGatewayError } from '../http/problem.ts';
import { GatewayError, type ProblemCode } from '../lib/errors.ts';
import { loggableError } from '../lib/log.ts';
import { accountRouter } from './account/routes.ts';
import { agreementRouter } from './agreement/routes.ts';
import { assetsRouter } from './assets.ts';
import { checkoutRouter } from './checkout/routes.ts';
import { consoleRouter } from './console/routes.ts';
import type { PagesContext } from './context.ts';
import { dashboardRouter } from './dashboard/routes.ts';
import { checkoutHeaders, pageHeaders } from './headers.ts';
import { helpRouter } from './help/routes.ts';
import { showInbox } from './inbox.tsx';
import { type PageProblem, sendProblemPage } from './problem-page.tsx';
import { hostedIdentityPath, showCheck } from './hosted-identity.ts';
import { finishOutside, outsidePath } from './outside-sign-in.ts';
import { sdkRouter } from './sdk-files.ts';
import { sendLines } from './settlement/lines-file.ts';
import { showStatement } from './settlement/statement.tsx';
import { chooseLocale } from './texts/choose-locale.ts';

/** Where pages are beside the checkout's. */
const otherPlaces = ['/a', '/account', '/console', '/dashboard', '/help', '/sandbox/inbox', '/settlements'];

const problemOf: { [code in ProblemCode]?: PageProblem } = {
  not_found: 'not_found',
  clock_moving: 'busy',
  unavailable: 'busy',
  overloaded: 'busy',
  body_too_large: 'too_large',
};

/**
 * Everything that people see: the hosted checkout and agreements, the shoppers' account, the operators' console,
 * the merchants' dashboard and statements, the inbox of a sandbox, and what they are drawn with. What leads nowhere is left to whoever comes after.
 */
export function pagesRouter(context: PagesContext): Router {
  const router = Router();
  router.use(assetsRouter());
  router.use(sdkRouter());
  router.use(['/c', '/sign-in'], checkoutHeaders);
  router.use(otherPlaces, pageHeaders);
  router.use(['/c', '/sign-in', ...otherPlaces], refuseOverload, refuseNul);
  router.use(checkoutRouter(context));
  router.use(agreementRouter(context));
  router.use(accountRouter(context));
  router.get(hostedIdentityPath, (req, res) => showCheck(context, req, res));
  router.get(outsidePath, (req, res) => finishOutside(context, req, res));
  router.use(consoleRouter(context));
  router.use(dashboardRouter(context));
  router.use(helpRouter());
  router.get('/sandbox/inbox/:environmentId/:stamp', (req, res) => showInbox(context, req, res));
  const statement = '/settlements/:environmentId/:settlementId/:expires/:stamp';
  router.get(statement, (req, res) => showStatement(context, req, res));
  router.get(`${statement}/lines.csv`, (req, res) => sendLines(context, req, res));
  router.use(['/c', '/sign-in', ...otherPlaces], showFailure(context));
  return router;
}

/** Nothing of ours has an address with a NUL, and PostgreSQL would refuse to look for it. */
const refuseNul: RequestHandler = (req, _res, next) => {
  if (!req.originalUrl.includes('%00')) return next();
  return next(new GatewayError('not_found', { detail: 'There is nothing at this address.' }));
};

/** The address of one checkout, agreement, account, of the console in one environment, or of the dashboard. */
const placeShape =
  /^\/(?:[ac]\/[A-Za-z0-9_-]{22}|(?:account|console)\/(?:live|sbx_[0-9a-f]{32})|dashboard)(?=\/|$)/;

function problemFor(code: ProblemCode, address: string): PageProblem {
  if (code === 'not_found' && /^\/a(?:ccount)?(?:\/|$)/.test(address)) return 'not_yours';
  return problemOf[code] ?? 'failed';
}

/** Whatever goes wrong becomes a page that says what to do; what we did not expect is logged. */
function showFailure(context: PagesContext): ErrorRequestHandler {
  return (thrown: unknown, req, res, next) => {
    if (res.headersSent) {
      next(thrown);
      return;
    }
    const error = toGatewayError(thrown);
    const [address = ''] = req.originalUrl.split('?', 1);
    const problem = problemFor(error.code, address);
    const { requestId } = localsOf(res);
    localsOf(res).problem = error.code;
    const { retryAfterSeconds } = error.details;
    if (retryAfterSeconds !== undefined) res.setHeader('Retry-After', Math.ceil(retryAfterSeconds));
    if (problem === 'failed')
      context.log.error({ request_id: requestId, error: loggableError(thrown) }, 'page failed');
    const place = placeShape.exec(address)?.[0];
    const reload = error.code === 'not_found' ? undefined : place;
    sendProblemPage(req, res, problem, {
      locale: chooseLocale(req, res),
      sandbox: false,
      ...(reload !== undefined && { reload }),
      ...(problem === 'failed' && { requestId }),
    });
  };
}
