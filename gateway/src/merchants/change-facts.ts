import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { type Merchant, type MerchantRow, toMerchant } from './merchants.ts';

/**
 * What a merchant is called, what it sells and where shoppers may be led back to, from now on; what was agreed before
 * stays as it was.
 *
 * @throws GatewayError `not_found`
 */
export async function changeMerchantFacts(
  tx: Tx,
  input: Pick<Merchant, 'id' | 'name' | 'category' | 'allowedOrigins'>,
): Promise<Merchant> {
  const { id, name, category, allowedOrigins } = input;
  const [row] = await tx
    .sql<MerchantRow>('merchants')
    .where({ environment_id: tx.environment.id, id })
    .update({ name, category, allowed_origins: allowedOrigins })
    .returning('*');
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such merchant.' });
  return toMerchant(row);
}
