import { addMs, dayMs } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import { changeEndpoint, type Endpoint, lockEndpoint, toEndpoint } from './endpoints.ts';
import { newSecret, openSecrets, sealSecret } from './secrets.ts';

/** Design, api.md section 4: both secrets sign for so long, so that a receiver can change over without a gap. */
const overlapMs = dayMs;

/**
 * Gives an endpoint a new secret, told here and never again. The one before signs as well for a day by the wall's clock;
 * one that was on its way out already ends at once, so at most two are good.
 * @throws GatewayError `not_found`
 */
export async function rotateSecret(
  tx: Tx,
  input: { merchantId: string; endpointId: string },
): Promise<{ endpoint: Endpoint; secret: string }> {
  const row = await lockEndpoint(tx, input);
  const [old = ''] = openSecrets(tx, row);
  const secret = newSecret();
  const changed = await changeEndpoint(tx, row, {
    secret_sealed: sealSecret(tx, row.id, secret),
    previous_secret_sealed: sealSecret(tx, row.id, old, 'previous_secret_sealed'),
    previous_secret_until: addMs(tx.wallNow, overlapMs),
  });
  return { endpoint: toEndpoint(tx, changed), secret };
}
