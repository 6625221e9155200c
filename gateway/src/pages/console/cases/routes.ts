import type { Router } from 'express';
import type { PagesContext } from '../../context.ts';
import { act } from '../act.ts';
import { show } from '../show.ts';
import { showCases } from './list.tsx';
import { showNewCase } from './new.tsx';
import { showCase } from './one.tsx';
import { closeFromConsole, giveBack, openFromConsole, take, writeFromConsole } from './steps.ts';

/** Adds the section of cases below the console's address `at`. */
export function addCaseRoutes(router: Router, context: PagesContext, at: string): void {
  const one = `${at}/cases/:caseId`;
  router.get(`${at}/cases`, show(context, 'cases', showCases));
  router.get(`${at}/cases/new`, show(context, 'cases', showNewCase));
  router.get(one, show(context, 'cases', showCase));
  router.post(`${at}/cases`, act(context, 'cases', openFromConsole));
  router.post(`${one}/messages`, act(context, 'cases', writeFromConsole));
  router.post(`${one}/take`, act(context, 'cases', take));
  router.post(`${one}/give-back`, act(context, 'cases', giveBack));
  router.post(`${one}/close`, act(context, 'cases', closeFromConsole));
}
