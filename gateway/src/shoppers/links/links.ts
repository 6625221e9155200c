import { countUpTo } from '../../lib/count-up-to.ts';
import { GatewayError } from '../../lib/errors.ts';
import { type Id, newId } from '../../lib/ids.ts';
import type { Tx } from '../../lib/tx.ts';

/** What links a shopper with a merchant: one of its owners is this person, an account is both's, a browser was used by both. */
export const linkKinds = ['identity', 'bank_account', 'device'] as const;
export type LinkKind = (typeof linkKinds)[number];

/** Times are the wall's. */
export type ShopperLink = {
  id: Id<'lnk'>;
  shopperId: Id<'shp'>;
  merchantId: Id<'mer'>;
  kind: LinkKind;
  firstSeenAt: Date;
  /** When the older half of the evidence was seen last. */
  seenAt: Date;
  /** How often the shopper had bought from the merchant when the link was made, counted up to `mostPastOrders`. */
  pastOrders: number;
  acknowledgedAt: Date | null;
  acknowledgedBy: string | null;
};

type LinkRow = {
  environment_id: string;
  id: Id<'lnk'>;
  shopper_id: Id<'shp'>;
  merchant_id: Id<'mer'>;
  kind: LinkKind;
  first_seen_at: Date;
  seen_at: Date;
  past_orders: number;
  acknowledged_at: Date | null;
  acknowledged_by: string | null;
};

/** More past orders than this are told as so many. */
export const mostPastOrders = 1000;

export function linksOf(tx: Tx) {
  return tx.sql<LinkRow>('shopper_links').where({ environment_id: tx.environment.id });
}

function toLink(row: LinkRow): ShopperLink {
  return {
    id: row.id,
    shopperId: row.shopper_id,
    merchantId: row.merchant_id,
    kind: row.kind,
    firstSeenAt: row.first_seen_at,
    seenAt: row.seen_at,
    pastOrders: row.past_orders,
    acknowledgedAt: row.acknowledged_at,
    acknowledgedBy: row.acknowledged_by,
  };
}

/** The shopper is held until the transaction ends: who is being erased gets no link, and who gets one is erased after it. */
const keepSql = `insert into shopper_links
    (environment_id, id, shopper_id, merchant_id, kind, first_seen_at, seen_at, past_orders)
  select s.environment_id, :id, s.id, :merchant, :kind, :now, :seen,
    (select count(*) from (select from plans p
      where p.environment_id = s.environment_id and p.shopper_id = s.id and p.merchant_id = :merchant
        and p.order_id is not null and p.status <> 'canceled' limit ${mostPastOrders}) o)
  from shoppers s
  where s.environment_id = :environment and s.id = :shopper and s.erased_at is null
  for key share of s
  on conflict (environment_id, shopper_id, merchant_id, kind)
    do update set seen_at = greatest(shopper_links.seen_at, excluded.seen_at)`;

/** Links a shopper with a merchant, once for each kind; `seenAt` is when the older half of the evidence was seen last. */
export async function keepLink(
  tx: Tx,
  link: { shopperId: string; merchantId: string; kind: LinkKind; seenAt: Date },
): Promise<void> {
  await tx.sql.raw(keepSql, {
    environment: tx.environment.id,
    id: newId('lnk'),
    shopper: link.shopperId,
    merchant: link.merchantId,
    kind: link.kind,
    now: tx.wallNow,
    seen: link.seenAt,
  });
}

const mostListed = 100;

/** The links of one shopper or of one merchant, the newest first. */
export async function listLinks(
  tx: Tx,
  of: { shopperId: Id<'shp'> } | { merchantId: Id<'mer'> },
): Promise<ShopperLink[]> {
  const where = 'shopperId' in of ? { shopper_id: of.shopperId } : { merchant_id: of.merchantId };
  const rows = await linksOf(tx).where(where).orderBy('id', 'desc').limit(mostListed);
  return rows.map(toLink);
}

/** Links that were made with somebody who had bought there before, and that nobody has seen to. */
function openLinksOf(tx: Tx) {
  return linksOf(tx).where('past_orders', '>', 0).whereNull('acknowledged_at');
}

/** Past self-purchases that nobody has seen to, the newest first. */
export async function listOpenLinks(tx: Tx, limit: number): Promise<ShopperLink[]> {
  return (await openLinksOf(tx).orderBy('id', 'desc').limit(limit)).map(toLink);
}

/** How many past self-purchases nobody has seen to, counted up to `most + 1`. */
export function countOpenLinks(tx: Tx, most: number): Promise<number> {
  return countUpTo(tx, openLinksOf(tx), most);
}

/**
 * Somebody has seen to what the shopper bought there; who did so first stays. The link goes on to hold.
 *
 * @throws GatewayError `not_found`.
 */
export async function acknowledgeLink(
  tx: Tx,
  { linkId, acknowledgedBy }: { linkId: string; acknowledgedBy: string },
): Promise<ShopperLink> {
  const id = linkId as Id<'lnk'>;
  await linksOf(tx)
    .where({ id })
    .whereNull('acknowledged_at')
    .update({ acknowledged_at: tx.wallNow, acknowledged_by: acknowledgedBy });
  const row = await linksOf(tx).where({ id }).first();
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such link.' });
  return toLink(row);
}
