import { addMs, dayMs } from '../../lib/dates.ts';
import { deleteSome } from '../../lib/delete-some.ts';
import type { Tx } from '../../lib/tx.ts';
import { indexOf } from '../sealing.ts';
import { lockHashes } from './evidence.ts';
import { keepLink } from './links.ts';

/** So long after it was seen last a browser links nobody any more, by the wall's clock; as long as sightings are kept. */
const keptDays = 90;

/** A browser in which many sign in, such as a shop's own tablet, links the latest of them at a time. */
const mostLinked = 100;

type Side = { table: 'merchant_devices' | 'shopper_devices'; column: 'merchant_id' | 'shopper_id' };

const merchantSide: Side = { table: 'merchant_devices', column: 'merchant_id' };
const shopperSide: Side = { table: 'shopper_devices', column: 'shopper_id' };

/**
 * Somebody of a merchant's dashboard has signed in in this browser: links the merchant with the shoppers who did. `browser` is
 * the random value of the browser's cookie, of which a keyed hash is kept. A purchase needs a signed-in shopper, so that no
 * browser in which somebody buys is missed.
 */
export async function noteMerchantDevice(
  tx: Tx,
  { merchantId, browser }: { merchantId: string; browser: string },
): Promise<void> {
  for (const { owner, seenAt } of await note(tx, browser, merchantSide, merchantId, shopperSide))
    await keepLink(tx, { kind: 'device', shopperId: owner, merchantId, seenAt });
}

/** A shopper has signed in in this browser: links them with the merchants of whose dashboard somebody did. */
export async function noteShopperDevice(
  tx: Tx,
  { shopperId, browser }: { shopperId: string; browser: string },
): Promise<void> {
  for (const { owner, seenAt } of await note(tx, browser, shopperSide, shopperId, merchantSide))
    await keepLink(tx, { kind: 'device', shopperId, merchantId: owner, seenAt });
}

/** Notes one side; returns who was seen on the other one. Two who sign in at one moment come one after the other. */
async function note(
  tx: Tx,
  browser: string,
  { table, column }: Side,
  id: string,
  other: Side,
): Promise<{ owner: string; seenAt: Date }[]> {
  const device = indexOf(tx, 'shopper_links.device', browser);
  await lockHashes(tx, [device]);
  const own = { environment_id: tx.environment.id, device };
  await tx
    .sql(table)
    .insert({ ...own, [column]: id, seen_at: tx.wallNow })
    .onConflict(['environment_id', 'device', column])
    .merge({ seen_at: tx.wallNow });
  return tx
    .sql(other.table)
    .where(own)
    .where('seen_at', '>', oldest(tx))
    .orderBy('seen_at', 'desc')
    .limit(mostLinked)
    .select<{ owner: string; seenAt: Date }[]>({ owner: other.column, seenAt: 'seen_at' });
}

function oldest({ wallNow }: Pick<Tx, 'wallNow'>): Date {
  return addMs(wallNow, -keptDays * dayMs);
}

/** Forgets browsers that were seen 90 days ago or earlier, and the links that rest on them; returns how much. */
export async function forgetDevices(tx: Tx): Promise<number> {
  const until = oldest(tx);
  const merchants = await deleteSome(tx, merchantSide.table, (query) => query.where('seen_at', '<=', until));
  const shoppers = await deleteSome(tx, shopperSide.table, (query) => query.where('seen_at', '<=', until));
  const links = await deleteSome(tx, 'shopper_links', (query) =>
    query.where({ kind: 'device' }).where('seen_at', '<=', until),
  );
  return merchants + shoppers + links;
}
