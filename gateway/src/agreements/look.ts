import { readStoredOfAgreement, type Stored } from '../fraud/stored.ts';
import type { EarlyTx } from '../lib/tx.ts';
import { findMerchant, type Merchant } from '../merchants/merchants.ts';
import { agreementNotFound, type AgreementRow } from './agreements.ts';

/** What an order by an agreement begins with. What is known of the agreement can change until it is locked. */
export type AgreementFacts = {
  agreement: LookedAt;
  /** Whether the shopper has a credit line that can be locked. */
  hasLine: boolean;
  merchant: Merchant;
  /** What the rules against fraud know of the shopper; fails where nobody has agreed. */
  stored: Promise<Stored>;
};

type LookedAt = {
  id: string;
  shopperId: string | null;
  currency: string;
  chargeAfterDays: AgreementRow['charge_after_days'];
  status: AgreementRow['status'];
  agreedAt: Date | null;
  endedBy: AgreementRow['ended_by'];
};

type Row = Pick<
  AgreementRow,
  'id' | 'shopper_id' | 'currency' | 'charge_after_days' | 'status' | 'agreed_at' | 'ended_by'
> & { has_line: boolean };

const lookSql = `select id, shopper_id, currency, charge_after_days, status, agreed_at, ended_by,
    exists (select from credit_lines l where l.environment_id = a.environment_id
      and l.shopper_id = a.shopper_id and l.currency = a.currency) as has_line
  from agreements a where environment_id = $1 and id = $2 and merchant_id = $3`;

/** Looks at a merchant's agreement in one round trip. Throws `not_found`. */
export async function lookAtAgreement(
  tx: EarlyTx,
  { agreementId, merchantId }: { agreementId: string; merchantId: string },
): Promise<AgreementFacts> {
  const found = tx.query<Row>(lookSql, [tx.environment.id, agreementId, merchantId]);
  const stored = readStoredOfAgreement(tx, agreementId);
  stored.catch(() => undefined);
  const [[row], merchant] = await Promise.all([found, findMerchant(tx, merchantId)]);
  if (!row) throw agreementNotFound();
  const agreement = {
    id: row.id,
    shopperId: row.shopper_id,
    currency: row.currency,
    chargeAfterDays: row.charge_after_days,
    status: row.status,
    agreedAt: row.agreed_at,
    endedBy: row.ended_by,
  };
  return { agreement, hasLine: row.has_line, merchant, stored };
}
