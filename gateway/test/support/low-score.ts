import { findLine, setTerms } from '../../src/credit/lines.ts';
import { bought } from './advice.ts';
import type { Shop } from './shop.ts';
import type { Buyer } from './walk.ts';

/**
 * Makes a shopper's score too low: the one installment that fell due was paid late, which leaves 475 points and less. Of a
 * limit of 100.00, or of what is named, 60.00 is used. Returns the plan.
 */
export async function lowerScore(shop: Shop, buyer: Buyer, limit = 10_000n): Promise<string> {
  const { db } = shop.world;
  const planId = await bought(shop, buyer);
  await shop.advance(1);
  await db('installments').where({ plan_id: planId, number: 1 }).update({ due_date: '2026-02-23' });
  await shop.inTx(async (tx) => {
    const line = await findLine(tx, buyer.shopperId, shop.currency);
    if (!line) throw new Error('who has bought has a line');
    await setTerms(tx, line.id, { limit, annualRatePpm: line.annualRatePpm });
  });
  return planId;
}
