import type { Request } from 'express';
import { advanceClock, type Destination, furthestDays } from '../../../jobs/advance-clock.ts';
import { findBuiltIn } from '../../../jobs/scenarios/built-in.ts';
import { startScenario } from '../../../jobs/scenarios/start-scenario.ts';
import { isId } from '../../../lib/ids.ts';
import type { MemberAction } from '../../../members/audit.ts';
import { field } from '../../forms.ts';
import type { DashboardAction, Done } from '../act.ts';
import { invalidField, wholeNumberIn } from '../developers/steps.ts';
import { audit } from '../input.ts';
import { dashboardPath } from '../paths.ts';
import { inDashboard } from '../visit.ts';

/** As many days on, as POST /v1/sandbox/clock/advance does. */
export function advanceDays(action: DashboardAction): Promise<Done> {
  const days = wholeNumberIn(field(action.req, 'days'));
  if (days === undefined || days < 1 || days > furthestDays)
    throw invalidField('/days', `Send 1 to ${furthestDays} days.`);
  return advance(action, { days });
}

/** To what happens next by itself. */
export function advanceToNext(action: DashboardAction): Promise<Done> {
  return advance(action, { until: 'next_event' });
}

async function advance(action: DashboardAction, destination: Destination): Promise<Done> {
  const { context, visit, req } = action;
  const request = requestIn(req);
  await keep(action, 'clock_advanced', destination);
  const { arrived } = await advanceClock(context, { sandboxId: visit.environment.id, destination, request });
  return { to: dashboardPath('sandbox'), said: arrived ? 'clock_arrived' : 'clock_moves' };
}

/** Plays a scenario that comes with the gateway, as POST /v1/sandbox/scenarios does, and leads to what came of it. */
export async function playScenario(action: DashboardAction): Promise<Done> {
  const { context, visit, req } = action;
  const request = requestIn(req);
  const document = findBuiltIn(field(req, 'scenario'));
  await keep(action, 'scenario_played', { scenario: document.name });
  const run = await startScenario(context, {
    environmentId: visit.environment.id,
    merchantId: visit.member.merchantId,
    actor: { kind: 'member', id: visit.member.id },
    request,
    document,
  });
  return { to: dashboardPath('sandbox', 'runs', run.id) };
}

/** Both take many transactions. What a member began is kept before the first of them, also while the clock moves. */
function keep(
  { context, visit }: DashboardAction,
  action: MemberAction,
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  return inDashboard(context, visit, (tx) => audit(tx, visit, action, { details }), 'read');
}

/** The request that the form names. It is none of the API's, whose names are the merchant's to choose. */
function requestIn(req: Request): string {
  const request = field(req, 'request');
  if (!isId('req', request)) throw invalidField('/request', 'Load the page again.');
  return `dashboard ${request}`;
}
