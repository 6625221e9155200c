import type { Tx } from '../lib/tx.ts';
import { accountPath } from './account-path.ts';
import { findFacts } from './find-facts.ts';
import type { Content } from './templates.ts';

/**
 * Who wrote to a shopper in a case, and the way there. That it was closed is told only while it is; what the shopper
 * answered meanwhile makes no difference to what was written to them.
 */
export async function describeCase(
  tx: Tx,
  caseId: string,
  type: string,
  origin: string,
): Promise<Content | undefined> {
  const facts = await findFacts<{ status: string; from: string | null; merchant: string | null }>(
    tx,
    `select c.status, m.name as merchant,
       (select w.author from case_messages w
        where w.environment_id = c.environment_id and w.case_id = c.id and w.author <> 'shopper'
          and w.readers in ('shopper', 'all')
        order by w.id desc limit 1) as from
     from cases c
     left join merchants m on m.environment_id = c.environment_id and m.id = c.merchant_id
     where c.environment_id = ? and c.id = ?`,
    caseId,
  );
  const link = `${origin}${accountPath(tx.environment)}/cases/${caseId}`;
  if (type === 'case.closed')
    return facts.status === 'closed' ? { template: 'case_closed', data: { link } } : undefined;
  const from = facts.from === 'merchant' && facts.merchant !== null ? facts.merchant : 'Morrow';
  return { template: 'case_message', data: { from, link } };
}
