import { addMs, dayMs, hourMs, minuteMs } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { askFreeAt } from './codes/asks.ts';

type Sender = 'phone_index' | 'address_hash';
type Senders = Record<Sender | 'device_hash', Buffer>;

type CountedRow = Record<Sender, Buffer> & { environment_id: string; created_at: Date };

/** How many codes may be sent in any such stretch of time. */
const limits: readonly { of: Sender; most: number; withinMs: number }[] = [
  { of: 'phone_index', most: 3, withinMs: 10 * minuteMs },
  { of: 'phone_index', most: 8, withinMs: dayMs },
  { of: 'address_hash', most: 10, withinMs: hourMs },
];
const perDevice = { most: 20, withinMs: hourMs };

/**
 * Refuses with `rate_limited` when this phone, address or device was sent as many codes as it may have. Those who ask for
 * the same phone, from the same address or on the same device wait here until the end of each other's transaction, so that
 * none is counted late.
 */
export async function checkSendLimits(tx: Tx, senders: Senders): Promise<void> {
  const locks = Object.values(senders)
    .map((hash) => hash.readBigInt64BE())
    .toSorted((a, b) => (a < b ? -1 : 1));
  for (const lock of locks) await tx.sql.raw('select pg_advisory_xact_lock(?)', [lock]);

  let freeAt = tx.wallNow;
  for (const { of, most, withinMs } of limits) {
    const counted = await tx
      .sql<CountedRow>('login_challenges')
      .where({ environment_id: tx.environment.id })
      .where(of, senders[of])
      .where('created_at', '>', addMs(tx.wallNow, -withinMs))
      .orderBy('created_at', 'desc')
      .offset(most - 1)
      .select('created_at')
      .first();
    const until = counted ? addMs(counted.created_at, withinMs) : freeAt;
    if (until > freeAt) freeAt = until;
  }
  const { device_hash } = senders;
  const deviceFreeAt = await askFreeAt(tx, { device_hash }, perDevice);
  if (deviceFreeAt && deviceFreeAt > freeAt) freeAt = deviceFreeAt;
  if (freeAt > tx.wallNow) {
    throw new GatewayError('rate_limited', {
      detail: 'Too many codes were asked for.',
      hint: 'Wait, then ask for one code and use the newest that arrived.',
      retryAfterSeconds: Math.ceil((freeAt.getTime() - tx.wallNow.getTime()) / 1000),
    });
  }
}
