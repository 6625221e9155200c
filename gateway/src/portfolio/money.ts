import { account } from '../ledger/accounts.ts';
import { balancesOf } from '../ledger/balances.ts';
import type { Tx } from '../lib/tx.ts';

/** What a merchant owes us, or what we hold back of what it is owed; minor units, positive. */
export type MerchantBalance = { merchantId: string; name: string; currency: string; amount: bigint };

/** A payout whose money is not at the merchant's bank yet. */
export type OpenPayout = {
  payoutId: string;
  merchantId: string;
  currency: string;
  amount: bigint;
  status: string;
  createdAt: Date;
};

/**
 * Merchants whose account has a debit balance, which is a debt to us, and those of whose money something is held in reserve;
 * by the ledger, now, the most first.
 */
export async function readMerchantBalances(
  tx: Tx,
): Promise<{ debtors: MerchantBalance[]; reserves: MerchantBalance[] }> {
  const merchants = await tx
    .sql('merchants')
    .where({ environment_id: tx.environment.id })
    .orderBy('id')
    .select<{ id: string; name: string }[]>('id', 'name');
  const names = new Map(merchants.map(({ id, name }) => [id, name]));
  const balances = await balancesOf(
    tx,
    merchants.flatMap(({ id }) => [account('merchant', id), account('reserve', id)]),
  );
  const of = (code: 'merchant' | 'reserve', sign: bigint): MerchantBalance[] =>
    balances
      .flatMap(({ account: name, currency, posted }) => {
        const [owned, merchantId = ''] = name.split(':');
        const amount = sign * posted;
        return owned === code && amount > 0n
          ? [{ merchantId, name: names.get(merchantId) ?? merchantId, currency, amount }]
          : [];
      })
      .toSorted(byAmount);
  return { debtors: of('merchant', -1n), reserves: of('reserve', 1n) };
}

function byAmount(a: MerchantBalance, b: MerchantBalance): number {
  return a.amount === b.amount ? 0 : a.amount < b.amount ? 1 : -1;
}

/** Payouts that are not paid, failed or returned, the oldest first. */
export async function readOpenPayouts(tx: Tx, { limit }: { limit: number }): Promise<OpenPayout[]> {
  const { rows } = await tx.sql.raw<{ rows: OpenPayout[] }>(
    `select id as "payoutId", merchant_id as "merchantId", currency, amount, status, created_at as "createdAt"
     from payouts
     where environment_id = ? and status not in ('paid', 'failed', 'returned')
     order by id
     limit ?`,
    [tx.environment.id, limit],
  );
  return rows;
}
