import { addMs, dayMs } from '../lib/dates.ts';
import { namedSql } from '../lib/named-sql.ts';
import type { Tx } from '../lib/tx.ts';
import type { Dispute } from './disputes.ts';
import { disputeStatuses, type DisputeStatus } from './state.ts';

/** Of a shop that sells for years, what it was like lately counts; and it may have any number of disputes. */
export const historyDays = 180;

/** How many disputes there were, by what became of them. */
export type DisputeHistory = Record<DisputeStatus, number>;

const historySql = namedSql<'environment' | 'dispute' | 'shopper' | 'merchant' | 'since'>(
  `select 'shopper' as of, status, count(*)::integer as disputes from disputes
     where environment_id = :environment and shopper_id = :shopper and id <> :dispute and created_at > :since
     group by status
   union all
   select 'merchant', status, count(*)::integer from disputes
     where environment_id = :environment and merchant_id = :merchant and id <> :dispute and created_at > :since
     group by status`,
);

/**
 * The other disputes of a dispute's shopper, at all merchants, and of its merchant, of the last 180 days of business time:
 * who has disputed in vain before may do so again, and so may a shop that was wrong before.
 */
export async function readDisputeHistory(
  tx: Tx,
  dispute: Pick<Dispute, 'id' | 'shopperId' | 'merchantId'>,
): Promise<{ shopper: DisputeHistory; merchant: DisputeHistory }> {
  const { text, values } = historySql({
    environment: tx.environment.id,
    dispute: dispute.id,
    shopper: dispute.shopperId,
    merchant: dispute.merchantId,
    since: addMs(tx.now, -historyDays * dayMs),
  });
  const rows = await tx.query<{ of: 'shopper' | 'merchant'; status: DisputeStatus; disputes: number }>(
    text,
    values,
  );
  const none = (): DisputeHistory =>
    Object.fromEntries(disputeStatuses.map((status) => [status, 0])) as DisputeHistory;
  const history = { shopper: none(), merchant: none() };
  for (const { of, status, disputes } of rows) history[of][status] = disputes;
  return history;
}
