import type { Router } from 'express';
import type { PagesContext } from '../../context.ts';
import { act } from '../act.ts';
import { dashboardPath } from '../paths.ts';
import { show } from '../show.ts';
import { showCounter } from './page.tsx';
import { showSale } from './sale.tsx';
import { saleStatus } from './status.ts';
import { cancelFromPage, finishFromPage, openFromPage } from './steps.ts';

export function addCounterRoutes(router: Router, context: PagesContext): void {
  const counter = dashboardPath('counter');
  const one = `${counter}/:sessionId`;
  router.get(
    counter,
    show(context, 'counter', (tx, input) => showCounter(tx, input)),
  );
  router.post(counter, act(context, 'counter', openFromPage));
  router.get(one, show(context, 'counter', showSale));
  router.get(`${one}/status`, saleStatus(context));
  router.post(`${one}/finish`, act(context, 'counter', finishFromPage));
  router.post(`${one}/cancel`, act(context, 'counter', cancelFromPage));
}
