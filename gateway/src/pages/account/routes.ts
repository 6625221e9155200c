import { type Response, Router } from 'express';
import { liveEnvironmentId } from '../../merchants/environments.ts';
import type { PagesContext } from '../context.ts';
import { beginOutside } from '../outside-sign-in.ts';
import { checkPasskey } from '../passkey-sign-in.ts';
import { checkCode, sendCode, sendCodeAgain, signOut } from '../sign-in.ts';
import { readFields } from '../read-fields.ts';
import { act, signingIn } from './action.ts';
import { endFromAccount, showAgreements } from './agreements.ts';
import { changeCard } from './change-card.ts';
import { download } from './download.ts';
import { leave, leaveEverywhere } from './leave.ts';
import { accountPath } from './paths.ts';
import { showDocument, showOverview, showPlan, showScore, showYou } from './pages.ts';
import { pay } from './pay.ts';
import { showPayment } from './payment.ts';
import { ledgerFile } from './ledger-file.ts';
import { receiptsFile, wordsFile } from './receipt-files.ts';
import { mountBankAccounts } from './bank-accounts/routes.ts';
import { mountCases } from './cases/routes.ts';
import { mountData } from './data/routes.ts';
import { mountDecisions } from './decisions/routes.ts';
import { mountDisputes } from './disputes/routes.ts';
import { mountDraws } from './draws/routes.ts';
import { mountGuarantees } from './guarantees/routes.ts';
import { mountLateHelp } from './late/routes.ts';
import { mountLimits } from './limits/routes.ts';
import { mountMessages } from './messages/routes.ts';
import { mountOwnLimits } from './own-limits/routes.ts';
import { mountReturns } from './returns/routes.ts';
import { mountSigningIn } from './signing-in/routes.ts';
import { show } from './show.tsx';

/** Where shoppers see and pay what they owe: pages are read, forms are posted, and every post leads to a page. */
export function accountRouter(context: PagesContext): Router {
  const router = Router();
  const at = '/account/:environmentId';
  router.use(at, readFields);
  router.get('/account', (_req, res) => res.redirect(303, accountPath({ id: liveEnvironmentId })));

  router.get(at, show(context, showOverview));
  router.get(`${at}/score`, show(context, showScore));
  router.get(`${at}/you`, show(context, showYou));
  router.get(`${at}/agreements`, show(context, showAgreements));
  router.get(`${at}/plans/:planId`, show(context, showPlan));
  router.get(`${at}/plans/:planId/payment`, show(context, showPayment));
  router.get(`${at}/plans/:planId/agreement`, show(context, showDocument));
  router.get(`${at}/plans/:planId/receipts.json`, download(context, receiptsFile));
  router.get(`${at}/plans/:planId/ledger.json`, download(context, ledgerFile));
  router.get(`${at}/plans/:planId/agreement.txt`, download(context, wordsFile));

  router.post(
    `${at}/phone`,
    signingIn(context, (action) => sendCode(action, null)),
  );
  router.post(`${at}/phone/other`, signingIn(context, signOut));
  router.post(
    `${at}/code`,
    signingIn(context, (action) => checkCode(action)),
  );
  router.post(
    `${at}/code/again`,
    signingIn(context, (action) => sendCodeAgain(action, null)),
  );
  router.post(`${at}/outside`, signingIn(context, beginOutside));
  router.post(
    `${at}/passkey`,
    signingIn(context, (action) => checkPasskey(action)),
  );

  router.post(`${at}/plans/:planId/pay`, act(context, pay));
  router.post(`${at}/plans/:planId/card`, act(context, changeCard));
  router.post(`${at}/agreements/:agreementId/end`, act(context, endFromAccount));
  router.post(`${at}/sign-out`, act(context, leave));
  router.post(`${at}/sign-out/everywhere`, act(context, leaveEverywhere));

  mountLateHelp(router, context, at);
  mountReturns(router, context, at);
  mountDisputes(router, context, at);
  mountCases(router, context, at);
  mountBankAccounts(router, context, at);
  mountData(router, context, at);
  mountDraws(router, context, at);
  mountGuarantees(router, context, at);
  mountDecisions(router, context, at);
  mountOwnLimits(router, context, at);
  mountLimits(router, context, at);
  mountSigningIn(router, context, at);
  mountMessages(router, context, at);

  // A form's own address, loaded by hand or from history, is not a page.
  router.get(`${at}/*rest`, (req, res: Response) =>
    res.redirect(303, accountPath({ id: req.params.environmentId })),
  );
  return router;
}
