import { listMerchantAccounts, type MerchantAccount } from '../banking/merchant-accounts.ts';
import { addMs, dateIn, dayMs } from '../lib/dates.ts';
import { isId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { type Key, listKeys } from '../merchants/keys.ts';
import { findMerchant, type Merchant } from '../merchants/merchants.ts';
import { listOrders, type Order } from '../orders/orders.ts';
import { listPayouts, type Payout } from '../settlement/payouts.ts';
import { readRefundShare, type RefundShare } from '../settlement/refund-share.ts';
import { listSettlements, type Settlement } from '../settlement/settlements.ts';
import { type SettlementTerms, termsOn } from '../settlement/terms.ts';
import { listLinks, type ShopperLink } from '../shoppers/links/links.ts';

/** Days that the rates of a merchant are reckoned over. */
export const rateDays = 90;

/**
 * How a merchant's captured orders of the last days ended. A dispute counts with the order's own date, so a young period
 * looks better than it will. Amounts are minor units of one currency.
 */
export type MerchantRates = {
  currency: string;
  /** Orders of which anything was captured, and of them those with a dispute and with a refund. */
  orders: number;
  disputed: number;
  refundedOrders: number;
  captured: bigint;
  refunded: bigint;
};

/** Everything that operators see of one merchant. Nothing in it was ever sealed. */
export type MerchantDossier = {
  merchant: Merchant;
  terms: SettlementTerms;
  rates: MerchantRates[];
  /** By which payouts are held, in the merchant's currency. */
  refundShare: RefundShare;
  orders: Order[];
  settlements: Settlement[];
  payouts: Payout[];
  accounts: MerchantAccount[];
  keys: Key[];
  /** Shoppers who have something in common with the merchant. */
  links: ShopperLink[];
};

const mostListed = 20;

/** Reads a merchant of the environment; `not_found` when there is none. */
export async function readMerchantDossier(tx: Tx, merchantId: string): Promise<MerchantDossier> {
  const merchant = await findMerchant(tx, merchantId);
  const newest = { merchantId, newestFirst: true, after: undefined, limit: mostListed };
  return {
    merchant,
    terms: await termsOn(tx, {
      merchant,
      currency: merchant.currency,
      date: dateIn(merchant.timeZone, tx.now),
    }),
    rates: await readRates(tx, merchantId),
    refundShare: await readRefundShare(tx, { merchant, currency: merchant.currency }),
    orders: await listOrders(tx, { ...newest, merchantReference: undefined }),
    settlements: await listSettlements(tx, newest),
    payouts: await listPayouts(tx, newest),
    accounts: await listMerchantAccounts(tx, merchantId),
    keys: await listKeys(tx, { merchantId, limit: mostListed }),
    links: await listLinks(tx, { merchantId: merchant.id }),
  };
}

/** Disputes and refunds among what was sold in the last days, by currency. */
async function readRates(tx: Tx, merchantId: string): Promise<MerchantRates[]> {
  const { rows } = await tx.sql.raw<{ rows: RateRow[] }>(
    `select currency, count(*)::int as orders, count(*) filter (where refunded_amount > 0)::int as refunded_orders,
       count(*) filter (where exists (select from disputes d
         where d.environment_id = o.environment_id and d.order_id = o.id))::int as disputed,
       sum(captured_amount)::bigint as captured, sum(refunded_amount)::bigint as refunded
     from orders o
     where environment_id = :environment and merchant_id = :merchant and captured_amount > 0 and created_at > :since
     group by currency order by currency`,
    { environment: tx.environment.id, merchant: merchantId, since: addMs(tx.now, -rateDays * dayMs) },
  );
  return rows.map((row) => ({
    currency: row.currency,
    orders: row.orders,
    disputed: row.disputed,
    refundedOrders: row.refunded_orders,
    captured: row.captured,
    refunded: row.refunded,
  }));
}

type RateRow = {
  currency: string;
  orders: number;
  disputed: number;
  refunded_orders: number;
  captured: bigint;
  refunded: bigint;
};

/** A merchant in a list of them. */
export type ListedMerchant = Pick<Merchant, 'id' | 'name' | 'status' | 'country' | 'createdAt'>;

/** Merchants of the environment, the newest first, those whose name has this text in it or whose id it is. */
export async function listMerchants(
  tx: Tx,
  input: { find: string; before?: string; limit: number },
): Promise<ListedMerchant[]> {
  const { find, before } = input;
  const rows = await tx
    .sql('merchants')
    .where({ environment_id: tx.environment.id })
    .modify((query) => {
      if (isId('mer', find)) void query.where({ id: find });
      else if (find !== '') void query.whereRaw('position(lower(?) in lower(name)) > 0', [find]);
      if (isId('mer', before)) void query.where('id', '<', before);
    })
    .orderBy('id', 'desc')
    .limit(input.limit)
    .select<(Omit<ListedMerchant, 'createdAt'> & { created_at: Date })[]>(
      'id',
      'name',
      'status',
      'country',
      'created_at',
    );
  return rows.map(({ created_at: createdAt, ...row }) => ({ ...row, createdAt }));
}
