import { createHash } from 'node:crypto';
import { addMs, dateIn, dayMs, hourIn } from '../lib/dates.ts';
import { deleteSome } from '../lib/delete-some.ts';
import { insertInto } from '../lib/insert-sql.ts';
import type { Tx } from '../lib/tx.ts';
import type { DecisionKind } from './rule-parts.ts';
import type { Visit } from './signals.ts';
import type { Stored } from './stored.ts';

/** So long is what a decision saw kept, by the wall's clock. */
export const keptDays = 90;

/** What one decision saw of who asked. Hashes cannot be read back; null is what it was not told. */
export type Sighting = {
  /** Its place among all that was seen; null before it is kept. */
  number: bigint | null;
  /** What was decided about. */
  purchase: string;
  kind: DecisionKind;
  shopperId: string;
  merchantId: string | null;
  device: Buffer | null;
  address: Buffer | null;
  phone: Buffer;
  card: Buffer | null;
  country: string | null;
  cardCountry: string | null;
  market: string | null;
  home: string | null;
  amount: bigint;
  currency: string;
  hour: number;
  isNewShopper: boolean;
  /** Percent of the credit line in use, without and with this purchase; null for a line of 0. */
  useBefore: number | null;
  useAfter: number | null;
  seenAt: Date;
  seenByWallAt: Date;
};

/** What is to be decided about, as far as the caller knows it. */
export type Screened = {
  kind: DecisionKind;
  /** Names what is decided about: the same one seen twice counts once. */
  purchase: string;
  shopperId: string;
  merchant: { id: string; country: string; timeZone: string } | null;
  /** The card that would be charged, where it is chosen already. */
  paymentMethodId?: string | undefined;
  amount: bigint;
  currency: string;
  line: LineInUse;
  visit?: Visit | undefined;
};

/** What of a shopper's line is in use, in minor units. */
export type LineInUse = { limit: bigint; used: bigint; held: bigint };

/** The only identity documents that we verify are the mainland's. */
const identityCountry = 'CN';

/** What a decision sees of who asks, before it knows the line. */
export type Seen = Omit<Sighting, 'useBefore' | 'useAfter'>;

export function seenOf(tx: Tx, screened: Omit<Screened, 'line'>, stored: Stored): Seen {
  const { merchant, visit } = screened;
  return {
    number: null,
    purchase: screened.purchase,
    kind: screened.kind,
    shopperId: screened.shopperId,
    merchantId: merchant?.id ?? null,
    device: visit?.device ?? null,
    address: visit?.address ?? null,
    phone: stored.phone,
    card: stored.card,
    country: visit?.country ?? null,
    cardCountry: stored.cardCountry,
    market: merchant?.country ?? null,
    home: stored.hasIdentity ? identityCountry : null,
    amount: screened.amount,
    currency: screened.currency,
    hour: hourIn(merchant?.timeZone ?? tx.environment.timeZone, tx.now),
    isNewShopper: stored.isNewShopper,
    seenAt: tx.now,
    seenByWallAt: tx.wallNow,
  };
}

/** The whole of what was seen: with how much of the line is in use, without and with the purchase. */
export function sightingOf(seen: Seen, { limit, used, held }: LineInUse): Sighting {
  return {
    ...seen,
    useBefore: percentOf(used + held, limit),
    useAfter: percentOf(used + held + seen.amount, limit),
  };
}

const mostPercent = 1_000_000n;

function percentOf(part: bigint, whole: bigint): number | null {
  if (whole <= 0n) return null;
  const percent = (part * 100n) / whole;
  return Number(percent > mostPercent ? mostPercent : percent);
}

/** The same for what a page that is loaded again sees, so that it is kept once. */
function traceOf({ device, address, card, country }: Sighting): Buffer {
  const parts = [device, address, card].map((hash) => hash?.toString('hex') ?? '-');
  return createHash('sha256')
    .update([...parts, country ?? '-'].join('\n'))
    .digest();
}

/** Keeps what was seen; what was seen of this purchase before is kept already. */
export function keepSighting(tx: Tx, sighting: Sighting): void {
  tx.later(
    insertSighting([
      {
        environment_id: tx.environment.id,
        purchase: sighting.purchase,
        trace: traceOf(sighting),
        kind: sighting.kind,
        shopper_id: sighting.shopperId,
        merchant_id: sighting.merchantId,
        device: sighting.device,
        address: sighting.address,
        phone: sighting.phone,
        card: sighting.card,
        country: sighting.country,
        card_country: sighting.cardCountry,
        market: sighting.market,
        home: sighting.home,
        amount: sighting.amount,
        currency: sighting.currency,
        hour: sighting.hour,
        is_new_shopper: sighting.isNewShopper,
        use_before: sighting.useBefore,
        use_after: sighting.useAfter,
        seen_at: sighting.seenAt,
        seen_by_wall_at: sighting.seenByWallAt,
      },
    ]),
  );
}

const insertSighting = insertInto(
  'fraud_sightings',
  [
    'environment_id',
    'purchase',
    'trace',
    'kind',
    'shopper_id',
    'merchant_id',
    'device',
    'address',
    'phone',
    'card',
    'country',
    'card_country',
    'market',
    'home',
    'amount',
    'currency',
    'hour',
    'is_new_shopper',
    'use_before',
    'use_after',
    'seen_at',
    'seen_by_wall_at',
  ],
  { ending: 'on conflict (environment_id, purchase, trace) do nothing' },
);

export type SightingRow = {
  environment_id: string;
  number: string | bigint;
  purchase: string;
  kind: DecisionKind;
  shopper_id: string;
  merchant_id: string | null;
  device: Buffer | null;
  address: Buffer | null;
  phone: Buffer;
  card: Buffer | null;
  country: string | null;
  card_country: string | null;
  market: string | null;
  home: string | null;
  amount: bigint;
  currency: string;
  hour: number;
  is_new_shopper: boolean;
  use_before: number | null;
  use_after: number | null;
  seen_at: Date;
  seen_by_wall_at: Date;
};

export function toSighting(row: SightingRow): Sighting {
  return {
    number: BigInt(row.number),
    purchase: row.purchase,
    kind: row.kind,
    shopperId: row.shopper_id,
    merchantId: row.merchant_id,
    device: row.device,
    address: row.address,
    phone: row.phone,
    card: row.card,
    country: row.country,
    cardCountry: row.card_country,
    market: row.market,
    home: row.home,
    amount: row.amount,
    currency: row.currency,
    hour: row.hour,
    isNewShopper: row.is_new_shopper,
    useBefore: row.use_before,
    useAfter: row.use_after,
    seenAt: row.seen_at,
    seenByWallAt: row.seen_by_wall_at,
  };
}

/** The business date of an instant, by which what happened is counted. */
export function businessDateOf(tx: Tx, instant: Date): string {
  return dateIn(tx.environment.timeZone, instant);
}

/** Forgets what was seen of one shopper, however lately. */
export async function forgetSightingsOf(tx: Tx, shopperId: string): Promise<void> {
  await tx
    .sql('fraud_sightings')
    .where({ environment_id: tx.environment.id, shopper_id: shopperId })
    .delete();
}

/** Forgets what was seen 90 days ago or earlier, by the wall's clock, a batch of it; returns how much. */
export async function forgetSightings(tx: Tx): Promise<number> {
  const oldest = addMs(tx.wallNow, -keptDays * dayMs);
  return deleteSome(tx, 'fraud_sightings', (query) => query.where('seen_by_wall_at', '<=', oldest));
}
