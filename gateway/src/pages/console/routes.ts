import { Router } from 'express';
import { isId } from '../../lib/ids.ts';
import { liveEnvironmentId } from '../../merchants/environments.ts';
import { defaultCodeRules } from '../../shoppers/codes/rules.ts';
import type { PagesContext } from '../context.ts';
import { readUpload } from '../uploads.ts';
import { readFields } from '../read-fields.ts';
import { act } from './act.ts';
import { acknowledge, acknowledgeLinkFromConsole } from './alarms/acknowledge.ts';
import { showAlarms } from './alarms/list.tsx';
import { showRules } from './alarms/rules.tsx';
import { showBusinesses } from './businesses/list.tsx';
import { showBusinessReview } from './businesses/one.tsx';
import {
  approveBusinessFromConsole,
  approveChangeFromConsole,
  sendBusinessBackFromConsole,
} from './businesses/steps.ts';
import { answerAppeal } from './appeals/answer.ts';
import { showAppeals } from './appeals/list.tsx';
import { showAppeal } from './appeals/one.tsx';
import { addCaseRoutes } from './cases/routes.ts';
import { decideFromConsole } from './disputes/decide.ts';
import { disputeFile } from './disputes/file.ts';
import { showDisputes } from './disputes/list.tsx';
import { showDispute } from './disputes/one.tsx';
import { showDecision } from './decision.tsx';
import { showDecisions } from './decisions.tsx';
import { showComparison } from './comparison.tsx';
import { showHome } from './home.tsx';
import { showInvitation, useLink } from './invitation.tsx';
import { showJobs } from './jobs/list.tsx';
import { retryFromOutbox, retryJob } from './jobs/steps.ts';
import { showMerchants } from './merchants/list.tsx';
import { releaseRefundHold } from './merchants/refunds.tsx';
import { changeStanding } from './merchants/standing.tsx';
import { showMerchant } from './merchants/one.tsx';
import { showModels } from './models.tsx';
import { showAccount } from './money/account.tsx';
import { exportMoney } from './money/export.ts';
import { showFunder } from './money/funder.tsx';
import { showMoney } from './money/overview.tsx';
import { resolveAlarm } from './money/resolve.ts';
import { askToWriteOff, doWriteOff, refuseWriteOff } from './money/write-off.ts';
import { consolePath, signInPath } from './paths.ts';
import { queryOf } from '../query.ts';
import { approveAccount, enterAccount, rejectAccount } from './payouts/accounts-steps.ts';
import { showPayouts } from './payouts/list.tsx';
import { approve, release } from './payouts/step.ts';
import { showPolicy } from './policy/page.tsx';
import { previewPolicy } from './policy/preview.tsx';
import { approveChange, proposeChange, refuseChange } from './policy/steps.ts';
import { exportPortfolio } from './portfolio/export.ts';
import { showLosses } from './portfolio/losses.tsx';
import { showPortfolio } from './portfolio/overview.tsx';
import { showRolls } from './portfolio/rolls.tsx';
import { showVintages } from './portfolio/vintages.tsx';
import { showException } from './reconciliation/exception.tsx';
import { showImport } from './reconciliation/import.tsx';
import { showReconciliation } from './reconciliation/overview.tsx';
import { addAccount, bringFile, matchException, parkOne, runReconciliation } from './reconciliation/steps.ts';
import { retire } from './retire.ts';
import { show } from './show.ts';
import { showShopper } from './shoppers/one.tsx';
import { findShopper, showShoppers } from './shoppers/search.tsx';
import { easeFromConsole, lockShopper, showPersonalData } from './shoppers/steps.ts';
import { showSignIn, signIn } from './sign-in.ts';
import { showAudit, showOperators } from './staff.tsx';
import { showWhatIf } from './what-if.tsx';
import { addOwnPasskey, removeOwnPasskey, showYou, signOut } from './you.tsx';

