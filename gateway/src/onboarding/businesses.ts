import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { sealedPlace } from '../lib/vault.ts';
import {
  type BusinessDetails,
  type PersonalField,
  personalNames,
  type PlainField,
  plainNames,
} from './details.ts';

export const businessStatuses = ['draft', 'submitted', 'approved', 'more_needed', 'refused'] as const;

export type BusinessStatus = (typeof businessStatuses)[number];

export const businessDecisions = ['approved', 'more_needed', 'refused'] as const;

export type BusinessDecision = (typeof businessDecisions)[number];

/** A business that asks to sell for real money, with what was written last. It stands in live. */
export type Business = {
  id: Id<'biz'>;
  /** The merchant of the sandbox from which it asks. */
  applicantId: string;
  applicantEnvironmentId: string;
  status: BusinessStatus;
  /** How often it was written; whoever changes it says which one they saw. */
  version: number;
  details: BusinessDetails;
  createdAt: Date;
  /** When it was last written or decided, by the wall. */
  changedAt: Date;
  /** The merchant in live that it has become, and the first owner of its dashboard. */
  liveMerchantId: Id<'mer'> | null;
  liveOwnerId: string | null;
};

/** What was submitted at one time, and what an operator said to it. */
export type Submission = {
  id: Id<'bsb'>;
  number: number;
  details: BusinessDetails;
  submittedBy: string;
  submittedAt: Date;
  decision: BusinessDecision | null;
  /** What the merchant reads of it; null for an approval. */
  reason: string | null;
  decidedBy: string | null;
  decidedAt: Date | null;
};

type Written = { details: Record<string, string>; personal_sealed: string };

export type BusinessRow = Written & {
  environment_id: string;
  id: Id<'biz'>;
  applicant_environment_id: string;
  applicant_id: string;
  status: BusinessStatus;
  version: number;
  created_at: Date;
  changed_at: Date;
  live_merchant_id: Id<'mer'> | null;
  live_owner_id: string | null;
};

export type SubmissionRow = Written & {
  environment_id: string;
  id: Id<'bsb'>;
  business_id: Id<'biz'>;
  number: number;
  submitted_by: string;
  submitted_at: Date;
  decision: BusinessDecision | null;
  reason: string | null;
  decided_by: string | null;
  decided_at: Date | null;
};

export function businessesOf(tx: Tx) {
  return tx.sql<BusinessRow>('businesses').where({ environment_id: tx.environment.id });
}

export function submissionsOf(tx: Tx, businessId: string) {
  return tx
    .sql<SubmissionRow>('business_submissions')
    .where({ environment_id: tx.environment.id, business_id: businessId as Id<'biz'> });
}

/** What a row keeps of details: what is about people lies sealed in it. */
export function toWritten(
  tx: Tx,
  table: 'businesses' | 'business_submissions',
  id: string,
  details: BusinessDetails,
): { details: never; personal_sealed: string } {
  const part = (names: readonly (PlainField | PersonalField)[]) =>
    JSON.stringify(Object.fromEntries(names.map((name) => [name, details[name]])));
  const place = sealedPlace(tx.environment.id, table, 'personal', id);
  return { details: part(plainNames) as never, personal_sealed: tx.vault.seal(part(personalNames), place) };
}

/** What was written before a field was asked for has nothing in it. */
function read(tx: Tx, table: 'businesses' | 'business_submissions', row: Written & { id: string }) {
  const place = sealedPlace(tx.environment.id, table, 'personal', row.id);
  const personal = JSON.parse(tx.vault.open(row.personal_sealed, place)) as Record<string, string>;
  return { owners: '', ...row.details, ...personal } as BusinessDetails;
}

export function toBusiness(tx: Tx, row: BusinessRow): Business {
  return {
    id: row.id,
    applicantId: row.applicant_id,
    applicantEnvironmentId: row.applicant_environment_id,
    status: row.status,
    version: row.version,
    details: read(tx, 'businesses', row),
    createdAt: row.created_at,
    changedAt: row.changed_at,
    liveMerchantId: row.live_merchant_id,
    liveOwnerId: row.live_owner_id,
  };
}

function toSubmission(tx: Tx, row: SubmissionRow): Submission {
  return {
    id: row.id,
    number: row.number,
    details: read(tx, 'business_submissions', row),
    submittedBy: row.submitted_by,
    submittedAt: row.submitted_at,
    decision: row.decision,
    reason: row.reason,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at,
  };
}

/** The business of a merchant, whether it is named by its sandbox's or by its live one; undefined where none was begun. */
export async function findBusinessOf(tx: Tx, merchantId: string): Promise<Business | undefined> {
  const row = await businessesOf(tx).whereRaw('? in (applicant_id, live_merchant_id)', [merchantId]).first();
  return row && toBusiness(tx, row);
}

/** @throws GatewayError `not_found` */
export async function findBusiness(tx: Tx, businessId: string): Promise<Business> {
  const row = await businessesOf(tx)
    .where({ id: businessId as Id<'biz'> })
    .first();
  if (!row) throw noBusiness();
  return toBusiness(tx, row);
}

/** The business locked until the transaction ends. Throws `not_found`. */
export async function lockBusiness(tx: Tx, businessId: string): Promise<Business> {
  const row = await businessesOf(tx)
    .where({ id: businessId as Id<'biz'> })
    .forUpdate()
    .first();
  if (!row) throw noBusiness();
  return toBusiness(tx, row);
}

/** All that a business has submitted, the newest first. */
export async function listSubmissions(tx: Tx, businessId: string): Promise<Submission[]> {
  const rows = await submissionsOf(tx, businessId).orderBy('number', 'desc');
  return rows.map((row) => toSubmission(tx, row));
}

/** Businesses in one of these states, all but drafts where none is named; who waits longest first. */
export async function listBusinesses(
  tx: Tx,
  input: { statuses?: readonly BusinessStatus[] | undefined; limit: number },
): Promise<Business[]> {
  const { statuses = businessStatuses.filter((status) => status !== 'draft'), limit } = input;
  const rows = await businessesOf(tx)
    .whereIn('status', [...statuses])
    .orderBy(['changed_at', 'id'])
    .limit(limit);
  return rows.map((row) => toBusiness(tx, row));
}

/** Other businesses that are registered under the same number, which whoever decides has to know of. */
export async function listNamesakes(tx: Tx, business: Business): Promise<Business[]> {
  const { country, registration_number: number } = business.details;
  const rows = await businessesOf(tx)
    .whereNot({ id: business.id })
    .whereNot({ status: 'draft' })
    .whereRaw("details ->> 'country' = ? and upper(details ->> 'registration_number') = upper(?)", [
      country,
      number,
    ])
    .orderBy('id')
    .limit(20);
  return rows.map((row) => toBusiness(tx, row));
}

export async function changeBusiness(
  tx: Tx,
  business: Business,
  change: Partial<BusinessRow>,
): Promise<Business> {
  const [row] = await businessesOf(tx)
    .where({ id: business.id })
    .update({ ...change, version: business.version + 1, changed_at: tx.wallNow })
    .returning('*');
  if (!row) throw new Error(`business ${business.id} vanished`);
  return toBusiness(tx, row);
}

function noBusiness(): GatewayError {
  return new GatewayError('not_found', { detail: 'There is no such business.' });
}
