import type { Knex } from '@morrow/db';
import type { AgreementRow } from '../../agreements/agreements.ts';
import { hashSecret } from '../../checkout/sessions.ts';

/** 128 random bits in base64url. */
const secretShape = /^[A-Za-z0-9_-]{22}$/;

/**
 * The agreement whose hosted page has this secret, with the environment that it is in: the address names neither. It is
 * looked up outside of a transaction, because a transaction belongs to an environment.
 */
export async function findAgreementBySecret(
  db: Knex,
  secret: string,
): Promise<{ environmentId: string; agreementId: AgreementRow['id'] } | undefined> {
  if (!secretShape.test(secret)) return undefined;
  const row = await db<AgreementRow>('agreements')
    .where({ secret_hash: hashSecret(secret) })
    .first('environment_id', 'id');
  return row && { environmentId: row.environment_id, agreementId: row.id };
}
