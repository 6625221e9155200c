import type { Router } from 'express';
import type { PagesContext } from '../../context.ts';
import { act } from '../act.ts';
import { dashboardPath } from '../paths.ts';
import { show } from '../show.ts';
import { showAsk } from './ask.tsx';
import { showCases } from './list.tsx';
import { showCase } from './one.tsx';
import { closeFromDashboard, openFromDashboard, writeFromDashboard } from './steps.ts';

export function addCaseRoutes(router: Router, context: PagesContext): void {
  const list = dashboardPath('cases');
  const one = dashboardPath('cases', ':caseId');
  router.get(list, show(context, 'cases', showCases));
  router.get(`${list}/new`, show(context, 'cases', showAsk));
  router.get(one, show(context, 'cases', showCase));
  router.post(list, act(context, 'cases', openFromDashboard));
  router.post(`${one}/messages`, act(context, 'cases', writeFromDashboard));
  router.post(`${one}/close`, act(context, 'cases', closeFromDashboard));
}
