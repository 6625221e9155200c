import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';

/** Why a shopper cannot be erased yet, in the order in which they are told. */
export const erasureObstacles = [
  /** A plan that is not over, or a debt that was given up in the books and is still owed. */
  'debt',
  /** An amount is held for a checkout that was confirmed, or for an order that has not shipped. */
  'hold',
  /** A payment, a refund or cash is under way. */
  'payment',
  /** Goods are said to be on their way back. */
  'return',
  'dispute',
  'appeal',
  /** A shop may still order on their account. */
  'agreement',
  /** They stand for somebody, or somebody for them. */
  'guarantee',
] as const;

export type ErasureObstacle = (typeof erasureObstacles)[number];

/** For each obstacle, whether it is there, of the shopper `:shopper` in the environment `:environment`. */
const found: Record<ErasureObstacle, string> = {
  debt: `select 1 from plans where environment_id = :environment and shopper_id = :shopper
    and status in ('pending', 'active', 'charged_off')`,
  hold: `select 1 from holds h join credit_lines l on l.environment_id = h.environment_id and l.id = h.credit_line_id
    where l.environment_id = :environment and l.shopper_id = :shopper and h.status = 'active'`,
  payment: `select 1 from processor_attempts a
      join payment_methods m on m.environment_id = a.environment_id and m.id = a.payment_method_id
      where m.environment_id = :environment and m.shopper_id = :shopper and a.status in ('pending', 'unknown')
    union all select 1 from repayments
      where environment_id = :environment and shopper_id = :shopper and status = 'pending'
    union all select 1 from refunds r join orders o on o.environment_id = r.environment_id and o.id = r.order_id
      where o.environment_id = :environment and o.shopper_id = :shopper and r.status = 'pending'
    union all select 1 from cash_draws
      where environment_id = :environment and shopper_id = :shopper and status = 'requested'`,
  return: `select 1 from returns r join orders o on o.environment_id = r.environment_id and o.id = r.order_id
    where o.environment_id = :environment and o.shopper_id = :shopper and r.status = 'declared'`,
  dispute: `select 1 from disputes where environment_id = :environment and shopper_id = :shopper
    and status in ('open', 'under_review')`,
  appeal: `select 1 from appeals where environment_id = :environment and shopper_id = :shopper and status = 'open'`,
  agreement: `select 1 from agreements where environment_id = :environment and shopper_id = :shopper
    and status in ('active', 'suspended')`,
  guarantee: `select 1 from guarantees where environment_id = :environment and :shopper in (guarantor_id, debtor_id)
    and (status in ('offered', 'accepted', 'active') or pledged > 0)`,
};

const question = `select ${erasureObstacles.map((name) => `exists (${found[name]}) as ${name === 'return' ? '"return"' : name}`).join(', ')}`;

/** Everything that stands in the way of erasing this shopper; nothing of it begins while their row is locked. */
export async function findObstacles(tx: Tx, shopperId: Id<'shp'>): Promise<ErasureObstacle[]> {
  const { rows } = await tx.sql.raw<{ rows: Record<ErasureObstacle, boolean>[] }>(question, {
    environment: tx.environment.id,
    shopper: shopperId,
  });
  return erasureObstacles.filter((name) => rows[0]?.[name] === true);
}
