import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { indexesOf, indexToStore } from './blind-index.ts';
import { normalizePhone } from './phone.ts';

/**
 * The shopper whose phone this is, by its blind index: no phone is opened. Undefined when nobody has it.
 *
 * @throws GatewayError `validation_failed` for what is no phone number.
 */
export async function findShopperByPhone(tx: Tx, phone: string): Promise<Id<'shp'> | undefined> {
  const row = await tx
    .sql<{ environment_id: string; id: Id<'shp'>; phone_index: Buffer }>('shoppers')
    .where({ environment_id: tx.environment.id })
    .whereIn('phone_index', indexesOf(tx, 'shoppers.phone', normalizePhone(phone)))
    .first('id');
  return row?.id;
}

/**
 * The hash by which a phone is listed: that of the shopper who has it, which stays as it is until this transaction ends, or
 * else the one that its shopper would get. `every` is all by which it may be listed already.
 *
 * @throws GatewayError `validation_failed` for what is no phone number, `unavailable` as `indexToStore`.
 */
export async function listedPhone(tx: Tx, plain: string): Promise<{ index: Buffer; every: Buffer[] }> {
  const phone = normalizePhone(plain);
  const { index } = await indexToStore(tx, 'shoppers.phone', phone);
  const every = indexesOf(tx, 'shoppers.phone', phone);
  const row = await tx
    .sql<{ environment_id: string; phone_index: Buffer }>('shoppers')
    .where({ environment_id: tx.environment.id })
    .whereIn('phone_index', every)
    .forShare()
    .first('phone_index');
  return { index: row?.phone_index ?? index, every };
}
