import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { changeMerchantFacts } from '../merchants/change-facts.ts';
import { findMerchant } from '../merchants/merchants.ts';
import {
  type Business,
  changeBusiness,
  findBusinessOf,
  listNamesakes,
  listSubmissions,
  lockBusiness,
  toWritten,
} from './businesses.ts';
import { answerSubmission, type Decided, lockWaiting } from './decision.ts';
import { type BusinessDetails, type BusinessField, faultsOf, websiteOrigin } from './details.ts';
import { readOwners } from './owner-lines.ts';
import { nameOwners } from './owners.ts';
import { handIn, isSameDetails } from './write.ts';

/**
 * What a live merchant does not change with its details: its country decided the money it is settled in, and where it is
 * paid has a review of its own, with its bank accounts.
 */
export const fixedFields: readonly BusinessField[] = [
  'country',
  'account_holder',
  'bank_name',
  'account_number',
];

/**
 * Hands in other details of a live merchant, to be decided by an operator; until then those that were approved hold. The
 * same form twice is handed in once.
 *
 * @throws GatewayError `not_found` where the merchant has no business; `validation_failed` with the fields that are missing
 *   or cannot be so, or when nothing is new; `state_conflict` while another change waits, and when another one was approved
 *   since the form was made.
 */
export async function submitChange(
  tx: Tx,
  input: { merchantId: string; memberId: string; version: number; details: BusinessDetails },
): Promise<Business> {
  const found = await findBusinessOf(tx, input.merchantId);
  if (found?.liveMerchantId !== input.merchantId)
    throw new GatewayError('not_found', { detail: 'This merchant has no business details.' });
  const business = await lockBusiness(tx, found.id);
  const details = withFixed(input.details, business.details);
  requireChange(tx, business, details);
  const [last] = await listSubmissions(tx, business.id);
  if (last?.decision === null) {
    if (isSameDetails(last.details, details)) return business;
    throw new GatewayError('state_conflict', { detail: 'A change of these details is being read.' });
  }
  if (business.version !== input.version) {
    throw new GatewayError('state_conflict', {
      detail: 'Somebody else changed the details meanwhile.',
      hint: 'Load the page again, and write into what is there now.',
    });
  }
  await handIn(tx, business, { details, memberId: input.memberId });
  // It waits from now on; what holds is not touched.
  return changeBusiness(tx, business, {});
}

/**
 * What was handed in holds from now on, for the business and for its live merchant: its name, its owners, what it sells, and
 * where shoppers are led back to.
 *
 * @throws GatewayError `not_found`; `state_conflict` when another change waits or none, and when another live merchant is
 *   registered so.
 */
export async function approveChange(tx: Tx, input: Decided): Promise<Business> {
  const business = await lockWaiting(tx, input, ['approved']);
  const [submission] = await listSubmissions(tx, business.id);
  if (!submission || business.liveMerchantId === null)
    throw new Error(`${business.id} has nothing to approve`);
  const { details } = submission;
  const others = await listNamesakes(tx, { ...business, details });
  if (others.some(({ status }) => status === 'approved')) {
    throw new GatewayError('state_conflict', {
      detail: 'This registered business is a live merchant already.',
    });
  }
  const merchant = await findMerchant(tx, business.liveMerchantId);
  const [before, now] = [websiteOrigin(business.details.website), websiteOrigin(details.website)];
  const kept = merchant.allowedOrigins.filter((origin) => origin !== before && origin !== now);
  await changeMerchantFacts(tx, {
    id: merchant.id,
    name: details.legal_name,
    category: details.category,
    allowedOrigins: now === undefined ? kept : [...kept, now],
  });
  const owners = readOwners(details.owners, details.country) ?? [];
  await nameOwners(tx, { merchantId: merchant.id, owners });
  await answerSubmission(tx, input, 'approved', null);
  return changeBusiness(tx, business, toWritten(tx, 'businesses', business.id, details));
}

function withFixed(details: BusinessDetails, before: BusinessDetails): BusinessDetails {
  const fixed = Object.fromEntries(fixedFields.map((field) => [field, before[field]]));
  return { ...details, ...fixed };
}

/** The account was held by the business under the name of its day, which is not asked again here. */
function requireChange(tx: Tx, business: Business, details: BusinessDetails): void {
  const faults = faultsOf(tx, details).filter(({ field }) => !fixedFields.includes(field));
  if (faults.length > 0) {
    throw new GatewayError('validation_failed', {
      detail: 'Some of the details are missing or cannot be so.',
      errors: faults.map(({ field, code }) => ({ pointer: `/${field}`, code })),
    });
  }
  if (isSameDetails(business.details, details))
    throw new GatewayError('validation_failed', { detail: 'These are the details that hold already.' });
}
