import { GatewayError } from '../lib/errors.ts';
import { isId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { findShopperByPhone } from '../shoppers/find-by-phone.ts';

/** What a shopper was looked up by; a phone itself is never kept. */
export type FoundBy = 'shopper' | 'order' | 'plan' | 'phone';

/** The id of the shopper that somebody means by an id of theirs, of an order or of a plan, or by a whole phone number. */
export async function findShopperId(
  tx: Tx,
  asked: string,
): Promise<{ by: FoundBy; shopperId: string | undefined }> {
  if (isId('shp', asked)) return { by: 'shopper', shopperId: await ownerIn(tx, 'shoppers', 'id', asked) };
  if (isId('ord', asked)) return { by: 'order', shopperId: await ownerIn(tx, 'orders', 'shopper_id', asked) };
  if (isId('pln', asked)) return { by: 'plan', shopperId: await ownerIn(tx, 'plans', 'shopper_id', asked) };
  return { by: 'phone', shopperId: await byPhone(tx, asked) };
}

async function ownerIn(
  tx: Tx,
  table: 'shoppers' | 'orders' | 'plans',
  column: 'id' | 'shopper_id',
  id: string,
): Promise<string | undefined> {
  const row = await tx
    .sql<{ environment_id: string; id: string; shopper_id: string }>(table)
    .where({ environment_id: tx.environment.id, id })
    .first(column);
  return row?.[column];
}

/** What is no phone number is nobody's. */
async function byPhone(tx: Tx, phone: string): Promise<string | undefined> {
  try {
    return await findShopperByPhone(tx, phone);
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'validation_failed') return undefined;
    throw error;
  }
}
