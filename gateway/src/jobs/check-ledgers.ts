import type { Context } from '../context.ts';
import { takeUntoldAlarms } from '../ledger/alarms.ts';
import { checkLedger, findUncheckedEnvironments, findWaitingAlarms } from '../ledger/check-ledger.ts';
import { transact } from '../lib/tx.ts';

type Host = Pick<Context, 'db' | 'clock' | 'vault' | 'log'>;

/**
 * The nightly check of every invariant: of live, and of each sandbox that has posted since its last one. By the wall's
 * clock alone: it reads everything, which a sandbox that passes a year of dates must not do at each.
 */
export async function checkLedgers(host: Host): Promise<void> {
  for (const environmentId of await findUncheckedEnvironments(host)) await checkOne(host, { environmentId });
}

/**
 * What operators have resolved ends when a check finds that it holds, and what the command line found is told: neither must
 * wait for the night.
 */
export async function recheckLedgers(host: Host): Promise<void> {
  for (const { environmentId, invariants } of await findWaitingAlarms(host))
    await checkOne(host, { environmentId, only: invariants });
}

/** A check that fails says nothing about the books, and holds up no other environment's. */
async function checkOne(
  host: Host,
  { environmentId, only }: { environmentId: string; only?: readonly string[] },
): Promise<void> {
  const actor = { kind: 'system', id: 'check-ledgers' } as const;
  try {
    // A check changes no business, so it need not wait for a clock that moves.
    const alarms = await transact(host, { environmentId, actor, access: 'read' }, async (tx) => {
      await checkLedger(tx, only && { only });
      return takeUntoldAlarms(tx);
    });
    for (const { id, invariant, subject, finding, concernedId } of alarms)
      host.log.error(
        { alarm: id, environment: environmentId, invariant, subject, finding, concerned: concernedId },
        'ledger alarm',
      );
  } catch (error) {
    host.log.error({ err: error, environment: environmentId }, 'the books could not be checked');
  }
}
