import type { Router } from 'express';
import type { PagesContext } from '../../context.ts';
import { dashboardPath } from '../paths.ts';
import { show } from '../show.ts';
import { showPayouts } from './list.tsx';
import { showPayout } from './one.tsx';

export function addPayoutRoutes(router: Router, context: PagesContext): void {
  router.get(dashboardPath('payouts'), show(context, 'payouts', showPayouts));
  router.get(dashboardPath('payouts', ':payoutId'), show(context, 'payouts', showPayout));
}
