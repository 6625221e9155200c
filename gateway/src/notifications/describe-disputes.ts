import type { CalendarDate } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import { accountPath } from './account-path.ts';
import { findFacts } from './find-facts.ts';
import type { Content } from './templates.ts';

/**
 * What became of a dispute is told only as long as it is so. What a shopper withdrew is not told to them, and that the shop
 * is reminded of its answer is not their business.
 */
export async function describeDispute(
  tx: Tx,
  disputeId: string,
  type: string,
  origin: string,
): Promise<Content | undefined> {
  const facts = await findFacts<{
    status: string;
    merchant: string;
    plan_id: string;
    amount: bigint;
    refunded_amount: bigint;
    currency: string;
    date: CalendarDate;
  }>(
    tx,
    `select d.status, m.name as merchant, p.id as plan_id, d.amount, d.refunded_amount, d.currency,
       (d.response_due_at at time zone p.time_zone)::date as date
     from disputes d
     join orders o on o.environment_id = d.environment_id and o.id = d.order_id
     join plans p on p.environment_id = o.environment_id and p.id = o.plan_id
     join merchants m on m.environment_id = d.environment_id and m.id = d.merchant_id
     where d.environment_id = ? and d.id = ?`,
    disputeId,
  );
  const { status, merchant, currency, date } = facts;
  const link = `${origin}${accountPath(tx.environment)}/plans/${facts.plan_id}/dispute`;
  const about = { merchant, amount: { amount: facts.amount, currency }, link };
  if (type === 'dispute.created')
    return status === 'open' ? { template: 'dispute_opened', data: { ...about, date } } : undefined;
  if (type === 'dispute.updated')
    return status === 'under_review' ? { template: 'dispute_answered', data: about } : undefined;
  if (status === 'won') return { template: 'dispute_refused', data: about };
  if (status === 'withdrawn') return undefined;
  return {
    template: 'dispute_refunded',
    data: { ...about, amount: { amount: facts.refunded_amount, currency } },
  };
}
