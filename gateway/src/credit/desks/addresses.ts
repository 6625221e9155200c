import type { Knex } from '@morrow/db';
import { GatewayError } from '../../lib/errors.ts';
import type { Tx } from '../../lib/tx.ts';
import { listFunderKeys } from '../funder-keys.ts';

/** How a funder's own service stands. */
export type Desk = {
  /** Where it is asked; null for the service of a sandbox, which answers from the database. */
  url: string | null;
  /** Questions in a row to which it had no answer. */
  failures: number;
  restingUntil: Date | null;
};

type Row = {
  environment_id: string;
  funder_id: string;
  kind: 'sandbox' | 'http';
  url: string | null;
  failures: number;
  resting_until: Date | null;
};

/**
 * From now on the funder is asked at this address about each plan, and what its service failed at before is forgotten.
 * Whoever calls has checked the address (`http/desks/desk-target.ts`).
 *
 * @throws GatewayError `not_found`, or `state_conflict` for a funder without a key by which it could sign its answers.
 */
export async function setDeskAddress(
  tx: Tx,
  { funderId, url }: { funderId: string; url: URL },
): Promise<void> {
  const environment = { environment_id: tx.environment.id };
  const funder = await tx
    .sql('funders')
    .where({ ...environment, id: funderId })
    .first('id');
  if (!funder) throw new GatewayError('not_found', { detail: 'There is no such funder.' });
  const keys = await listFunderKeys(tx, funderId);
  if (!keys.some(({ revokedAt }) => revokedAt === null)) {
    throw new GatewayError('state_conflict', {
      detail: 'The funder has no active key, so none of its answers would count: npm run funder -- key add.',
    });
  }
  const fields = { kind: 'http' as const, url: url.href, failures: 0, resting_until: null };
  await tx
    .sql<Row>('funder_desks')
    .insert({ ...environment, funder_id: funderId, ...fields })
    .onConflict(['environment_id', 'funder_id'])
    .merge(fields);
}

/** How the funder's own service stands; undefined when it has none. */
export async function findDesk(
  sql: Knex,
  { environmentId, funderId }: { environmentId: string; funderId: string },
): Promise<Desk | undefined> {
  const row = await sql<Row>('funder_desks')
    .where({ environment_id: environmentId, funder_id: funderId })
    .first();
  return row && { url: row.url, failures: row.failures, restingUntil: row.resting_until };
}
