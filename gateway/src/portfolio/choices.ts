import type { Tx } from '../lib/tx.ts';

/** What the book may be narrowed to: what there is of it in this environment. */
export type BookChoices = { currencies: string[]; funders: { id: string; name: string }[] };

/** The currencies of all plans, that with the most plans first, and all funders in the order in which they are asked. */
export async function readBookChoices(tx: Tx): Promise<BookChoices> {
  const environment_id = tx.environment.id;
  const currencies = await tx
    .sql('plans')
    .where({ environment_id })
    .groupBy('currency')
    .orderByRaw('count(*) desc, currency')
    .select<{ currency: string }[]>('currency');
  const funders = await tx
    .sql('funders')
    .where({ environment_id })
    .orderBy(['priority', 'id'])
    .select<{ id: string; name: string }[]>('id', 'name');
  return { currencies: currencies.map(({ currency }) => currency), funders };
}
