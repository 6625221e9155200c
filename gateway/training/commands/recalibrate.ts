import { operate } from '../../../scripts/operate.ts';
import type { Context } from '../../src/context.ts';
import { transact, type TxOptions } from '../../src/lib/tx.ts';
import { fewestBad } from '../../src/pay-score/fit-binding.ts';
import { listBookCurrencies, recalibrate } from '../../src/pay-score/recalibrate.ts';
import { printRows } from './print.ts';

/** Fits the tables to the book of one environment, each currency on its own, and says what came of it. */
export async function recalibrateBook({ environment }: { environment: string }): Promise<void> {
  await operate((context) => recalibrateIn(context, environment));
}

async function recalibrateIn(context: Context, environmentId: string): Promise<void> {
  const options: TxOptions = { environmentId, actor: { kind: 'system', id: 'recalibrate' } };
  const currencies = await transact(context, options, listBookCurrencies);
  if (currencies.length === 0) console.log('there are no closed months yet');
  for (const currency of currencies) {
    const made = await transact(context, options, (tx) => recalibrate(tx, { currency }));
    const { a, b, k } = made.binding;
    console.log(
      made.outcome === 'fitted'
        ? `${currency}: fitted, in force from now on`
        : `${currency}: kept; it takes ${fewestBad} bad outcomes whose order the tables follow`,
    );
    printRows([
      ['months of shoppers', String(made.observations)],
      ['of them bad', String(made.bad)],
      ['a', a.toFixed(4)],
      ['b', b.toFixed(4)],
      ['k', String(k)],
    ]);
  }
}
