import type { Tx } from '../lib/tx.ts';
import type { Breach } from './check-books.ts';
import type { SealFault } from './seals/check-seals.ts';

/** Whose payouts wait: the id of a merchant or a funder, or of something else and so nobody's; null is everybody's. */
type ConcernedId = string | null;

/** Every merchant that ids in `texts` (ids, names of accounts) lead to. */
async function merchantsOf(tx: Tx, texts: readonly string[]): Promise<Map<string, Set<string>>> {
  const { rows } = await tx.sql.raw<{ rows: { text: string; merchant_id: string }[] }>(
    `select distinct named.text, owner.merchant_id
     from (
         select given.text, part.id
         from unnest(:texts::text[]) as given (text)
           cross join lateral unnest(string_to_array(given.text, ':')) as part (id)) named
       cross join lateral (
         select id as merchant_id from merchants where environment_id = :environment and id = named.id
         union all select merchant_id from plans where environment_id = :environment and id = named.id
         union all select merchant_id from orders where environment_id = :environment and id = named.id
         union all select merchant_id from payouts where environment_id = :environment and id = named.id
         union all select merchant_id from settlements where environment_id = :environment and id = named.id
         union all select merchant_id from disputes where environment_id = :environment and id = named.id
         union all
         select o.merchant_id from orders o
         where o.environment_id = :environment and o.id in (
           select order_id from captures where environment_id = :environment and id = named.id
           union all select order_id from refunds where environment_id = :environment and id = named.id)) owner
     where owner.merchant_id is not null`,
    { environment: tx.environment.id, texts: [...new Set(texts)] },
  );
  const merchants = new Map<string, Set<string>>();
  for (const { text, merchant_id: id } of rows) {
    const known = merchants.get(text);
    if (known) known.add(id);
    else merchants.set(text, new Set([id]));
  }
  return merchants;
}

/**
 * Whom breaches concern, by their subjects: the merchant of a plan, an order or a payout, else the subject itself. So a
 * breach of a funder's stake stops what that funder is paid, and one of a credit line nobody's payout: what merchants are
 * owed does not follow from it. A line of the trial balance is everybody's.
 */
export async function concernedByBreaches(
  tx: Tx,
  breaches: readonly Breach[],
): Promise<(subject: string) => ConcernedId> {
  const merchants = await merchantsOf(
    tx,
    breaches.map(({ subject }) => subject),
  );
  return (subject) => {
    const [merchant] = merchants.get(subject) ?? [];
    if (merchant !== undefined) return merchant;
    const [id] = subject.split(':').filter((part) => /^[a-z]+_[0-9a-f]{32}$/.test(part));
    return id ?? (/^[a-z_]+$/.test(subject) ? null : subject);
  };
}

/**
 * Whom a broken seal concerns. A transfer that was changed may name others than it did, so the merchant is looked for in
 * its whole posting and in what that was posted for. Where that is not exactly one, as when a transfer is gone, nobody can
 * say whose money is right, and everybody's payouts wait.
 */
export async function concernedByFault(tx: Tx, { transferId }: SealFault): Promise<ConcernedId> {
  if (transferId === null) return null;
  const { rows } = await tx.sql.raw<{ rows: { debit: string; credit: string; subject_id: string }[] }>(
    `select t.debit, t.credit, t.subject_id from ledger_transfers t
     where t.environment_id = :environment and t.posting_id = (
       select changed.posting_id from ledger_transfers changed
       where changed.environment_id = :environment and changed.id = :id)`,
    { environment: tx.environment.id, id: transferId },
  );
  const texts = rows.flatMap(({ debit, credit, subject_id: subjectId }) => [debit, credit, subjectId]);
  const found = new Set([...(await merchantsOf(tx, texts)).values()].flatMap((ids) => [...ids]));
  const [merchant] = found;
  return found.size === 1 && merchant !== undefined ? merchant : null;
}
