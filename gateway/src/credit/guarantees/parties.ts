import type { Id } from '../../lib/ids.ts';
import type { Tx } from '../../lib/tx.ts';
import type { Role } from './guarantees.ts';

type PartyRow = { environment_id: string; shopper_id: Id<'shp'>; role: Role };

/**
 * Takes each side's role for the rest of the transaction. False when somebody of them stands on the other side of a
 * guarantee that binds: there are no chains and no circles. Of two that ask at once the second waits, in one order of
 * the shoppers, and finds what the first has stored.
 */
export async function takeRoles(
  tx: Tx,
  sides: { guarantorId: Id<'shp'>; debtorId: Id<'shp'> },
): Promise<boolean> {
  const wanted: [Id<'shp'>, Role][] = [
    [sides.guarantorId, 'guarantor'],
    [sides.debtorId, 'debtor'],
  ];
  for (const [shopperId, role] of wanted.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (!(await takeRole(tx, shopperId, role))) return false;
  }
  return true;
}

async function takeRole(tx: Tx, shopperId: Id<'shp'>, role: Role): Promise<boolean> {
  const parties = () => tx.sql<PartyRow>('guarantee_parties');
  const own = { environment_id: tx.environment.id, shopper_id: shopperId };
  await parties()
    .insert({ ...own, role })
    .onConflict(['environment_id', 'shopper_id'])
    .ignore();
  const party = await parties().where(own).forUpdate().first();
  if (party?.role === role) return true;
  if (await isBound(tx, shopperId)) return false;
  await parties().where(own).update({ role });
  return true;
}

/** Whether a shopper stands in a guarantee that binds, on either side. */
export async function isBound(tx: Tx, shopperId: string): Promise<boolean> {
  return (await boundRoleOf(tx, shopperId)) !== undefined;
}

/** On which side of guarantees that bind a shopper stands; the database refuses both. */
export async function boundRoleOf(tx: Tx, shopperId: string): Promise<Role | undefined> {
  const { rows } = await tx.sql.raw<{ rows: { role: Role }[] }>(
    `select 'guarantor' as role from guarantees where environment_id = :environment and bound_guarantor = :shopper
     union all
     select 'debtor' from guarantees where environment_id = :environment and bound_debtor = :shopper
     limit 1`,
    { environment: tx.environment.id, shopper: shopperId },
  );
  return rows[0]?.role;
}
