import { isId, type Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { addPaymentMethod, listPaymentMethods } from '../processor/payment-methods.ts';
import type { SavedMethod } from '../processor/port.ts';
import { testMethods } from '../processor/test-methods.ts';
import type { PagesContext } from './context.ts';
import { inVisit, type PageVisit } from './page-visit.ts';

/** A card that the shopper has already, or one that the processor has saved and we do not keep yet. */
export type ChosenMethod = { id: string } | { saved: SavedMethod };

/**
 * What the field `method` of a form chose: the shopper's own card, or a named test method, which is saved now unless the
 * shopper has it already; the processor is not asked in a transaction. Undefined when it is neither.
 */
export async function chooseMethod(
  context: PagesContext,
  visit: PageVisit,
  { shopperId, value }: { shopperId: Id<'shp'>; value: string },
): Promise<ChosenMethod | undefined> {
  const methods = await inVisit(context, visit, (tx) => listPaymentMethods(tx, shopperId), 'read');
  if (isId('pm', value) && methods.some(({ id }) => id === value)) return { id: value };

  const test = testMethods.find(({ name }) => value === `test:${name}`);
  if (!test || visit.environment.kind !== 'sandbox') return undefined;
  const { name, brand, last4 } = test;
  const known = methods.find((method) => method.brand === brand && method.last4 === last4);
  if (known) return { id: known.id };
  const customer = methods[0]?.customer;
  const saved = await context.processorFor(visit.environment.kind).saveTestMethod({
    // The same choice in a second tab saves the same card, not another one.
    idempotencyKey: [shopperId, name, customer ?? 'new'].join(':'),
    environmentId: visit.environment.id,
    name,
    ...(customer !== undefined && { customer }),
  });
  return { saved };
}

/** The id of the chosen card, which is kept if it is new. */
export async function keepMethod(tx: Tx, shopperId: Id<'shp'>, chosen: ChosenMethod): Promise<string> {
  if ('id' in chosen) return chosen.id;
  const { saved } = chosen;
  const known = (await listPaymentMethods(tx, shopperId)).find(({ method }) => method === saved.method);
  return (known ?? (await addPaymentMethod(tx, { shopperId, saved }))).id;
}
