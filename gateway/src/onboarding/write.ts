import { addMs, dayMs } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import {
  type Business,
  businessesOf,
  changeBusiness,
  findBusinessOf,
  lockBusiness,
  submissionsOf,
  toBusiness,
  toWritten,
} from './businesses.ts';
import { type BusinessDetails, type BusinessField, faultsOf } from './details.ts';

/** A business that was refused may ask again after so many days: by then something has changed. */
const askAgainDays = 7;

/** Who writes: somebody of the merchant of a sandbox. */
export type Applicant = { environmentId: string; merchantId: string; memberId: string };

type Writing = {
  applicant: Applicant;
  /** The version that the form was made from; 0 where nothing was written yet. */
  version: number;
  details: BusinessDetails;
};

/**
 * Keeps an unfinished form. In live's transaction, by somebody of a sandbox's merchant.
 *
 * @throws GatewayError `state_conflict` when somebody else wrote meanwhile, and while it may not be changed.
 */
export async function saveDraft(tx: Tx, input: Writing): Promise<Business> {
  const { business, isSame } = await lockToWrite(tx, input);
  return isSame ? business : write(tx, business, input.details);
}

/**
 * Hands in what the form says, to be decided by an operator; it stays as it is until then. The same form twice is handed
 * in once.
 *
 * @throws GatewayError `validation_failed` with the fields that are missing or cannot be so; `state_conflict` when
 *   somebody else wrote meanwhile, and while nothing may be handed in.
 */
export async function submitBusiness(tx: Tx, input: Writing): Promise<Business> {
  const faults = faultsOf(tx, input.details);
  if (faults.length > 0) {
    throw new GatewayError('validation_failed', {
      detail: 'Some of the details are missing or cannot be so.',
      errors: faults.map(({ field, code }) => ({ pointer: `/${field}`, code })),
    });
  }
  const { business } = await lockToWrite(tx, input);
  if (business.status === 'submitted') return business;
  const written = await write(tx, business, input.details, 'submitted');
  await handIn(tx, business, { details: input.details, memberId: input.applicant.memberId });
  return written;
}

/** Keeps what a locked business has handed in, for an operator to decide about. */
export async function handIn(
  tx: Tx,
  business: Pick<Business, 'id'>,
  { details, memberId }: { details: BusinessDetails; memberId: string },
): Promise<void> {
  const id = newId('bsb');
  const last = await submissionsOf(tx, business.id).max<{ max: number | null }[]>('number');
  await submissionsOf(tx, business.id).insert({
    environment_id: tx.environment.id,
    id,
    business_id: business.id,
    number: (last[0]?.max ?? 0) + 1,
    ...toWritten(tx, 'business_submissions', id, details),
    submitted_by: memberId,
    submitted_at: tx.wallNow,
  });
}

/** From when on a business may be written again; undefined while an operator has it and when it is approved. */
export function editableFrom({
  status,
  changedAt,
}: Pick<Business, 'status' | 'changedAt'>): Date | undefined {
  if (status === 'submitted' || status === 'approved') return undefined;
  return status === 'refused' ? addMs(changedAt, askAgainDays * dayMs) : changedAt;
}

/** Submitted comes back only with these very details, which are in then. */
async function lockToWrite(
  tx: Tx,
  { applicant, version, details }: Writing,
): Promise<{ business: Business; isSame: boolean }> {
  const { id } = (await findBusinessOf(tx, applicant.merchantId)) ?? (await begin(tx, applicant, details));
  const business = await lockBusiness(tx, id);
  const isSame = isSameDetails(business.details, details);
  if (business.status === 'submitted' && isSame) return { business, isSame };
  const from = editableFrom(business);
  if (!from || from > tx.wallNow) {
    throw new GatewayError('state_conflict', {
      detail: `The business is ${business.status}, and cannot be changed now.`,
    });
  }
  if (business.version !== version && !isSame) {
    throw new GatewayError('state_conflict', {
      detail: 'Somebody else changed the details meanwhile.',
      hint: 'Load the page again, and write into what is there now.',
    });
  }
  return { business, isSame };
}

/** Whether two say the same, field by field. */
export function isSameDetails(one: BusinessDetails, other: BusinessDetails): boolean {
  return (Object.keys(other) as BusinessField[]).every((field) => one[field] === other[field]);
}

/** Of two who begin at once, one does. */
async function begin(tx: Tx, applicant: Applicant, details: BusinessDetails): Promise<{ id: string }> {
  const id = newId('biz');
  const [row] = await businessesOf(tx)
    .insert({
      environment_id: tx.environment.id,
      id,
      applicant_environment_id: applicant.environmentId,
      applicant_id: applicant.merchantId,
      status: 'draft',
      version: 1,
      ...toWritten(tx, 'businesses', id, details),
      created_at: tx.wallNow,
      changed_at: tx.wallNow,
    })
    .onConflict(['environment_id', 'applicant_id'])
    .ignore()
    .returning('*');
  if (row) return toBusiness(tx, row);
  const other = await findBusinessOf(tx, applicant.merchantId);
  if (!other) throw new Error(`the business of ${applicant.merchantId} was not stored`);
  return other;
}

function write(
  tx: Tx,
  business: Business,
  details: BusinessDetails,
  status: 'draft' | 'submitted' = 'draft',
): Promise<Business> {
  // What an operator asked for, or refused, stays so until it is handed in again.
  const kept = status === 'draft' ? business.status : status;
  return changeBusiness(tx, business, {
    status: kept,
    ...toWritten(tx, 'businesses', business.id, details),
  });
}