/** Where operators work. Every page below an environment shows that environment; forms are posted and lead to a page. */
export function consoleRouter(context: PagesContext): Router {
  const router = Router();
  const at = '/console/:environmentId';
  router.use('/console', readFields);

  router.get('/console', (req, res) => {
    const asked = queryOf(req, 'environment');
    res.redirect(303, consolePath(isId('sbx', asked) ? asked : liveEnvironmentId));
  });
  router.get(signInPath, (req, res) => showSignIn(context, req, res));
  router.post(signInPath, (req, res) => signIn(context, req, res));
  router.get('/console/invitation/:token', (req, res) => showInvitation(context, req, res));
  router.post('/console/invitation/:token', (req, res) => useLink(context, req, res));

  mountPages(router, context, at);
  mountForms(router, context, at);
  return router;
}

/** What operators look at; looking changes nothing but the audit log. */
function mountPages(router: Router, context: PagesContext, at: string): void {
  router.get(at, show(context, null, showHome));
  router.get(`${at}/decisions`, show(context, 'decisions', showDecisions));
  router.get(`${at}/decisions/:assessmentId`, show(context, 'decisions', showDecision));
  router.get(`${at}/shoppers`, show(context, 'shoppers', showShoppers));
  router.get(`${at}/shoppers/:shopperId`, show(context, 'shoppers', showShopper));
  router.get(`${at}/merchants`, show(context, 'merchants', showMerchants));
  router.get(`${at}/merchants/:merchantId`, show(context, 'merchants', showMerchant));
  router.get(`${at}/models`, show(context, 'models', showModels));
  router.get(`${at}/models/:hash`, show(context, 'models', showComparison));
  router.get(`${at}/policy`, show(context, 'policy', showPolicy));
  router.get(`${at}/policy/preview`, show(context, 'change_policy', previewPolicy));
  router.get(`${at}/what-if`, show(context, 'what_if', showWhatIf));
  router.get(`${at}/appeals`, show(context, 'appeals', showAppeals));
  router.get(`${at}/appeals/:appealId`, show(context, 'appeals', showAppeal));
  router.get(`${at}/disputes`, show(context, 'disputes', showDisputes));
  router.get(`${at}/disputes/:disputeId`, show(context, 'disputes', showDispute));
  router.get(`${at}/disputes/:disputeId/files/:evidenceId`, disputeFile(context));
  router.get(
    `${at}/alarms`,
    show(context, 'alarms', (tx, input) => showAlarms(tx, input, context.config.codes ?? defaultCodeRules)),
  );
  router.get(`${at}/alarms/rules/:version`, show(context, 'alarms', showRules));
  router.get(`${at}/portfolio`, show(context, 'portfolio', showPortfolio));
  router.get(`${at}/portfolio/vintages`, show(context, 'portfolio', showVintages));
  router.get(`${at}/portfolio/roll-rates`, show(context, 'portfolio', showRolls));
  router.get(`${at}/portfolio/losses`, show(context, 'portfolio', showLosses));
  router.get(`${at}/portfolio/export/:table`, show(context, 'portfolio', exportPortfolio));
  router.get(`${at}/money`, show(context, 'money', showMoney));
  router.get(`${at}/money/account`, show(context, 'money', showAccount));
  router.get(`${at}/money/funders/:funderId`, show(context, 'money', showFunder));
  router.get(`${at}/money/export/:table`, show(context, 'money', exportMoney));
  router.get(`${at}/payouts`, show(context, 'payouts', showPayouts));
  router.get(`${at}/businesses`, show(context, 'businesses', showBusinesses));
  router.get(`${at}/businesses/:businessId`, show(context, 'businesses', showBusinessReview));
  router.get(`${at}/reconciliation`, show(context, 'reconciliation', showReconciliation));
  router.get(`${at}/reconciliation/imports/:importId`, show(context, 'reconciliation', showImport));
  router.get(`${at}/reconciliation/exceptions/:exceptionId`, show(context, 'reconciliation', showException));
  router.get(`${at}/jobs`, show(context, 'jobs', showJobs));
  router.get(`${at}/operators`, show(context, 'operators', showOperators));
  router.get(`${at}/audit`, show(context, 'audit', showAudit));
  router.get(
    `${at}/you`,
    show(context, null, (tx, input) => showYou(tx, input, context.config.origins.api), { script: true }),
  );
}

