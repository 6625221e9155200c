import type { Router } from 'express';
import type { PagesContext } from '../../context.ts';
import { act } from '../action.ts';
import { chooseTimeZone } from './time-zone.tsx';
import { askForHardship, move, promise } from './actions.ts';

/** Mounts what a shopper does about being late, below the account's address `at`. */
export function mountLateHelp(router: Router, context: PagesContext, at: string): void {
  router.post(`${at}/plans/:planId/promise`, act(context, promise));
  router.post(`${at}/plans/:planId/move`, act(context, move));
  router.post(`${at}/time-zone`, act(context, chooseTimeZone));
  router.post(`${at}/plans/:planId/hardship`, act(context, askForHardship));
}
