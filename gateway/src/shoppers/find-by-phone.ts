import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { normalizePhone } from './phone.ts';
import { indexOf } from './sealing.ts';

/**
 * The shopper whose phone this is, by its blind index: no phone is opened. Undefined when nobody has it.
 *
 * @throws GatewayError `validation_failed` for what is no phone number.
 */
export async function findShopperByPhone(tx: Tx, phone: string): Promise<Id<'shp'> | undefined> {
  const row = await tx
    .sql<{ environment_id: string; id: Id<'shp'>; phone_index: Buffer }>('shoppers')
    .where({
      environment_id: tx.environment.id,
      phone_index: indexOf(tx, 'shoppers.phone', normalizePhone(phone)),
    })
    .first('id');
  return row?.id;
}
