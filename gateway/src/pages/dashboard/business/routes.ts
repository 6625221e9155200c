import type { Router } from 'express';
import type { PagesContext } from '../../context.ts';
import { act } from '../act.ts';
import { takeStep } from '../developers/steps.ts';
import { dashboardPath } from '../paths.ts';
import { show } from '../show.ts';
import { showBusiness } from './page.tsx';
import { changeFromPage, openLiveFromPage, saveFromPage, submitFromPage } from './steps.ts';

/** Whoever becomes the owner in live could take the shop over: their passkey is asked for again. */
export function addBusinessRoutes(router: Router, context: PagesContext): void {
  const business = dashboardPath('business');
  const steps = { save: saveFromPage, submit: submitFromPage, change: changeFromPage };
  router.get(
    business,
    show(context, 'business', (tx, input) => showBusiness(tx, input)),
  );
  router.post(business, act(context, 'business', takeStep(steps, showBusiness)));
  router.post(`${business}/live`, act(context, 'business', openLiveFromPage, { fresh: business }));
}
