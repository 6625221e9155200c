import { MerchantReference } from '../../../http/schemas.ts';
import { GatewayError, type ProblemCode } from '../../../lib/errors.ts';
import { isId } from '../../../lib/ids.ts';
import { toJsonAmount } from '../../../lib/money.ts';
import type { Tx } from '../../../lib/tx.ts';
import type { MemberAction } from '../../../members/audit.ts';
import { capture } from '../../../orders/capture.ts';
import {
  carrierPattern,
  listCaptures,
  type Shipment,
  trackingNumberPattern,
} from '../../../orders/captures.ts';
import { extend } from '../../../orders/extend.ts';
import { capturableOf, findOrder, type Order } from '../../../orders/orders.ts';
import { refund } from '../../../orders/refund.ts';
import { listRefunds } from '../../../orders/refunds.ts';
import { acceptReturn, rejectReturn } from '../../../orders/returns-answer.ts';
import { findReturn, rejectionReasons } from '../../../orders/returns.ts';
import { voidOrder } from '../../../orders/void.ts';
import { field } from '../../forms.ts';
import { readAmount } from '../../read-amount.ts';
import type { Texts } from '../../texts/language.ts';
import { confirmPath, type DashboardAction, type Done } from '../act.ts';
import { audit, type SaidCode } from '../input.ts';
import { dashboardPath } from '../paths.ts';
import { inDashboard } from '../visit.ts';
import { isLargeRefund } from './large-refund.ts';

/** What a refusal is called on the page; what is not among them is no matter of the form. */
const troubles: { [code in ProblemCode]?: keyof Texts['dashboard']['trouble'] } = {
  capture_exceeds_authorized: 'capture_too_large',
  installments_exceeded: 'capture_installments',
  refund_exceeds_refundable: 'refund_too_large',
  dispute_open: 'refund_disputed',
  authorization_expired: 'order_expired',
  extension_exhausted: 'extension_exhausted',
  extension_refused: 'extension_refused',
  capture_reference_in_use: 'reference_used',
  refund_reference_in_use: 'reference_used',
  extension_reference_in_use: 'reference_used',
  state_conflict: 'order_changed',
};

/** What is said of a refusal; undefined where it is no matter of the form. */
export function troubleOf(code: ProblemCode): keyof Texts['dashboard']['trouble'] | undefined {
  return troubles[code];
}

/** What a form is about; `reference` is the member's own, or else the form's. */
type Asked = { order: Order; orderId: string; merchantId: string; reference: string };

/** Something that a form does to an order. */
type Step = {
  said: SaidCode;
  /** Does it, and says how the audit log calls it; or says what is missing in the form. */
  work: (tx: Tx, asked: Asked) => Promise<{ action: MemberAction; amount?: bigint } | { missing: SaidCode }>;
  /** Whether exactly this was done before: then the form was sent twice, and it did go well. */
  wasDone: (tx: Tx, asked: Asked, refusal: ProblemCode) => Promise<boolean>;
};

export function captureFromDashboard(action: DashboardAction): Promise<Done> {
  const isFinal = field(action.req, 'final') === 'yes';
  return take(action, {
    said: 'captured',
    async work(tx, asked) {
      const amount = amountOf(action, asked);
      if (!amount) return { missing: 'amount_unreadable' };
      const shipment = shipmentOf(action);
      if (shipment === 'malformed') return { missing: 'shipment_malformed' };
      await capture(tx, { ...asked, amount, final: isFinal, shipment });
      return { action: 'order_captured', amount };
    },
    async wasDone(tx, asked) {
      const captures = await listCaptures(tx, asked.orderId);
      const amount = amountOf(action, asked);
      return captures.some((one) => one.reference === asked.reference && one.amount === amount);
    },
  });
}

export function voidFromDashboard(action: DashboardAction): Promise<Done> {
  return take(action, {
    said: 'voided',
    async work(tx, asked) {
      const { voided } = await voidOrder(tx, asked);
      return { action: 'order_voided', amount: voided - asked.order.voided };
    },
    wasDone: (_tx, { order }) =>
      Promise.resolve(order.voided > 0n && capturableOf(order) === 0n && order.status !== 'expired'),
  });
}

export function extendFromDashboard(action: DashboardAction): Promise<Done> {
  return take(action, {
    said: 'extended',
    async work(tx, asked) {
      await extend(tx, asked);
      return { action: 'order_extended' };
    },
    wasDone: (_tx, _asked, refusal) => Promise.resolve(refusal === 'extension_reference_in_use'),
  });
}

/**
 * Refunds what the form says, and accepts by it the return that it names. A large refund needs that the member's passkey was
 * asked for a short while ago.
 */
