import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { type Merchant, type MerchantRow, toMerchant } from './merchants.ts';

/**
 * Suspends a merchant, or lifts that. While it is suspended what it is owed is not sent (settlement/holds), and its shop's
 * pages say nothing of later payment; what it has captured stays owed to it.
 *
 * @throws GatewayError `not_found`; `state_conflict` when it is so already.
 */
export async function changeMerchantStatus(
  tx: Tx,
  { merchantId, status }: { merchantId: string; status: Merchant['status'] },
): Promise<Merchant> {
  const merchants = () =>
    tx
      .sql<MerchantRow>('merchants')
      .where({ environment_id: tx.environment.id, id: merchantId as Merchant['id'] });
  const [row] = await merchants().whereNot({ status }).update({ status }).returning('*');
  if (row) return toMerchant(row);
  if (await merchants().first('id'))
    throw new GatewayError('state_conflict', { detail: `The merchant is ${status} already.` });
  throw new GatewayError('not_found', { detail: 'There is no such merchant.' });
}
