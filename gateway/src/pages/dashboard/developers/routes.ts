import type { Router } from 'express';
import type { PagesContext } from '../../context.ts';
import { act } from '../act.ts';
import { showEvent, showEvents } from '../events/pages.tsx';
import { showKeys } from '../keys/page.tsx';
import { endSourceFromPage, registerFromPage, revokeFromPage, setSourceFromPage } from '../keys/steps.ts';
import { dashboardPath } from '../paths.ts';
import { showRequest, showRequests } from '../requests/pages.tsx';
import { showSandbox } from '../sandbox/page.tsx';
import { showRun } from '../sandbox/run.tsx';
import { advanceDays, advanceToNext, playScenario } from '../sandbox/steps.ts';
import { show } from '../show.ts';
import { showWebhooks } from '../webhooks/list.tsx';
import { showWebhook } from '../webhooks/one.tsx';
import {
  addFromPage,
  changeFromPage,
  enableFromPage,
  endpointIdOf,
  removeFromPage,
  resendAllFromPage,
  resendFromPage,
  rotateFromPage,
  testFromPage,
} from '../webhooks/steps.ts';
import { takeStep } from './steps.ts';

/** What developers work with. A form is posted to the page that it stands on, and names its step. */
export function developerRoutes(router: Router, context: PagesContext): void {
  keyRoutes(router, context);
  webhookRoutes(router, context);
  sandboxRoutes(router, context);
  const [events, requests] = [dashboardPath('events'), dashboardPath('requests')];
  router.get(events, show(context, 'events', showEvents));
  router.get(`${events}/:eventId`, show(context, 'events', showEvent));
  router.get(requests, show(context, 'requests', showRequests));
  router.get(`${requests}/:requestId`, show(context, 'requests', showRequest));
}

/** Whoever changes keys could sign as the shop from then on: their passkey is asked for again. */
function keyRoutes(router: Router, context: PagesContext): void {
  const keys = dashboardPath('keys');
  const apiOrigin = context.config.origins.api;
  const steps = {
    register: registerFromPage,
    revoke: revokeFromPage,
    set_source: setSourceFromPage,
    end_source: endSourceFromPage,
  };
  router.get(
    keys,
    show(context, 'keys', (tx, input) => showKeys(tx, input, { apiOrigin })),
  );
  const again = takeStep(steps, (tx, input, form) => showKeys(tx, input, { apiOrigin, form }));
  router.post(keys, act(context, 'keys', again, { fresh: keys }));
}

function webhookRoutes(router: Router, context: PagesContext): void {
  const webhooks = dashboardPath('webhooks');
  const one = `${webhooks}/:endpointId`;
  const steps = {
    test: testFromPage,
    again: resendAllFromPage,
    resend: resendFromPage,
    enable: enableFromPage,
    change: changeFromPage,
    rotate: rotateFromPage,
    remove: removeFromPage,
  };
  router.get(
    webhooks,
    show(context, 'webhooks', (tx, input) => showWebhooks(tx, input)),
  );
  router.post(webhooks, act(context, 'webhooks', takeStep({ add: addFromPage }, showWebhooks)));
  router.get(
    one,
    show(context, 'webhooks', (tx, input) => showWebhook(tx, input, { endpointId: endpointIdOf(input) })),
  );
  const again = takeStep(steps, (tx, input, form) =>
    showWebhook(tx, input, { form, endpointId: endpointIdOf(input) }),
  );
  router.post(one, act(context, 'webhooks', again));
}

function sandboxRoutes(router: Router, context: PagesContext): void {
  const sandbox = dashboardPath('sandbox');
  const steps = { days: advanceDays, next: advanceToNext, scenario: playScenario };
  router.get(
    sandbox,
    show(context, 'sandbox', (tx, input) => showSandbox(tx, input)),
  );
  router.get(`${sandbox}/runs/:runId`, show(context, 'sandbox', showRun));
  router.post(sandbox, act(context, 'sandbox', takeStep(steps, showSandbox)));
}
