import { expireSessions } from '../checkout/end.ts';
import { openSession } from '../checkout/sessions.ts';
import { GatewayError } from '../lib/errors.ts';
import { toJsonAmount } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { findMerchant } from '../merchants/merchants.ts';
import { listOrders } from '../orders/orders.ts';
import { type Sale, salesOf, secretPlace, toSale } from './sales.ts';

type NewSale = {
  merchantId: string;
  memberId: string;
  /** The form's own name for the sale, 1 to 64 letters, digits and underscores. */
  request: string;
  /** Minor units of the merchant's currency. */
  amount: bigint;
  /** The merchant's own number; empty where the clerk has none. */
  reference: string;
  /** Where a shopper who looks for the shop is led, of which the counter has none of its own. */
  returnUrl: string;
};

/**
 * Opens a checkout for a shopper at the counter. The same request again, also at the same time, is the same sale.
 *
 * @throws GatewayError `state_conflict` when the request was another amount or reference; `merchant_reference_in_use`;
 *   `amount_invalid`.
 */
export async function openSale(tx: Tx, input: NewSale): Promise<{ sale: Sale; isNew: boolean }> {
  const { merchantId, request, amount } = input;
  // What was sent twice, as after a lost answer, waits here for the first.
  await tx.sql.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
    `sale\n${merchantId}\n${request}`,
  ]);
  const merchantReference = input.reference === '' ? `counter-${request.slice(-12)}` : input.reference;
  const known = await salesOf(tx, merchantId).where({ request }).first();
  if (known) {
    const sale = await toSale(tx, known);
    return { sale: requireSame(sale, { amount, merchantReference }), isNew: false };
  }
  const { currency, name } = await findMerchant(tx, merchantId);
  await requireFree(tx, { merchantId, merchantReference });
  const jsonAmount = toJsonAmount(amount);
  const { session, secret } = await openSession(tx, {
    merchantId,
    merchantReference,
    amount,
    currency,
    lines: [{ name: input.reference || name, quantity: 1, unit_amount: jsonAmount, amount: jsonAmount }],
    returnUrl: input.returnUrl,
    channel: 'in_store',
  });
  await salesOf(tx, merchantId).insert({
    environment_id: tx.environment.id,
    session_id: session.id,
    merchant_id: merchantId,
    request,
    member_id: input.memberId,
    secret_sealed: tx.vault.seal(secret, secretPlace(tx, session.id)),
    created_at: tx.wallNow,
  });
  return { sale: { merchantId, memberId: input.memberId, secret, session }, isNew: true };
}

function requireSame(sale: Sale, asked: { amount: bigint; merchantReference: string }): Sale {
  const { amount, merchantReference } = sale.session;
  if (amount === asked.amount && merchantReference === asked.merchantReference) return sale;
  throw new GatewayError('state_conflict', {
    detail: 'This sale was opened before with another amount or number.',
    extra: { session_id: sale.session.id },
  });
}

/** A number that has become an order is told of now, and not when the shopper has agreed. */
async function requireFree(
  tx: Tx,
  reference: { merchantId: string; merchantReference: string },
): Promise<void> {
  await expireSessions(tx, reference);
  const orders = await listOrders(tx, { ...reference, after: undefined, limit: 1 });
  if (orders.length === 0) return;
  throw new GatewayError('merchant_reference_in_use', {
    detail: `There is an order ${reference.merchantReference} already.`,
    errors: [{ pointer: '/merchant_reference', code: 'in_use' }],
  });
}
