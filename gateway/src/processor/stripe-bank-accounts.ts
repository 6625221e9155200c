import type { Stripe } from 'stripe';
import { GatewayError } from '../lib/errors.ts';
import type { Processor, SavedMethod } from './port.ts';

/**
 * A key for what is saved once and waited for. Where a second tab comes with the same key at the same moment, Stripe refuses
 * it as being in use until the first one has its answer, so its client asks again a few times.
 */
export const savedOnce = (idempotencyKey: string): Stripe.RequestOptions => ({
  idempotencyKey,
  maxNetworkRetries: 3,
});

/**
 * Saves a bank account for a shopper of whom Stripe may know as `customer` already, with the mandate to debit it: a payment
 * method, and a setup intent that is confirmed with what the shopper accepted. We have had the account verified; where
 * Stripe wants to verify it once more, by amounts that take days to arrive, it is refused.
 */
export async function saveBankAccount(
  stripe: Stripe,
  input: Parameters<Processor['saveBankAccount']>[0],
): Promise<SavedMethod> {
  const { idempotencyKey, environmentId, holder, accepted } = input;
  const metadata = { environment_id: environmentId };
  const customer =
    input.customer ??
    (await stripe.customers.create({ metadata }, savedOnce(`${idempotencyKey}:customer`))).id;
  const method = await stripe.paymentMethods.create(
    {
      type: 'us_bank_account',
      us_bank_account: {
        account_holder_type: 'individual',
        account_number: input.number,
        routing_number: input.bankCode,
      },
      billing_details: { name: holder },
      metadata,
    },
    savedOnce(`${idempotencyKey}:method`),
  );
  const intent = await stripe.setupIntents.create(
    {
      customer,
      payment_method: method.id,
      allowed_payment_method_types: ['us_bank_account'],
      confirm: true,
      usage: 'off_session',
      mandate_data: {
        customer_acceptance: {
          type: 'online',
          online: { ip_address: accepted.address, user_agent: accepted.userAgent },
        },
      },
      metadata,
    },
    savedOnce(`${idempotencyKey}:setup`),
  );
  const { us_bank_account: account } = method;
  if (intent.status !== 'succeeded' || !account?.last4) {
    throw new GatewayError('state_conflict', { detail: 'The processor does not let us debit this account.' });
  }
  return {
    kind: 'us_bank_account',
    customer,
    method: method.id,
    brand: account.bank_name ?? input.bankCode,
    last4: account.last4,
    fingerprint: account.fingerprint ?? undefined,
  };
}
