import type { CreditLine } from '../credit/lines.ts';
import { type Screening, screen } from '../fraud/screen.ts';
import type { Visit } from '../fraud/signals.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import type { Merchant } from '../merchants/merchants.ts';
import type { CheckoutSession } from './sessions.ts';

type Purchase = {
  session: CheckoutSession;
  merchant: Merchant;
  shopperId: string;
  line: CreditLine;
  /** From where the shopper looks; left out where nobody does. */
  visit: Visit | undefined;
};

/** Looks for fraud in a purchase. Its card is the newest that the shopper has, until one is chosen. */
export function screenPurchase(
  tx: Tx,
  { session, ...purchase }: Purchase & { paymentMethodId?: string },
): Promise<Screening> {
  const { id, amount, currency } = session;
  return screen(tx, { ...purchase, kind: 'checkout', purchase: id, amount, currency });
}

/**
 * The same once more, with the card that the shopper has chosen: a card that many shoppers use shows only here.
 *
 * @throws GatewayError `payment_declined` when another card, or the checkout's page loaded again, is the way on.
 */
export async function requireUsableCard(
  tx: Tx,
  purchase: Purchase & { paymentMethodId: string },
): Promise<void> {
  const { code } = await screenPurchase(tx, purchase);
  if (code === null) return;
  throw new GatewayError('payment_declined', {
    detail: 'This card cannot be used for this purchase.',
    hint: 'Choose another card.',
  });
}
