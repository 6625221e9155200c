import { pendingMigrations } from '@morrow/db';
import type { Config } from '../config.ts';
import type { Route } from '../http/route.ts';
import { systemRoutes } from '../http/system-routes.ts';
import { checkoutSessionRoutes } from './checkout-sessions.ts';
import { eventRoutes } from './events.ts';
import { orderLifecycleRoutes } from './order-lifecycle.ts';
import { orderRoutes } from './orders.ts';
import { payoutRoutes } from './payouts.ts';
import { planRoutes } from './plans.ts';
import { sandboxRoutes } from './sandboxes.ts';
import { settlementRoutes } from './settlements.ts';
import { webhookEndpointRoutes } from './webhook-endpoints.ts';

/** Every route that is served, in the order in which the contract shows them. */
export function apiRoutes(config: Config): Route[] {
  return [
    ...checkoutSessionRoutes(config),
    ...orderRoutes,
    ...orderLifecycleRoutes,
    ...planRoutes,
    ...settlementRoutes,
    ...payoutRoutes,
    ...eventRoutes,
    ...webhookEndpointRoutes(config),
    ...sandboxRoutes,
    ...systemRoutes(pendingMigrations),
  ];
}
