import { type CalendarDate, dateIn } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import {
  type FunderTerms,
  hasCaps,
  listFunderTerms,
  type TermsRow,
  type TermsVersion,
} from './funder-terms.ts';
import { keepPlacements } from './placements.ts';

/**
 * Stores terms as the funder's next version, from a date on. What has begun never changes, so the date is not in the past.
 *
 * @throws GatewayError `not_found` when the funder or one that it is joined with does not exist, `validation_failed` for
 *   a date that is over or a funder that is joined with itself.
 */
export async function setFunderTerms(
  tx: Tx,
  input: { funderId: string; terms: FunderTerms; effectiveOn: CalendarDate; createdBy: string },
): Promise<TermsVersion> {
  const { funderId, terms, effectiveOn, createdBy } = input;
  const partners = (terms.joint_with ?? []).map(({ funder }) => funder);
  const found = await tx
    .sql<{ environment_id: string; id: string }>('funders')
    .where({ environment_id: tx.environment.id })
    .whereIn('id', [funderId, ...partners])
    .orderBy('id')
    .forUpdate()
    .select('id');
  if (found.length < new Set([funderId, ...partners]).size)
    throw new GatewayError('not_found', { detail: 'There is no such funder.' });
  if (partners.includes(funderId))
    throw new GatewayError('validation_failed', { detail: 'A funder cannot be joined with itself.' });
  const today = dateIn(tx.environment.timeZone, tx.now);
  if (effectiveOn < today)
    throw new GatewayError('validation_failed', {
      detail: `Terms begin today (${today}) at the earliest; what was in force stays as it was.`,
    });
  const versions = await listFunderTerms(tx, funderId);
  const version = (versions.at(-1)?.version ?? 0) + 1;
  await tx.sql<TermsRow>('funder_terms').insert({
    environment_id: tx.environment.id,
    funder_id: funderId,
    version,
    effective_on: effectiveOn,
    terms: JSON.stringify(terms) as never,
    created_by: createdBy,
    created_at: tx.wallNow,
  });
  if (hasCaps(terms)) await keepPlacements(tx, funderId);
  return { version, effectiveOn, terms, createdBy };
}