export async function refundFromDashboard(action: DashboardAction): Promise<Done> {
  const { context, visit, req } = action;
  const returnId = field(req, 'return');
  const to = pathOf(action);
  const isLarge = await inDashboard(
    context,
    visit,
    async (tx) => {
      const order = await findOrder(tx, {
        orderId: String(req.params.orderId),
        merchantId: visit.merchant.id,
      });
      const amount = amountOf(action, { order });
      return amount !== undefined && isLargeRefund({ amount, currency: order.currency });
    },
    'read',
  );
  if (isLarge && !visit.isFresh) return { to: confirmPath(to) };
  return take(action, {
    said: 'refunded',
    async work(tx, asked) {
      const amount = amountOf(action, asked);
      if (!amount) return { missing: 'amount_unreadable' };
      if (returnId === '') {
        await refund(tx, { ...asked, amount });
        return { action: 'order_refunded', amount };
      }
      await requireReturnOf(tx, asked, returnId);
      await acceptReturn(tx, { ...asked, returnId, amount });
      return { action: 'return_accepted', amount };
    },
    async wasDone(tx, asked) {
      const refunds = await listRefunds(tx, asked.orderId);
      const amount = amountOf(action, asked);
      return refunds.some((one) => one.reference === asked.reference && one.amount === amount);
    },
  });
}

export function rejectReturnFromDashboard(action: DashboardAction): Promise<Done> {
  const returnId = field(action.req, 'return');
  const reason = rejectionReasons.find((known) => known === field(action.req, 'rejection'));
  return take(action, {
    said: 'return_rejected',
    async work(tx, asked) {
      await requireReturnOf(tx, asked, returnId);
      if (!reason) return { missing: 'rejection_missing' };
      await rejectReturn(tx, { returnId, merchantId: asked.merchantId, reason });
      return { action: 'return_rejected' };
    },
    async wasDone(tx, { merchantId }) {
      const { status, rejection } = await findReturn(tx, { returnId, merchantId });
      return status === 'rejected' && rejection === reason;
    },
  });
}

/** @throws GatewayError `not_found` where the return is none of this order. */
async function requireReturnOf(tx: Tx, { orderId, merchantId }: Asked, returnId: string): Promise<void> {
  const found = await findReturn(tx, { returnId, merchantId });
  if (found.orderId !== orderId) throw new GatewayError('not_found', { detail: 'There is no such return.' });
}

function pathOf({ req }: DashboardAction): string {
  return dashboardPath('orders', String(req.params.orderId));
}

/** More than nothing; undefined for what is none. */
function amountOf({ req }: DashboardAction, { order }: Pick<Asked, 'order'>): bigint | undefined {
  return readAmount(field(req, 'amount'), order.currency) || undefined;
}

/** How the goods went; undefined where nothing was told of that. */
function shipmentOf({ req }: DashboardAction): Shipment | 'malformed' | undefined {
  const carrier = field(req, 'carrier').trim();
  const trackingNumber = field(req, 'tracking_number').trim();
  if (carrier === '' && trackingNumber === '') return undefined;
  if (!carrierPattern.test(carrier) || !trackingNumberPattern.test(trackingNumber)) return 'malformed';
  return { carrier, trackingNumber };
}

/** The member's own reference, or the one that the form was given; undefined for what cannot be one. */
function referenceOf({ req }: DashboardAction): string | undefined {
  const own = field(req, 'reference').trim();
  const given = field(req, 'form_key');
  if (own === '') return isId('req', given) ? given : undefined;
  const parsed = MerchantReference.safeParse(own);
  return parsed.success ? parsed.data : undefined;
}

/** One step in a transaction with its entry in the audit log. What is refused is told on the order's page. */
async function take(action: DashboardAction, step: Step): Promise<Done> {
  const { context, visit, req } = action;
  const to = pathOf(action);
  const reference = referenceOf(action);
  if (reference === undefined) return { to, said: 'reference_malformed' };
  const merchantId = visit.merchant.id;
  const askedIn = async (tx: Tx): Promise<Asked> => {
    const order = await findOrder(tx, { orderId: String(req.params.orderId), merchantId });
    return { order, orderId: order.id, merchantId, reference };
  };
  try {
    const said = await inDashboard(context, visit, async (tx) => {
      const asked = await askedIn(tx);
      const outcome = await step.work(tx, asked);
      if ('missing' in outcome) return outcome.missing;
      const { amount, action: name } = outcome;
      const details = { reference, ...(amount !== undefined && { amount: toJsonAmount(amount) }) };
      await audit(tx, visit, name, { objectId: asked.orderId, details });
      return step.said;
    });
    return { to, said };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const { code } = error;
    const trouble = troubles[code];
    if (trouble === undefined) throw error;
    const wasDone = await inDashboard(
      context,
      visit,
      async (tx) => step.wasDone(tx, await askedIn(tx), code),
      'read',
    );
    return { to, said: wasDone ? step.said : trouble };
  }
}