/** What operators do. */
function mountForms(router: Router, context: PagesContext, at: string): void {
  router.post(`${at}/shoppers/find`, act(context, 'shoppers', findShopper));
  router.post(`${at}/shoppers/:shopperId/show`, act(context, 'personal_data', showPersonalData));
  router.post(`${at}/shoppers/:shopperId/lock`, act(context, 'lock_shoppers', lockShopper));
  router.post(`${at}/shoppers/:shopperId/plans/:planId/ease`, act(context, 'ease_terms', easeFromConsole));
  router.post(`${at}/merchants/:merchantId/status`, act(context, 'payouts', changeStanding));
  router.post(`${at}/merchants/:merchantId/release-refunds`, act(context, 'payouts', releaseRefundHold));
  router.post(`${at}/policy/propose`, act(context, 'change_policy', proposeChange));
  router.post(`${at}/policy/:changeId/approve`, act(context, 'change_policy', approveChange));
  router.post(`${at}/policy/:changeId/refuse`, act(context, 'change_policy', refuseChange));
  router.post(`${at}/models/:hash/retire`, act(context, 'models', retire));
  router.post(`${at}/appeals/:appealId`, act(context, 'decide_appeals', answerAppeal));
  router.post(`${at}/disputes/:disputeId`, act(context, 'decide_disputes', decideFromConsole));
  router.post(`${at}/alarms/:alarmId/acknowledge`, act(context, 'alarms', acknowledge));
  router.post(`${at}/alarms/links/:linkId/acknowledge`, act(context, 'alarms', acknowledgeLinkFromConsole));
  router.post(`${at}/money/alarms/:alarmId/resolve`, act(context, 'money', resolveAlarm));
  router.post(`${at}/money/merchants/:merchantId/write-off`, act(context, 'money', askToWriteOff));
  router.post(`${at}/money/write-offs/:writeOffId/done`, act(context, 'money', doWriteOff));
  router.post(`${at}/money/write-offs/:writeOffId/refuse`, act(context, 'money', refuseWriteOff));
  router.post(`${at}/payouts/accounts`, act(context, 'payouts', enterAccount));
  router.post(`${at}/payouts/accounts/:accountId/approve`, act(context, 'payouts', approveAccount));
  router.post(`${at}/payouts/accounts/:accountId/reject`, act(context, 'payouts', rejectAccount));
  router.post(`${at}/payouts/:payoutId/approve`, act(context, 'payouts', approve));
  router.post(`${at}/payouts/:payoutId/release`, act(context, 'payouts', release));
  router.post(`${at}/businesses/:businessId/approve`, act(context, 'businesses', approveBusinessFromConsole));
  router.post(
    `${at}/businesses/:businessId/approve-change`,
    act(context, 'businesses', approveChangeFromConsole),
  );
  router.post(
    `${at}/businesses/:businessId/send-back`,
    act(context, 'businesses', sendBusinessBackFromConsole),
  );
  router.post(`${at}/reconciliation/run`, act(context, 'reconciliation', runReconciliation));
  router.post(`${at}/reconciliation/files`, readUpload, act(context, 'reconciliation', bringFile));
  router.post(`${at}/reconciliation/accounts`, act(context, 'reconciliation', addAccount));
  router.post(
    `${at}/reconciliation/exceptions/:exceptionId/match`,
    act(context, 'reconciliation', matchException),
  );
  router.post(`${at}/reconciliation/exceptions/:exceptionId/park`, act(context, 'reconciliation', parkOne));
  router.post(`${at}/jobs/scheduled/:jobId/retry`, act(context, 'retry_jobs', retryJob));
  router.post(`${at}/jobs/:outbox/:objectId/retry`, act(context, 'retry_jobs', retryFromOutbox));
  router.post(`${at}/you/add`, act(context, null, addOwnPasskey));
  router.post(`${at}/you/remove`, act(context, null, removeOwnPasskey));
  router.post(`${at}/sign-out`, act(context, null, signOut));
  addCaseRoutes(router, context, at);
}
