import type { Request } from 'express';
import { GatewayError } from '../../lib/errors.ts';
import { type Tx, transact } from '../../lib/tx.ts';
import { isStatementLink } from '../../settlement/statement-link.ts';
import type { PagesContext } from '../context.ts';
import { pagesActor } from '../page-visit.ts';

export type StatementPlace = { environmentId: string; settlementId: string };

/** Which settlement a link that we gave out and that has not expired leads to; throws `not_found` for any other. */
export function openStatement(context: PagesContext, req: Request): StatementPlace {
  const { environmentId = '', settlementId = '', expires = '', stamp = '' } = req.params;
  const place = {
    environmentId: String(environmentId),
    settlementId: String(settlementId),
    expires: String(expires),
    stamp: String(stamp),
  };
  if (!isStatementLink(context, place)) {
    throw new GatewayError('not_found', { detail: 'There is no statement at this address, or no more.' });
  }
  return place;
}

export function inStatement<T>(
  context: PagesContext,
  { environmentId }: StatementPlace,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return transact(context, { environmentId, actor: pagesActor, access: 'read' }, work);
}
