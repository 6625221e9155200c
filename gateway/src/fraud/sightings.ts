import { createHash } from 'node:crypto';
import { addMs, dateIn, dayMs, hourIn } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import type { DecisionKind } from './rules.ts';
import type { Visit } from './signals.ts';

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
  line: { limit: bigint; used: bigint; held: bigint };
  visit?: Visit | undefined;
};

/** What is stored of the shopper, and the rules in force, by their name. */
export type Stored = {
  phone: Buffer;
  card: Buffer | null;
  cardCountry: string | null;
  hasIdentity: boolean;
  isNewShopper: boolean;
  rules: { version: number; hash: string } | null;
};

type StoredRow = {
  phone_index: Buffer;
  fingerprint: Buffer | null;
  card_country: string | null;
  has_identity: boolean;
  is_new_shopper: boolean;
  version: number | null;
  rules_hash: string | null;
};

/**
 * Reads what is stored of the shopper. Decisions from one device wait here for the end of each other's transactions, so
 * that none is counted late; nothing else is waited for.
 */
export async function readStored(tx: Tx, screened: Screened): Promise<Stored> {
  const { rows } = await tx.sql.raw<{ rows: StoredRow[] }>(
    `select s.phone_index, c.fingerprint, c.card_country, r.version, r.rules_hash,
       exists (select from shopper_identities i
         where i.environment_id = s.environment_id and i.shopper_id = s.id) as has_identity,
       not exists (select from plans p where p.environment_id = s.environment_id and p.shopper_id = s.id
         and p.status not in ('pending', 'canceled')) as is_new_shopper,
       pg_advisory_xact_lock(:device::bigint)
     from shoppers s
     left join lateral (
       select m.fingerprint, m.card_country from payment_methods m
       where m.environment_id = s.environment_id and m.shopper_id = s.id and m.status = 'active'
       order by (m.id = :method) desc, m.id desc limit 1) c on true
     left join fraud_rule_sets r on r.environment_id = s.environment_id and r.status = 'active'
     where s.environment_id = :environment and s.id = :shopper`,
    {
      environment: tx.environment.id,
      shopper: screened.shopperId,
      method: screened.paymentMethodId ?? '',
      device: screened.visit ? screened.visit.device.readBigInt64BE() : null,
    },
  );
  const [row] = rows;
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such shopper.' });
  return {
    phone: row.phone_index,
    card: row.fingerprint,
    cardCountry: row.card_country,
    hasIdentity: row.has_identity,
    isNewShopper: row.is_new_shopper,
    rules:
      row.version === null || row.rules_hash === null ? null : { version: row.version, hash: row.rules_hash },
  };
}

/** The only identity documents that we verify are the mainland's. */
const identityCountry = 'CN';

export function sightingOf(tx: Tx, screened: Screened, stored: Stored): Sighting {
  const { merchant, visit, line, amount } = screened;
  const { limit, used, held } = line;
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
    amount,
    currency: screened.currency,
    hour: hourIn(merchant?.timeZone ?? tx.environment.timeZone, tx.now),
    isNewShopper: stored.isNewShopper,
    useBefore: percentOf(used + held, limit),
    useAfter: percentOf(used + held + amount, limit),
    seenAt: tx.now,
    seenByWallAt: tx.wallNow,
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

/** The columns of a sighting, as they are stored. */
export function columnsOf(tx: Tx, sighting: Sighting): Record<string, unknown> {
  return {
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
  };
}

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

/** Forgets what was seen 90 days ago or earlier, by the wall's clock; returns how much. */
export async function forgetSightings(tx: Tx): Promise<number> {
  return tx
    .sql('fraud_sightings')
    .where({ environment_id: tx.environment.id })
    .where('seen_by_wall_at', '<=', addMs(tx.wallNow, -keptDays * dayMs))
    .delete();
}
