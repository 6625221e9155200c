import type { Tx } from '../lib/tx.ts';
import { type Characteristics, readCharacteristics } from './characteristics.ts';
import { type Score, scoreOf } from './score.ts';

/**
 * The score that a shopper has at this moment in one currency, with its reasons and the facts behind them: what a
 * decision would begin with. Nothing is stored, because nothing is decided.
 */
export async function scoreNow(
  tx: Tx,
  input: { shopperId: string; currency: string },
): Promise<Score & { facts: Characteristics }> {
  const facts = await readCharacteristics(tx, input);
  return { ...scoreOf(facts), facts };
}
