import type { Tx, TxHost } from '../lib/tx.ts';
import { type Finding, keepFindings } from './alarms.ts';
import { type CheckedInvariant, checkBooks } from './check-books.ts';
import { concernedByBreaches, concernedByFault } from './concerned.ts';
import { checkSeals } from './seals/check-seals.ts';

export const sealsInvariant = 'sealed_transfers_are_unchanged';

/** One invariant, how many rows it was checked on, and what breaks it. */
export type CheckedLine = { name: string; checked: number; findings: Finding[] };

/**
 * Checks the books of an environment and its seals, raises an alarm for each subject that breaks an invariant, and notes
 * which alarms are over (see alarms.ts). `only` checks some invariants. It reads every transfer. `waiting` is how many
 * transfers have no seal yet.
 */
export async function checkLedger(
  tx: Tx,
  { only }: { only?: readonly string[] } = {},
): Promise<{ lines: CheckedLine[]; waiting: number }> {
  // Read before anything is checked: what is posted meanwhile is for the next check.
  const settled = await tx.sql('ledger_sealing').first<{ settled_id: bigint }>('settled_id');
  const lines = await checkInvariants(tx, await checkBooks(tx, only));
  const isSealed = only === undefined || only.includes(sealsInvariant);
  const seals = isSealed ? await checkSealed(tx) : undefined;
  if (seals) lines.push(seals.line);
  await keepFindings(tx, {
    invariants: lines.map(({ name }) => name),
    findings: lines.flatMap(({ findings }) => findings),
  });
  if (only === undefined) {
    await tx
      .sql('ledger_checks')
      .insert({ environment_id: tx.environment.id, through_id: settled.settled_id, checked_at: tx.wallNow })
      .onConflict('environment_id')
      .merge();
  }
  return { lines, waiting: seals?.waiting ?? 0 };
}

async function checkInvariants(tx: Tx, checked: readonly CheckedInvariant[]): Promise<CheckedLine[]> {
  const concerned = await concernedByBreaches(
    tx,
    checked.flatMap(({ broken }) => broken),
  );
  return checked.map(({ name, checked: count, broken }) => ({
    name,
    checked: count,
    findings: broken.map(({ subject, currency, actual, expected }) => ({
      invariant: name,
      subject,
      finding: `${actual} ${currency}, not ${expected}`,
      concernedId: concerned(subject),
    })),
  }));
}

async function checkSealed(tx: Tx): Promise<{ line: CheckedLine; waiting: number }> {
  const { transfers, unsealed, broken } = await checkSeals(tx);
  const findings: Finding[] = [];
  for (const fault of broken) {
    const { seal, transferId } = fault;
    findings.push({
      invariant: sealsInvariant,
      subject: transferId === null ? `seal ${seal}` : `transfer ${transferId} in seal ${seal}`,
      finding: fault.fault,
      concernedId: await concernedByFault(tx, fault),
    });
  }
  return { line: { name: sealsInvariant, checked: transfers, findings }, waiting: unsealed };
}

/**
 * The environments to check by night: live, whose other tables change without transfers too, and each sandbox in which
 * something was posted since its last check.
 */
export async function findUncheckedEnvironments({
  db,
  clock,
}: Pick<TxHost, 'db' | 'clock'>): Promise<string[]> {
  const { rows } = await db.raw<{ rows: { id: string }[] }>(
    `select e.id from environments e left join ledger_checks c on c.environment_id = e.id
     where (e.expires_at is null or e.expires_at > ?)
       and (e.kind = 'live' or exists (
         select from ledger_transfers t where t.environment_id = e.id and t.id > coalesce(c.through_id, 0)))
     order by e.id`,
    [clock.now()],
  );
  return rows.map(({ id }) => id);
}

/**
 * Environments in which an alarm waits for a check, with the invariants of which an operator said that they hold again, or
 * was not told yet, because the command line raised it.
 */
export async function findWaitingAlarms({
  db,
  clock,
}: Pick<TxHost, 'db' | 'clock'>): Promise<{ environmentId: string; invariants: string[] }[]> {
  const { rows } = await db.raw<{ rows: { environment_id: string; invariants: string[] }[] }>(
    `select a.environment_id,
       coalesce(array_agg(distinct a.invariant) filter (where a.resolved_at is not null), '{}') as invariants
     from ledger_alarms a join environments e on e.id = a.environment_id
     where (a.ended_at is null and a.resolved_at is not null or a.told_at is null)
       and (e.expires_at is null or e.expires_at > ?)
     group by a.environment_id order by a.environment_id`,
    [clock.now()],
  );
  return rows.map(({ environment_id: environmentId, invariants }) => ({ environmentId, invariants }));
}
