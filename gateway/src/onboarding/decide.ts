import { openMerchantAccount } from '../banking/merchant-accounts.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { createMerchant } from '../merchants/merchants.ts';
import { agreeNewMerchantTerms } from '../settlement/new-merchants.ts';
import { type Business, changeBusiness, listNamesakes } from './businesses.ts';
import { answerSubmission, type Decided, lockWaiting } from './decision.ts';
import { readOwners } from './owner-lines.ts';
import { nameOwners } from './owners.ts';
import { type SellingCountry, sellingCountries, websiteOrigin } from './details.ts';

/** By what a live merchant is settled, and what the processor calls its bank account. */
export type LiveTerms = { payoutAccount: string; feeBasisPoints: number; feeFixed: bigint };

/**
 * Lets a business sell for real money: its merchant in live begins here, with the owners and the bank account that it named, and
 * with the terms of new merchants. It has no key and nobody who works for it yet.
 *
 * @throws GatewayError `not_found`; `validation_failed` (terms); `state_conflict` when another submission waits or none,
 *   and when the registered business is a live merchant already.
 */
export async function approveBusiness(tx: Tx, input: Decided & { terms: LiveTerms }): Promise<Business> {
  const { terms, operatorId } = input;
  requireTerms(terms);
  const business = await lockWaiting(tx, input, ['submitted']);
  if ((await listNamesakes(tx, business)).some(({ status }) => status === 'approved')) {
    throw new GatewayError('state_conflict', {
      detail: 'This registered business is a live merchant already.',
    });
  }
  const { details } = business;
  const origin = websiteOrigin(details.website);
  const merchant = await createMerchant(tx, {
    name: details.legal_name,
    category: details.category,
    country: details.country,
    ...sellingCountries[details.country as SellingCountry],
    allowedOrigins: origin === undefined ? [] : [origin],
    firstPart: 'capture',
    ...terms,
  });
  await openMerchantAccount(tx, {
    merchantId: merchant.id,
    holder: details.account_holder,
    number: details.account_number,
    bankName: details.bank_name,
    payoutAccount: terms.payoutAccount,
    provider: operatorId,
  });
  const owners = readOwners(details.owners, details.country) ?? [];
  await nameOwners(tx, { merchantId: merchant.id, owners });
  await agreeNewMerchantTerms(tx, { merchant, monthlyVolume: BigInt(details.monthly_volume) });
  await answerSubmission(tx, input, 'approved', null);
  return changeBusiness(tx, business, { status: 'approved', live_merchant_id: merchant.id });
}

/**
 * Gives a business back to be completed, or refuses it, with a reason that the merchant reads. A live merchant that wanted
 * to change its details stays as it was approved.
 *
 * @throws GatewayError `not_found`; `validation_failed` without a reason of 1 to 1,000 characters; `state_conflict` when
 *   another submission waits, or none.
 */
export async function sendBack(
  tx: Tx,
  input: Decided & { decision: 'more_needed' | 'refused'; reason: string },
): Promise<Business> {
  const reason = input.reason.trim();
  if (reason === '' || reason.length > 1000) {
    throw new GatewayError('validation_failed', { detail: 'A reason has 1 to 1,000 characters.' });
  }
  const business = await lockWaiting(tx, input, ['submitted', 'approved']);
  await answerSubmission(tx, input, input.decision, reason);
  return business.status === 'approved' ? business : changeBusiness(tx, business, { status: input.decision });
}

function requireTerms({ payoutAccount, feeBasisPoints, feeFixed }: LiveTerms): void {
  const isFee = Number.isInteger(feeBasisPoints) && feeBasisPoints >= 0 && feeBasisPoints <= 2000;
  const isNamed = payoutAccount.trim() !== '' && payoutAccount.length <= 200;
  if (isFee && isNamed && feeFixed >= 0n && feeFixed <= 100_000n) return;
  throw new GatewayError('validation_failed', {
    detail: 'The fee is 0 to 2000 basis points and a fixed part, and the account has the processor’s name.',
  });
}
