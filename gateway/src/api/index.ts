import { pendingMigrations } from '@morrow/db';
import type { Config } from '../config.ts';
import type { Route } from '../http/route.ts';
import { systemRoutes } from '../http/system-routes.ts';
import { agreementRoutes } from './agreements.ts';
import { browserConfigRoutes } from './browser-config.ts';
import { checkoutSessionRoutes } from './checkout-sessions.ts';
import { clientTokenRoute } from './client-token.ts';
import { earlyPayoutRoutes } from './early-payout.ts';
import { disputeRoutes } from './disputes.ts';
import { eventCheckpointRoutes } from './event-checkpoints.ts';
import { eventRoutes } from './events.ts';
import { funderRoutes } from './funders.ts';
import { gatewayKeysRoute } from './gateway-keys.ts';
import { keyRoutes } from './keys.ts';
import { ledgerProofRoutes } from './ledger-proofs.ts';
import { messageRoutes } from './messages.ts';
import { orderLifecycleRoutes } from './order-lifecycle.ts';
import { orderRoutes } from './orders.ts';
import { lineExplanationRoutes } from './payout-line.ts';
import { payoutRoutes } from './payouts.ts';
import { planReceiptRoutes } from './plan-receipts.ts';
import { planRoutes } from './plans.ts';
import { refundPreviewRoutes } from './refund-preview.ts';
import { returnRoutes } from './returns.ts';
import { bankAccountSandboxRoutes } from './sandbox-bank-accounts.ts';
import { ownerSandboxRoutes } from './sandbox-owners.ts';
import { sandboxRoutes } from './sandboxes.ts';
import { sessionStatusRoute } from './session-status.ts';
import { settlementTermsRoutes } from './settlement-terms.ts';
import { settlementRoutes } from './settlements.ts';
import { webhookDeliveryRoutes } from './webhook-deliveries.ts';
import { webhookEndpointRoutes } from './webhook-endpoints.ts';

/** Every route that is served, in the order in which the contract shows them. */
export function apiRoutes(config: Config): Route[] {
  return [
    ...checkoutSessionRoutes(config),
    clientTokenRoute(config),
    ...orderRoutes,
    ...orderLifecycleRoutes,
    ...refundPreviewRoutes,
    ...returnRoutes,
    ...disputeRoutes,
    ...agreementRoutes(config),
    ...planRoutes,
    ...planReceiptRoutes,
    ...settlementRoutes,
    ...earlyPayoutRoutes,
    ...payoutRoutes,
    ...lineExplanationRoutes,
    ...settlementTermsRoutes,
    ...funderRoutes,
    ...ledgerProofRoutes,
    ...eventRoutes,
    ...eventCheckpointRoutes,
    ...webhookEndpointRoutes(config),
    ...webhookDeliveryRoutes,
    ...keyRoutes(config),
    ...browserConfigRoutes,
    ...messageRoutes,
    sessionStatusRoute,
    ...sandboxRoutes,
    ...bankAccountSandboxRoutes,
    ...ownerSandboxRoutes,
    gatewayKeysRoute,
    ...systemRoutes(pendingMigrations),
  ];
}
