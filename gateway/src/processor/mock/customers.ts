import { z } from 'zod';
import { testMethods } from '../test-methods.ts';
import { type Call, missing } from './answers.ts';
import { newCustomer, newPaymentMethod } from './objects.ts';
import { Metadata, read } from './params.ts';

const CustomerParams = z.strictObject({ metadata: Metadata });
const AttachParams = z.strictObject({ customer: z.string() });

export async function createCustomer({ request, store }: Call): Promise<unknown> {
  const { metadata } = read(CustomerParams, request.body);
  const customer = newCustomer({ created: request.now, metadata });
  await store.save('customer', customer);
  return customer;
}

/** Attaching a test token makes a payment method of its own for the customer, as Stripe does with `pm_card_visa`. */
export async function attachPaymentMethod({ request, ids: [token = ''], store }: Call): Promise<unknown> {
  const params = read(AttachParams, request.body);
  const known = testMethods.find((method) => method.token === token);
  if (!known) throw missing('PaymentMethod', token);
  if (!(await store.find('customer', params.customer))) throw missing('customer', params.customer);
  const method = newPaymentMethod({
    created: request.now,
    customer: params.customer,
    brand: known.brand,
    last4: known.last4,
    testMethod: known.name,
  });
  await store.save('payment_method', method);
  return method;
}
