import type { Tx } from '../lib/tx.ts';
import { addPaymentMethod, listPaymentMethods, type PaymentMethod } from './payment-methods.ts';
import type { Processor, SavedMethod } from './port.ts';
import { testMethods, type TestMethodName } from './test-methods.ts';

/** A card that the shopper has already, or one that the processor has saved and we do not keep yet. */
export type ChosenMethod = { id: string } | { saved: SavedMethod };

/**
 * A sandbox's named test method for a shopper: the one that they have, or a new one, which the processor is asked to
 * save; so this is not called in a transaction. `known` are the shopper's methods.
 */
export async function chooseTestMethod(
  processor: Processor,
  input: { environmentId: string; shopperId: string; name: TestMethodName; known: readonly PaymentMethod[] },
): Promise<ChosenMethod> {
  const { environmentId, shopperId, name, known } = input;
  const test = testMethods.find((method) => method.name === name);
  const own = known.find((method) => method.brand === test?.brand && method.last4 === test.last4);
  if (own) return { id: own.id };
  const customer = known[0]?.customer;
  const saved = await processor.saveTestMethod({
    // The same choice in a second tab saves the same card, not another one.
    idempotencyKey: [shopperId, name, customer ?? 'new'].join(':'),
    environmentId,
    name,
    ...(customer !== undefined && { customer }),
  });
  return { saved };
}

/** The id of the chosen card, which is kept if it is new. */
export async function keepMethod(tx: Tx, shopperId: string, chosen: ChosenMethod): Promise<string> {
  if ('id' in chosen) return chosen.id;
  const { saved } = chosen;
  const known = (await listPaymentMethods(tx, shopperId)).find(({ method }) => method === saved.method);
  return (known ?? (await addPaymentMethod(tx, { shopperId, saved }))).id;
}
