import type { TxHost, TxOptions, Tx } from '../lib/tx.ts';
import { transact } from '../lib/tx.ts';
import { expireOrders } from '../orders/void.ts';
import { fallDue } from '../repayments/due.ts';
import { closeSettlements } from '../settlement/settlements.ts';

/** What business time does by itself, in this order. Each reads `tx.now` and may run twice. */
const sweeps: readonly ((tx: Tx) => Promise<number>)[] = [expireOrders, fallDue, closeSettlements];

/**
 * Runs every sweep of an environment at its present business time, each in a transaction of its own. Live time runs
 * it by cron, a sandbox when its clock is advanced. Safe to repeat and to run in two processes at once.
 */
export async function closeBusinessDay(
  host: TxHost,
  input: { environmentId: string; access: NonNullable<TxOptions['access']> },
): Promise<void> {
  const options: TxOptions = { ...input, actor: { kind: 'system', id: 'close-business-day' } };
  for (const sweep of sweeps) await transact(host, options, sweep);
}
