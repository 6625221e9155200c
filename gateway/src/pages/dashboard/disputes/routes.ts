import type { Router } from 'express';
import type { PagesContext } from '../../context.ts';
import { readUpload } from '../../uploads.ts';
import { act } from '../act.ts';
import { dashboardPath } from '../paths.ts';
import { show } from '../show.ts';
import { disputeFile } from './file.ts';
import { showDisputes } from './list.tsx';
import { showDispute } from './one.tsx';
import { acceptFromDashboard, addFileFromDashboard, answerFromDashboard } from './steps.ts';

export function addDisputeRoutes(router: Router, context: PagesContext): void {
  const one = dashboardPath('disputes', ':disputeId');
  router.get(dashboardPath('disputes'), show(context, 'disputes', showDisputes));
  router.get(one, show(context, 'disputes', showDispute));
  router.get(`${one}/files/:evidenceId`, disputeFile(context));
  router.post(`${one}/answer`, readUpload, act(context, 'disputes', answerFromDashboard));
  router.post(`${one}/files`, readUpload, act(context, 'disputes', addFileFromDashboard));
  router.post(`${one}/accept`, act(context, 'disputes', acceptFromDashboard));
}
