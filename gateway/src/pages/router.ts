import { type ErrorRequestHandler, Router } from 'express';
import { localsOf } from '../http/locals.ts';
import { toGatewayError } from '../http/problem.ts';
import { loggableError } from '../http/request-log.ts';
import type { ProblemCode } from '../lib/errors.ts';
import { assetsRouter } from './assets.ts';
import { checkoutRouter } from './checkout/routes.ts';
import type { PagesContext } from './context.ts';
import { pageHeaders } from './headers.ts';
import { showInbox } from './inbox.tsx';
import { type PageProblem, sendProblemPage } from './problem-page.tsx';
import { chooseLocale } from './texts/choose-locale.ts';

const problemOf: { [code in ProblemCode]?: PageProblem } = {
  not_found: 'not_found',
  clock_moving: 'busy',
  unavailable: 'busy',
  body_too_large: 'too_large',
};

/**
 * Everything that people see: the hosted checkout, the inbox of a sandbox, and what they are drawn with. What leads
 * nowhere is left to whoever comes after.
 */
export function pagesRouter(context: PagesContext): Router {
  const router = Router();
  router.use(assetsRouter());
  router.use(['/c', '/sandbox/inbox'], pageHeaders);
  router.use(checkoutRouter(context));
  router.get('/sandbox/inbox/:environmentId/:stamp', (req, res) => showInbox(context, req, res));
  router.use(['/c', '/sandbox/inbox'], showFailure(context));
  return router;
}

/** Whatever goes wrong becomes a page that says what to do; what we did not expect is logged. */
function showFailure(context: PagesContext): ErrorRequestHandler {
  return (thrown: unknown, req, res, next) => {
    if (res.headersSent) {
      next(thrown);
      return;
    }
    const error = toGatewayError(thrown);
    const problem = problemOf[error.code] ?? 'failed';
    const { requestId } = localsOf(res);
    localsOf(res).problem = error.code;
    if (problem === 'failed')
      context.log.error({ request_id: requestId, error: loggableError(thrown) }, 'page failed');
    const secret = /^\/c\/([A-Za-z0-9_-]{22})(?:\/|$)/.exec(req.originalUrl.split('?', 1)[0] ?? '')?.[1];
    const reload = secret !== undefined && problem !== 'not_found' ? `/c/${secret}` : undefined;
    sendProblemPage(req, res, problem, {
      locale: chooseLocale(req, res),
      sandbox: false,
      ...(reload !== undefined && { reload }),
      ...(problem === 'failed' && { requestId }),
    });
  };
}
