import { Router } from 'express';
import { GatewayError } from '../../lib/errors.ts';
import type { PagesContext } from '../context.ts';
import { readFields } from '../read-fields.ts';
import { act } from './act.ts';
import { showAudit } from './audit-log.tsx';
import { addBankRoutes } from './bank/routes.ts';
import { addBusinessRoutes } from './business/routes.ts';
import { addCounterRoutes } from './counter/routes.ts';
import { developerRoutes } from './developers/routes.ts';
import { addCaseRoutes } from './cases/routes.ts';
import { addDisputeRoutes } from './disputes/routes.ts';
import { showHome } from './home.tsx';
import { showInvitation, useLink } from './invitation.tsx';
import { addOrderRoutes } from './orders/routes.ts';
import { dashboardPath, signInPath, startPath } from './paths.ts';
import { disable, giveRole, invite, inviteAgain, showPeople, showPerson } from './people.tsx';
import { addPayoutRoutes } from './payouts/routes.ts';
import { addSettlementRoutes } from './settlements/routes.ts';
import { show } from './show.ts';
import { showSignIn, signIn } from './sign-in.tsx';
import { showStart, start } from './start.tsx';
import { addOwnPasskey, endOtherSessions, removeOwnPasskey, showYou, signOut } from './you.tsx';

/** Adds the routes of a section to the dashboard's. */
type SectionRoutes = (router: Router, context: PagesContext) => void;

/** The sections whose routes are with their pages. */
const sectionRoutes: readonly SectionRoutes[] = [
  addOrderRoutes,
  addDisputeRoutes,
  addCaseRoutes,
  addSettlementRoutes,
  addPayoutRoutes,
  addBankRoutes,
  addBusinessRoutes,
  addCounterRoutes,
  developerRoutes,
];

/** Where merchants' people work. Every page shows what is theirs; forms are posted and lead to a page. */
export function dashboardRouter(context: PagesContext): Router {
  const router = Router();
  router.use('/dashboard', readFields);

  router.get(signInPath, (req, res) => showSignIn(context, req, res));
  router.post(signInPath, (req, res) => signIn(context, req, res));
  router.get('/dashboard/invitation/:token', (req, res) => showInvitation(context, req, res));
  router.post('/dashboard/invitation/:token', (req, res) => useLink(context, req, res));

  router.get(startPath, (req, res) => showStart(context, req, res));
  router.post(startPath, (req, res) => start(context, req, res));

  router.get(dashboardPath(), show(context, null, showHome));
  router.post('/dashboard/sign-out', act(context, null, signOut));
  const you = dashboardPath('you');
  router.get(
    you,
    show(context, null, (tx, input) => showYou(tx, input, context.config.origins.api), { script: true }),
  );
  router.post(`${you}/add`, act(context, null, addOwnPasskey, { fresh: you }));
  router.post(`${you}/remove`, act(context, null, removeOwnPasskey, { fresh: you }));
  router.post(`${you}/end-sessions`, act(context, null, endOtherSessions));

  const people = dashboardPath('people');
  const person = dashboardPath('people', ':memberId');
  router.get(people, show(context, 'people', showPeople));
  router.post(`${people}/invite`, act(context, 'people', invite, { fresh: people }));
  router.get(person, show(context, 'people', showPerson));
  router.post(`${person}/role`, act(context, 'people', giveRole, { fresh: people }));
  router.post(`${person}/invite`, act(context, 'people', inviteAgain, { fresh: people }));
  router.post(`${person}/disable`, act(context, 'people', disable, { fresh: people }));
  router.get(dashboardPath('audit'), show(context, 'audit', showAudit));

  for (const addRoutes of sectionRoutes) addRoutes(router, context);
  router.get('/dashboard/*rest', show(context, null, showNothing));
  return router;
}

/** An address that leads nowhere is told of as something that is not there. */
function showNothing(): Promise<never> {
  return Promise.reject(new GatewayError('not_found', { detail: 'There is no such page.' }));
}
