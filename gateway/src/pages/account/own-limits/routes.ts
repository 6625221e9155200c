import type { Router } from 'express';
import type { PagesContext } from '../../context.ts';
import { act } from '../action.ts';
import { show } from '../show.tsx';
import {
  askFromAccount,
  declareFromAccount,
  keepCeiling,
  lockFromAccount,
  removeFromAccount,
  setCeilings,
  unlockFromAccount,
  withdrawFromAccount,
} from './actions.ts';
import { showOwnLimits } from './view.tsx';

/** Limits of one's own: lock, ceilings, income, and what others may tell us. */
export function mountOwnLimits(router: Router, context: PagesContext, at: string): void {
  router.get(`${at}/own-limits`, show(context, showOwnLimits));
  router.post(`${at}/own-limits/lock`, act(context, lockFromAccount));
  router.post(`${at}/own-limits/unlock`, act(context, unlockFromAccount));
  router.post(`${at}/own-limits/ceilings`, act(context, setCeilings));
  router.post(`${at}/own-limits/ceilings/keep`, act(context, keepCeiling));
  router.post(`${at}/own-limits/income`, act(context, declareFromAccount));
  router.post(`${at}/own-limits/income/remove`, act(context, removeFromAccount));
  router.post(`${at}/own-limits/evidence/:item`, act(context, askFromAccount));
  router.post(`${at}/own-limits/evidence/:item/withdraw`, act(context, withdrawFromAccount));
}
