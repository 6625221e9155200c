import type { Id } from '../../../lib/ids.ts';
import type { Tx } from '../../../lib/tx.ts';
import type { MemberAction } from '../../../members/audit.ts';
import { deleteEndpoint } from '../../../webhooks/disable.ts';
import { createEndpoint } from '../../../webhooks/endpoints.ts';
import { redeliverAfter, redeliverEvent } from '../../../webhooks/redeliver.ts';
import { rotateSecret } from '../../../webhooks/rotate.ts';
import { sendTestEvent } from '../../../webhooks/test-event.ts';
import { updateEndpoint } from '../../../webhooks/update.ts';
import type { Request } from 'express';
import { field } from '../../forms.ts';
import type { Answered, DashboardAction, Done } from '../act.ts';
import { answerWith, idIn, invalidField, wholeNumberIn } from '../developers/steps.ts';
import { audit, type SaidCode } from '../input.ts';
import { dashboardPath } from '../paths.ts';
import { inDashboard } from '../visit.ts';
import { showWebhook, type WebhookShown } from './one.tsx';

/** Adds an endpoint, and tells its secret on the page that answers: it is never to be seen again. */
export async function addFromPage(action: DashboardAction): Promise<Answered> {
  const { context, visit, req } = action;
  const { endpoint, secret } = await inDashboard(context, visit, async (tx) => {
    const added = await createEndpoint(tx, {
      merchantId: visit.member.merchantId,
      url: field(req, 'url').trim(),
      eventTypes: typesIn(req),
      loopbackTargets: context.config.sandboxWebhookTargets,
    });
    await audit(tx, visit, 'webhook_added', { objectId: added.endpoint.id });
    return added;
  });
  return shown(action, endpoint.id, { secret });
}

export async function rotateFromPage(action: DashboardAction): Promise<Answered> {
  const { secret } = await onEndpoint(action, rotateSecret, 'webhook_rotated');
  return shown(action, endpointIdOf(action), { secret });
}

export async function changeFromPage(action: DashboardAction): Promise<Done> {
  const { context, req } = action;
  await onEndpoint(
    action,
    (tx, of) =>
      updateEndpoint(tx, {
        ...of,
        url: field(req, 'url').trim(),
        eventTypes: typesIn(req),
        loopbackTargets: context.config.sandboxWebhookTargets,
      }),
    'webhook_changed',
  );
  return done(action, 'webhook_changed');
}

export async function enableFromPage(action: DashboardAction): Promise<Done> {
  const { sandboxWebhookTargets: loopbackTargets } = action.context.config;
  await onEndpoint(
    action,
    (tx, of) => updateEndpoint(tx, { ...of, enable: true, loopbackTargets }),
    'webhook_enabled',
  );
  return done(action, 'webhook_enabled');
}

export async function removeFromPage(action: DashboardAction): Promise<Done> {
  await onEndpoint(action, deleteEndpoint, 'webhook_removed');
  return { to: dashboardPath('webhooks'), said: 'webhook_removed' };
}

export async function testFromPage(action: DashboardAction): Promise<Done> {
  await onEndpoint(action, sendTestEvent);
  return done(action, 'webhook_tested');
}

/** One event again. */
export async function resendFromPage(action: DashboardAction): Promise<Done> {
  const eventId = idIn('evt', field(action.req, 'event'));
  await onEndpoint(action, (tx, of) => redeliverEvent(tx, { ...of, eventId }));
  return done(action, 'webhook_resent');
}

/** What follows a number of the feed again; how far it came is told on the page that answers. */
export async function resendAllFromPage(action: DashboardAction): Promise<Answered> {
  const after = wholeNumberIn(field(action.req, 'after'));
  if (after === undefined) throw invalidField('/after', 'Send a number of the feed, 0 for everything.');
  const again = await onEndpoint(action, (tx, of) => redeliverAfter(tx, { ...of, after: BigInt(after) }));
  return shown(action, endpointIdOf(action), { again });
}

/** Which endpoint the page is about. */
export function endpointIdOf({ req }: { req: Request }): Id<'whe'> {
  return idIn('whe', req.params.endpointId);
}

function onEndpoint<T>(
  action: DashboardAction,
  work: (tx: Tx, of: { merchantId: string; endpointId: string }) => Promise<T>,
  audited?: MemberAction,
): Promise<T> {
  const { context, visit } = action;
  const of = { merchantId: visit.member.merchantId, endpointId: endpointIdOf(action) };
  return inDashboard(context, visit, async (tx) => {
    const done = await work(tx, of);
    if (audited !== undefined) await audit(tx, visit, audited, { objectId: of.endpointId });
    return done;
  });
}

function shown(action: DashboardAction, endpointId: string, what: WebhookShown): Promise<Answered> {
  return answerWith(action, (tx, input) => showWebhook(tx, input, { ...what, endpointId }));
}

function done(action: DashboardAction, said: SaidCode): Done {
  return { to: dashboardPath('webhooks', endpointIdOf(action)), said };
}

function typesIn(req: Request): string[] {
  return field(req, 'types')
    .split(/[\s,]+/)
    .filter((type) => type !== '');
}
