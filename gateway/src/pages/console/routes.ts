import express, { Router } from 'express';
import { isId } from '../../lib/ids.ts';
import { liveEnvironmentId } from '../../merchants/environments.ts';
import type { PagesContext } from '../context.ts';
import { act } from './act.ts';
import { acknowledge } from './alarms/acknowledge.ts';
import { showAlarms } from './alarms/list.tsx';
import { showRules } from './alarms/rules.tsx';
import { answerAppeal } from './appeals/answer.ts';
import { showAppeals } from './appeals/list.tsx';
import { showAppeal } from './appeals/one.tsx';
import { showDecision } from './decision.tsx';
import { showDecisions } from './decisions.tsx';
import { showComparison } from './comparison.tsx';
import { showHome } from './home.tsx';
import { showInvitation, useLink } from './invitation.tsx';
import { showModels } from './models.tsx';
import { consolePath, queryOf, signInPath } from './paths.ts';
import { retire } from './retire.ts';
import { show } from './show.tsx';
import { showSignIn, signIn } from './sign-in.ts';
import { showAudit, showOperators } from './staff.tsx';
import { showWhatIf } from './what-if.tsx';
import { addOwnPasskey, removeOwnPasskey, showYou, signOut } from './you.tsx';

/** Where operators work. Every page below an environment shows that environment; forms are posted and lead to a page. */
export function consoleRouter(context: PagesContext): Router {
  const router = Router();
  const at = '/console/:environmentId';
  router.use('/console', express.urlencoded({ extended: false, limit: '32kb', parameterLimit: 20 }));

  router.get('/console', (req, res) => {
    const asked = queryOf(req, 'environment');
    res.redirect(303, consolePath(isId('sbx', asked) ? asked : liveEnvironmentId));
  });
  router.get(signInPath, (req, res) => showSignIn(context, req, res));
  router.post(signInPath, (req, res) => signIn(context, req, res));
  router.get('/console/invitation/:token', (req, res) => showInvitation(context, req, res));
  router.post('/console/invitation/:token', (req, res) => useLink(context, req, res));

  router.get(at, show(context, null, showHome));
  router.get(`${at}/decisions`, show(context, 'decisions', showDecisions));
  router.get(`${at}/decisions/:assessmentId`, show(context, 'decisions', showDecision));
  router.get(`${at}/models`, show(context, 'models', showModels));
  router.get(`${at}/models/:hash`, show(context, 'models', showComparison));
  router.get(`${at}/what-if`, show(context, 'what_if', showWhatIf));
  router.get(`${at}/appeals`, show(context, 'appeals', showAppeals));
  router.get(`${at}/appeals/:appealId`, show(context, 'appeals', showAppeal));
  router.get(`${at}/alarms`, show(context, 'alarms', showAlarms));
  router.get(`${at}/alarms/rules/:version`, show(context, 'alarms', showRules));
  router.get(`${at}/operators`, show(context, 'operators', showOperators));
  router.get(`${at}/audit`, show(context, 'audit', showAudit));
  router.get(
    `${at}/you`,
    show(context, null, (tx, input) => showYou(tx, input, context.config.origins.api), { script: true }),
  );

  router.post(`${at}/models/:hash/retire`, act(context, 'models', retire));
  router.post(`${at}/appeals/:appealId`, act(context, 'decide_appeals', answerAppeal));
  router.post(`${at}/alarms/:alarmId/acknowledge`, act(context, 'alarms', acknowledge));
  router.post(`${at}/you/add`, act(context, null, addOwnPasskey));
  router.post(`${at}/you/remove`, act(context, null, removeOwnPasskey));
  router.post(`${at}/sign-out`, act(context, null, signOut));
  return router;
}
