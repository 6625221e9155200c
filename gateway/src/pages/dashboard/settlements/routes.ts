import type { Router } from 'express';
import type { PagesContext } from '../../context.ts';
import { dashboardPath } from '../paths.ts';
import { show } from '../show.ts';
import { showFees } from './fees.tsx';
import { showLine } from './line.tsx';
import { showSettlements } from './list.tsx';
import { showSettlement } from './one.tsx';

export function addSettlementRoutes(router: Router, context: PagesContext): void {
  const one = dashboardPath('settlements', ':settlementId');
  router.get(dashboardPath('settlements'), show(context, 'settlements', showSettlements));
  router.get(dashboardPath('settlements', 'fees'), show(context, 'settlements', showFees));
  router.get(one, show(context, 'settlements', showSettlement));
  router.get(`${one}/lines/:number`, show(context, 'settlements', showLine));
}
