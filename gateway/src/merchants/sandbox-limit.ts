import { subscriberOf } from '../lib/address.ts';
import { addMs, hourMs } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import type { TxHost } from '../lib/tx.ts';

/**
 * Counts a sandbox that is opened from a network address, of which each subscriber may open so many in an hour of the
 * wall's clock. Those from one address wait for each other, so that none is counted late. Throws `rate_limited`.
 */
export async function countOpening(
  host: TxHost,
  input: { address: string; mostPerHour: number },
): Promise<void> {
  const now = host.clock.now();
  const hash = host.vault.blindIndex('sandbox_openings.address', subscriberOf(input.address));
  await host.db.transaction(async (sql) => {
    await sql.raw('select pg_advisory_xact_lock(?)', [hash.readBigInt64BE()]);
    await sql('sandbox_openings').where('opened_at', '<=', addMs(now, -hourMs)).del();
    const recent = await sql('sandbox_openings').where({ address_hash: hash }).select('opened_at');
    if (recent.length >= input.mostPerHour) {
      throw new GatewayError('rate_limited', {
        detail: `At most ${input.mostPerHour} sandboxes may be opened from one address in an hour.`,
        hint: 'Use a sandbox that you have; it can be used for 30 days.',
        retryAfterSeconds: 3600,
      });
    }
    await sql('sandbox_openings').insert({ address_hash: hash, opened_at: now });
  });
}
