import { GatewayError } from '../lib/errors.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { EarlyTx, Tx } from '../lib/tx.ts';

/** A shop that sells for later payment, with what its orders are settled by. */
export type Merchant = {
  id: Id<'mer'>;
  name: string;
  category: string;
  country: string;
  timeZone: string;
  currency: string;
  status: 'active' | 'suspended';
  allowedOrigins: string[];
  /** The merchant fee: a rate in basis points of the capture, plus a fixed part in minor units for each capture. */
  feeBasisPoints: number;
  feeFixed: bigint;
  /** When a shopper pays the first part of pay_in_3 and pay_in_4: at checkout (not financed) or at capture. */
  firstPart: 'capture' | 'checkout';
  /** The processor's account that payouts go to. */
  payoutAccount: string;
  /** When that account was last changed, by business time; null for the one it began with. */
  payoutAccountChangedAt: Date | null;
  /** By business time. */
  createdAt: Date;
  /** What of a plan's interest the merchant pays for its shoppers: percent by plan code, where it pays any. */
  subsidies: Subsidies;
  /** Names the merchant in its shop's pages; not a secret. */
  publishableKey: string;
};

/** Whole percents, 0 to 100, by plan code. */
export type Subsidies = Readonly<Record<string, number>>;

export type MerchantRow = {
  environment_id: string;
  id: Id<'mer'>;
  name: string;
  category: string;
  country: string;
  time_zone: string;
  currency: string;
  status: Merchant['status'];
  allowed_origins: string[];
  fee_basis_points: number;
  fee_fixed: bigint;
  first_part: Merchant['firstPart'];
  payout_account: string;
  payout_account_changed_at: Date | null;
  subsidies: Subsidies;
  publishable_key: string;
  created_at: Date;
};

export function toMerchant(row: MerchantRow): Merchant {
  return {
    id: row.id,
    name: row.name,
    category: row.category,
    country: row.country,
    timeZone: row.time_zone,
    currency: row.currency,
    status: row.status,
    allowedOrigins: row.allowed_origins,
    feeBasisPoints: row.fee_basis_points,
    feeFixed: row.fee_fixed,
    firstPart: row.first_part,
    payoutAccount: row.payout_account,
    payoutAccountChangedAt: row.payout_account_changed_at,
    createdAt: row.created_at,
    subsidies: row.subsidies,
    publishableKey: row.publishable_key,
  };
}

/** Stores a new merchant and returns it. One that names no subsidies pays nobody's interest. */
export async function createMerchant(
  tx: Tx,
  input: Omit<
    Merchant,
    'id' | 'status' | 'publishableKey' | 'subsidies' | 'payoutAccountChangedAt' | 'createdAt'
  > & { subsidies?: Subsidies },
): Promise<Merchant> {
  const [row] = await tx
    .sql<MerchantRow>('merchants')
    .insert({
      environment_id: tx.environment.id,
      id: newId('mer'),
      name: input.name,
      category: input.category,
      country: input.country,
      time_zone: input.timeZone,
      currency: input.currency,
      status: 'active',
      allowed_origins: input.allowedOrigins,
      fee_basis_points: input.feeBasisPoints,
      fee_fixed: input.feeFixed,
      first_part: input.firstPart,
      payout_account: input.payoutAccount,
      subsidies: JSON.stringify(input.subsidies ?? {}) as never,
      created_at: tx.now,
    })
    .returning('*');
  if (!row) throw new Error('the merchant was not stored');
  return toMerchant(row);
}

/** The merchant with this id in the transaction's environment; `not_found` otherwise. */
export async function findMerchant(tx: EarlyTx, merchantId: string): Promise<Merchant> {
  const [row] = await tx.query<MerchantRow>('select * from merchants where environment_id = $1 and id = $2', [
    tx.environment.id,
    merchantId,
  ]);
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such merchant.' });
  return toMerchant(row);
}

/** In which environment a merchant is, for whoever knows only its id, as at the command line; undefined for none. */
export async function environmentOfMerchant(tx: Tx, merchantId: string): Promise<string | undefined> {
  const row = await tx
    .sql<MerchantRow>('merchants')
    .where({ id: merchantId as Id<'mer'> })
    .first('environment_id');
  return row?.environment_id;
}

/** Payouts go to another of the processor's accounts from now on. That it was changed is kept: see settlement/holds. */
export async function changePayoutAccount(
  tx: Tx,
  input: { merchantId: string; payoutAccount: string },
): Promise<Merchant> {
  const [row] = await tx
    .sql<MerchantRow>('merchants')
    .where({ environment_id: tx.environment.id, id: input.merchantId as Id<'mer'> })
    .update({ payout_account: input.payoutAccount, payout_account_changed_at: tx.now })
    .returning('*');
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such merchant.' });
  return toMerchant(row);
}

/** Keeps the merchant's row until the transaction ends, so that its settlements close one after the other. */
export async function lockMerchant(tx: Tx, merchantId: string): Promise<Merchant> {
  const row = await tx
    .sql<MerchantRow>('merchants')
    .where({ environment_id: tx.environment.id, id: merchantId as Id<'mer'> })
    .forNoKeyUpdate()
    .first();
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such merchant.' });
  return toMerchant(row);
}
