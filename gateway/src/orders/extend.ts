import { findHold } from '../credit/holds.ts';
import { lockLine } from '../credit/lines.ts';
import { addMs, dayMs } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { fundersOf } from '../repayments/stakes.ts';
import {
  capturableOf,
  lockOrder,
  longestExpiry,
  type Order,
  recordOrderEvent,
  updateOrder,
} from './orders.ts';
import { requireAction } from './state.ts';

/** What one extension adds. */
const extensionMs = 7 * dayMs;

type ExtensionRow = {
  environment_id: string;
  order_id: string;
  reference: string;
  previous_expires_at: Date;
  expires_at: Date;
  created_at: Date;
};

/**
 * Lets an authorization live seven days longer, up to 30 days in all, so that goods may ship late. The credit behind it
 * is looked at again, because it stays promised (money.md rule 9). The notices of its expiry begin anew.
 *
 * @throws GatewayError `not_found`, `extension_reference_in_use`, `authorization_expired`, `state_conflict`,
 *   `extension_exhausted` (30 days are reached), `extension_refused` (with `reason`).
 */
export async function extend(
  tx: Tx,
  input: { orderId: string; merchantId: string; reference: string },
): Promise<Order> {
  const order = await lockOrder(tx, input);
  await requireNewReference(tx, order, input.reference);
  requireAlive(tx, order);
  const latest = longestExpiry(order);
  if (order.expiresAt >= latest) {
    throw new GatewayError('extension_exhausted', {
      detail: 'The authorization already lives as long as it may: 30 days.',
      hint: 'Capture or void it; send the shopper through a new checkout for what ships later.',
    });
  }
  await requireStillCarried(tx, order);
  const extended = addMs(order.expiresAt, extensionMs);
  const expiresAt = extended < latest ? extended : latest;
  await tx.sql<ExtensionRow>('order_extensions').insert({
    environment_id: tx.environment.id,
    order_id: order.id,
    reference: input.reference,
    previous_expires_at: order.expiresAt,
    expires_at: expiresAt,
    created_at: tx.now,
  });
  const after = await updateOrder(tx, order, { expires_at: expiresAt, expiry_notices: 0 });
  await recordOrderEvent(tx, 'order.extended', after);
  return after;
}

async function requireNewReference(tx: Tx, order: Order, reference: string): Promise<void> {
  const used = await tx
    .sql<ExtensionRow>('order_extensions')
    .where({ environment_id: tx.environment.id, order_id: order.id, reference })
    .first();
  if (!used) return;
  throw new GatewayError('extension_reference_in_use', {
    detail: `The order was already extended with the reference ${reference}.`,
    hint: 'Read the order; another extension needs a reference of its own.',
    errors: [{ pointer: '/reference', code: 'in_use' }],
    extra: { expires_at: used.expires_at.toISOString() },
  });
}

function requireAlive(tx: Tx, order: Order): void {
  // The sweep may not have run yet; the clock decides.
  if (order.status === 'expired' || (capturableOf(order) > 0n && order.expiresAt <= tx.now)) {
    throw new GatewayError('authorization_expired', {
      detail: 'The authorization has expired.',
      hint: 'Send the shopper through the checkout again.',
    });
  }
  requireAction(order, 'extend');
}

/** A suspended line and a funder that lends no more keep what is authorized, but promise nothing for longer. */
async function requireStillCarried(tx: Tx, order: Order): Promise<void> {
  if (order.down > order.capturedDown) {
    throw refusal(
      'down_payment_held',
      'The bank that holds the down payment lets go of it after seven days.',
    );
  }
  const line = await lockLine(tx, order.shopperId, order.currency);
  if (line?.status !== 'active') {
    throw refusal('shopper_not_eligible', 'The shopper may not be given credit for longer at the moment.');
  }
  const { shares } = await findHold(tx, order.holdId);
  const funders = await fundersOf(tx, shares, order.createdAt);
  if (funders.some(({ status }) => status !== 'active')) {
    throw refusal('no_funder', 'The funder of this order gives no new credit at the moment.');
  }
}

function refusal(
  reason: 'down_payment_held' | 'shopper_not_eligible' | 'no_funder',
  detail: string,
): GatewayError {
  return new GatewayError('extension_refused', {
    detail,
    hint: 'Capture before the authorization expires, or send the shopper through a new checkout.',
    extra: { reason },
  });
}
