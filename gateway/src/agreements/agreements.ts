import { recordEvent } from '../events/record.ts';
import type { EventType } from '../events/types.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import { toJsonAmount } from '../lib/money.ts';
import type { EarlyTx, Tx } from '../lib/tx.ts';
import type { AgreedText } from '../shoppers/agreed-texts.ts';
import type { AgreementTerms } from './terms.ts';

export type AgreementStatus = 'pending' | 'active' | 'suspended' | 'ended';

/** When the card is charged: so many days after a capture. */
export type ChargeAfterDays = 0 | 14 | 30;

/**
 * A shopper's consent that one merchant authorizes orders without asking each time. The ceilings are minor units of
 * `currency`: for one order, for the orders of a business day and of a calendar month of the merchant.
 */
export type Agreement = {
  id: Id<'agr'>;
  merchantId: string;
  merchantReference: string;
  /** What it is for, in the merchant's words; the shopper reads it. */
  description: string;
  currency: string;
  orderCeiling: bigint;
  dayCeiling: bigint;
  monthCeiling: bigint;
  chargeAfterDays: ChargeAfterDays;
  returnUrl: string;
  status: AgreementStatus;
  shopperId: string | null;
  paymentMethodId: string | null;
  /** What the shopper read and agreed to, and its SHA-256. */
  terms: AgreementTerms | null;
  termsHash: string | null;
  /** The texts that were read, by their hashes. */
  agreedTexts: AgreedText[];
  version: number;
  createdAt: Date;
  /** Until then the shopper may agree, by the wall's clock. */
  expiresAt: Date;
  agreedAt: Date | null;
  endedAt: Date | null;
  endedBy: 'merchant' | 'shopper' | 'time' | null;
};

export type AgreementRow = {
  environment_id: string;
  id: Id<'agr'>;
  merchant_id: string;
  merchant_reference: string;
  description: string;
  currency: string;
  order_ceiling: bigint;
  day_ceiling: bigint;
  month_ceiling: bigint;
  charge_after_days: ChargeAfterDays;
  return_url: string;
  secret_hash: Buffer;
  status: AgreementStatus;
  shopper_id: string | null;
  payment_method_id: string | null;
  terms: AgreementTerms | null;
  terms_hash: string | null;
  agreed_texts: AgreedText[];
  version: number;
  created_at: Date;
  expires_at: Date;
  agreed_at: Date | null;
  ended_at: Date | null;
  ended_by: Agreement['endedBy'];
};

export function toAgreement(row: AgreementRow): Agreement {
  return {
    id: row.id,
    merchantId: row.merchant_id,
    merchantReference: row.merchant_reference,
    description: row.description,
    currency: row.currency,
    orderCeiling: row.order_ceiling,
    dayCeiling: row.day_ceiling,
    monthCeiling: row.month_ceiling,
    chargeAfterDays: row.charge_after_days,
    returnUrl: row.return_url,
    status: row.status,
    shopperId: row.shopper_id,
    paymentMethodId: row.payment_method_id,
    terms: row.terms,
    termsHash: row.terms_hash,
    agreedTexts: row.agreed_texts,
    version: row.version,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    agreedAt: row.agreed_at,
    endedAt: row.ended_at,
    endedBy: row.ended_by,
  };
}

/** Who asks for an agreement: a merchant or a shopper gets its own only. */
export type AgreementOf = { agreementId: string; merchantId?: string; shopperId?: string };

const findSql = `select * from agreements
  where environment_id = $1 and id = $2 and ($3::text is null or merchant_id = $3) and ($4::text is null or shopper_id = $4)`;
const lockSql = `${findSql} for update`;

async function readAgreement(tx: EarlyTx, sql: string, of: AgreementOf): Promise<Agreement> {
  const { agreementId, merchantId = null, shopperId = null } = of;
  const [row] = await tx.query<AgreementRow>(sql, [tx.environment.id, agreementId, merchantId, shopperId]);
  if (!row) throw agreementNotFound();
  return toAgreement(row);
}

/** The agreement with this id, of this merchant or shopper where one is given; `not_found` otherwise. */
export function findAgreement(tx: Tx, of: AgreementOf): Promise<Agreement> {
  return readAgreement(tx, findSql, of);
}

/**
 * The agreement locked until the transaction ends. Who also needs its shopper's credit line locks that before, and an
 * order of the agreement after it.
 */
export function lockAgreement(tx: EarlyTx, of: AgreementOf): Promise<Agreement> {
  return readAgreement(tx, lockSql, of);
}

/** A merchant's agreements in the order of their creation, after the cursor's id. */
export async function listAgreements(
  tx: Tx,
  input: {
    merchantId: string;
    merchantReference: string | undefined;
    after: string | undefined;
    limit: number;
  },
): Promise<Agreement[]> {
  const rows = await tx
    .sql<AgreementRow>('agreements')
    .where({ environment_id: tx.environment.id, merchant_id: input.merchantId })
    .modify((query) => {
      if (input.merchantReference) void query.where({ merchant_reference: input.merchantReference });
      if (input.after) void query.where('id', '>', input.after);
    })
    .orderBy('id')
    .limit(input.limit);
  return rows.map(toAgreement);
}

/** What a shopper ever agreed to, over all merchants, the newest first. */
export async function listAgreementsOf(tx: Tx, shopperId: string): Promise<Agreement[]> {
  const rows = await tx
    .sql<AgreementRow>('agreements')
    .where({ environment_id: tx.environment.id, shopper_id: shopperId })
    .whereNotNull('agreed_at')
    .orderBy('id', 'desc');
  return rows.map(toAgreement);
}

export async function updateAgreement(
  tx: Tx,
  agreement: Agreement,
  change: Partial<AgreementRow>,
): Promise<Agreement> {
  const [row] = await tx
    .sql<AgreementRow>('agreements')
    .where({ environment_id: tx.environment.id, id: agreement.id })
    .update({ ...change, version: agreement.version + 1 })
    .returning('*');
  if (!row) throw new Error(`agreement ${agreement.id} vanished`);
  return toAgreement(row);
}

/** Tells the merchant, and the shopper once there is one, what became of an agreement. */
export async function recordAgreementEvent(
  tx: Tx,
  type: Extract<EventType, `agreement.${string}`>,
  agreement: Agreement,
): Promise<void> {
  await recordEvent(tx, {
    // Who only looked at it and did not agree has nothing to do with it.
    streams:
      agreement.shopperId !== null && agreement.agreedAt !== null
        ? [agreement.merchantId, agreement.shopperId]
        : [agreement.merchantId],
    type,
    objectId: agreement.id,
    objectVersion: agreement.version,
    data: {
      status: agreement.status,
      merchant_reference: agreement.merchantReference,
      currency: agreement.currency,
      order_ceiling: toJsonAmount(agreement.orderCeiling),
      ended_by: agreement.endedBy,
    },
  });
}

export function agreementNotFound(): GatewayError {
  return new GatewayError('not_found', { detail: 'There is no such agreement.' });
}
