import type { TxHost, TxOptions, Tx } from '../lib/tx.ts';
import { transact } from '../lib/tx.ts';
import { findExpiringOrders, tellExpiring } from '../orders/expiring.ts';
import { expireOrder, findExpiredOrders } from '../orders/void.ts';
import { fallDue, findDuePlans } from '../repayments/due.ts';
import { closeSettlement, findUnsettled } from '../settlement/settlements.ts';

/** What business time does by itself to each object that it finds. Both read `tx.now`; `pass` may run twice. */
type Sweep<Found> = { find: (tx: Tx) => Promise<Found[]>; pass: (tx: Tx, found: Found) => Promise<void> };

/**
 * Runs every sweep of an environment at its present business time. Live time runs it by cron, a sandbox when its clock
 * is advanced. Safe to repeat and to run in two processes at once.
 */
export async function closeBusinessDay(
  host: TxHost,
  input: { environmentId: string; access: NonNullable<TxOptions['access']> },
): Promise<void> {
  const options: TxOptions = { ...input, actor: { kind: 'system', id: 'close-business-day' } };
  await sweep(host, options, { find: findExpiredOrders, pass: expireOrder });
  await sweep(host, options, { find: findExpiringOrders, pass: tellExpiring });
  await sweep(host, options, { find: findDuePlans, pass: fallDue });
  await sweep(host, options, { find: findUnsettled, pass: closeSettlement });
}

/**
 * Each object has a transaction of its own: nobody waits at the till while all shoppers' installments fall due, and one
 * that fails holds up no other. The first failure is thrown when all have been tried.
 */
async function sweep<Found>(host: TxHost, options: TxOptions, { find, pass }: Sweep<Found>): Promise<void> {
  const failures: unknown[] = [];
  for (const found of await transact(host, options, find)) {
    await transact(host, options, (tx) => pass(tx, found)).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}
