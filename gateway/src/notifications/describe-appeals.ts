import { type CalendarDate, dateIn } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import { accountPath } from './account-path.ts';
import { findFacts } from './find-facts.ts';
import type { Content } from './templates.ts';

/** What became of an appeal is told only as long as it is so: of one that was answered already, nothing is received. */
export async function describeAppeal(
  tx: Tx,
  appealId: string,
  type: string,
  origin: string,
): Promise<Content | undefined> {
  const facts = await findFacts<{
    status: string;
    assessment_id: string;
    amount: bigint;
    currency: string;
    granted: bigint | null;
    expires_at: Date | null;
  }>(
    tx,
    `select a.status, a.assessment_id, s.amount, s.currency, g.amount as granted, g.expires_at
     from appeals a
     join assessments s on s.environment_id = a.environment_id and s.id = a.assessment_id
     left join score_grants g on g.environment_id = a.environment_id and g.appeal_id = a.id
     where a.environment_id = ? and a.id = ?`,
    appealId,
  );
  const { status, currency, granted, expires_at: expiresAt } = facts;
  const amount = { amount: facts.amount, currency };
  const link = `${origin}${accountPath(tx.environment)}/decisions/${facts.assessment_id}`;
  if (type === 'appeal.asked') {
    return status === 'open' ? { template: 'appeal_received', data: { amount, link } } : undefined;
  }
  if (granted === null || expiresAt === null) return { template: 'appeal_upheld', data: { amount, link } };
  const date: CalendarDate = dateIn(tx.environment.timeZone, expiresAt);
  return {
    template: 'appeal_granted',
    data: { amount, granted: { amount: granted, currency }, date, link },
  };
}
