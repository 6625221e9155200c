import { isId, type Id } from '../lib/ids.ts';
import { listCards, listPaymentMethods } from '../processor/payment-methods.ts';
import { type ChosenMethod, chooseTestMethod } from '../processor/test-cards.ts';
import { testMethods } from '../processor/test-methods.ts';
import type { PagesContext } from './context.ts';
import { inVisit, type PageVisit } from './page-visit.ts';

/**
 * What the field `method` of a form chose: the shopper's own card, or their bank account where that will do, or a named test
 * method, which is saved now unless the shopper has it already; the processor is not asked in a transaction. Undefined when
 * it is none of them.
 */
export async function chooseMethod(
  context: PagesContext,
  visit: PageVisit,
  { shopperId, value, orBankAccount }: { shopperId: Id<'shp'>; value: string; orBankAccount?: true },
): Promise<ChosenMethod | undefined> {
  const known = await inVisit(
    context,
    visit,
    (tx) => (orBankAccount ? listPaymentMethods : listCards)(tx, shopperId),
    'read',
  );
  if (isId('pm', value) && known.some(({ id }) => id === value)) return { id: value };

  const test = testMethods.find(({ name }) => value === `test:${name}`);
  const { id: environmentId, kind } = visit.environment;
  if (!test || kind !== 'sandbox') return undefined;
  return chooseTestMethod(context.processorFor(kind), { environmentId, shopperId, name: test.name, known });
}
