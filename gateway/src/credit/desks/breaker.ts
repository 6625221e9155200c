import { addMs, minuteMs } from '../../lib/dates.ts';
import { GatewayError } from '../../lib/errors.ts';
import type { Tx } from '../../lib/tx.ts';

type DeskRow = {
  environment_id: string;
  funder_id: string;
  kind: 'sandbox' | 'http';
  failures: number;
  resting_until: Date | null;
};

/** After so many questions in a row without an answer a desk rests, and the funder is passed over. */
const failuresBeforeRest = 3;
const restMs = minuteMs;

/** Gives a funder of a sandbox a service of its own, which has to accept each plan. It has one already: nothing. */
export async function openDesk(tx: Tx, funderId: string): Promise<void> {
  if (tx.environment.kind !== 'sandbox') {
    throw new GatewayError('state_conflict', {
      detail: 'In live a funder’s service lies at an address: npm run funder -- desk set <funder> <url>.',
    });
  }
  await tx
    .sql<DeskRow>('funder_desks')
    .insert({ environment_id: tx.environment.id, funder_id: funderId, kind: 'sandbox' })
    .onConflict(['environment_id', 'funder_id'])
    .ignore();
}

/** The funder is asked no more: it carries what its terms say. */
export async function closeDesk(tx: Tx, funderId: string): Promise<void> {
  await desks(tx, [funderId]).delete();
}

/** The ids of the funders that have a service of their own. */
export async function listDesks(tx: Tx): Promise<ReadonlySet<string>> {
  const ids = await tx
    .sql<DeskRow>('funder_desks')
    .where({ environment_id: tx.environment.id })
    .pluck('funder_id');
  return new Set(ids);
}

/**
 * One question tries a desk whose rest is over, and while it waits for its answer the desk rests for all others: what hangs
 * slows one checkout, not every one.
 */
export async function tryAgain(tx: Tx, funderIds: readonly string[]): Promise<void> {
  await desks(tx, funderIds)
    .where('failures', '>=', failuresBeforeRest)
    .where('resting_until', '<=', tx.wallNow)
    .update({ resting_until: addMs(tx.wallNow, restMs) });
}

/** Counts the questions in a row to which a desk had no answer. One that answers writes nothing, unless it had failed. */
export async function countAnswer(
  tx: Tx,
  { funderId, answered }: { funderId: string; answered: boolean },
): Promise<void> {
  if (answered) {
    await desks(tx, [funderId]).where('failures', '>', 0).update({ failures: 0, resting_until: null });
    return;
  }
  await desks(tx, [funderId]).update({
    failures: tx.sql.raw('failures + 1'),
    resting_until: tx.sql.raw('case when failures + 1 >= ? then ?::timestamptz end', [
      failuresBeforeRest,
      addMs(tx.wallNow, restMs),
    ]),
  } as never);
}

function desks(tx: Tx, funderIds: readonly string[]) {
  return tx
    .sql<DeskRow>('funder_desks')
    .where({ environment_id: tx.environment.id })
    .whereIn('funder_id', funderIds);
}
