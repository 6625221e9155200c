import { randomBytes } from 'node:crypto';
import { hashSecret } from '../checkout/sessions.ts';
import { addMs, dayMs } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { findMerchant } from '../merchants/merchants.ts';
import { agreedOffer, agreedTerms } from './agreed-offer.ts';
import { type Agreement, type AgreementRow, toAgreement } from './agreements.ts';
import { shopperDayCeilingOf } from './ceilings.ts';
import { expireAgreements } from './end.ts';

/** A shopper has this long to agree; wall time, because a person has to open the address. */
const pendingLifeMs = dayMs;

export type NewAgreement = Pick<
  Agreement,
  | 'merchantId'
  | 'merchantReference'
  | 'description'
  | 'currency'
  | 'orderCeiling'
  | 'dayCeiling'
  | 'monthCeiling'
  | 'chargeAfterDays'
  | 'returnUrl'
>;

/**
 * Opens an agreement that nobody has agreed to yet. Returns it with the secret of its hosted page, which is kept only as
 * a hash. Errors: `validation_failed` (ceilings that do not ascend, or are above what any shopper may have in a day),
 * `merchant_reference_in_use` while another agreement of this reference is not ended.
 */
export async function openAgreement(
  tx: Tx,
  input: NewAgreement,
): Promise<{ agreement: Agreement; secret: string }> {
  requireAscending(input);
  await requirePayable(tx, input);
  // One that nobody agreed to in time may be opened again at once, before the sweep has come by.
  await expireAgreements(tx, input);
  const secret = randomBytes(16).toString('base64url');
  const [row] = await tx
    .sql<AgreementRow>('agreements')
    .insert({
      environment_id: tx.environment.id,
      id: newId('agr'),
      merchant_id: input.merchantId,
      merchant_reference: input.merchantReference,
      description: input.description,
      currency: input.currency,
      order_ceiling: input.orderCeiling,
      day_ceiling: input.dayCeiling,
      month_ceiling: input.monthCeiling,
      charge_after_days: input.chargeAfterDays,
      return_url: input.returnUrl,
      secret_hash: hashSecret(secret),
      status: 'pending',
      created_at: tx.now,
      expires_at: addMs(tx.wallNow, pendingLifeMs),
    })
    .onConflict(
      tx.sql.raw("(environment_id, merchant_id, merchant_reference) where status <> 'ended'") as never,
    )
    .ignore()
    .returning('*');
  if (!row) {
    throw new GatewayError('merchant_reference_in_use', {
      detail: `An agreement ${input.merchantReference} is still open.`,
      hint: 'Use that agreement, or end it first.',
      errors: [{ pointer: '/merchant_reference', code: 'in_use' }],
    });
  }
  return { agreement: toAgreement(row), secret };
}

/** What the merchant sells must be payable after some days at all, up to the ceiling of one order. */
async function requirePayable(tx: Tx, input: NewAgreement): Promise<void> {
  const merchant = await findMerchant(tx, input.merchantId);
  if (agreedOffer(tx, agreedTerms({ ...input, merchant, amount: input.orderCeiling }))) return;
  throw new GatewayError('validation_failed', {
    detail: 'Purchases of this kind cannot be paid by agreement in this amount.',
    errors: [{ pointer: '/order_ceiling', code: 'above_programme' }],
  });
}

function requireAscending(input: NewAgreement): void {
  const most = shopperDayCeilingOf(input.currency);
  if (input.orderCeiling > most) {
    throw new GatewayError('validation_failed', {
      detail: `No shopper may have orders of more than ${most} in a day without confirming them.`,
      errors: [{ pointer: '/order_ceiling', code: 'too_large' }],
    });
  }
  const wrong =
    input.dayCeiling < input.orderCeiling
      ? '/day_ceiling'
      : input.monthCeiling < input.dayCeiling
        ? '/month_ceiling'
        : undefined;
  if (wrong === undefined) return;
  throw new GatewayError('validation_failed', {
    detail: 'The ceiling of a month is at least that of a day, which is at least that of one order.',
    errors: [{ pointer: wrong, code: 'too_small' }],
  });
}
