import { expect } from 'vitest';
import { account } from '../../src/ledger/accounts.ts';
import { balance } from '../../src/ledger/balances.ts';
import { sum } from '../../src/lib/money.ts';
import { positionOn } from '../../src/plans/position.ts';
import { refundEffect } from '../../src/plans/refund-effect.ts';
import { type PlanEntry, scheduleOf } from '../../src/plans/schedule.ts';
import { statusOf } from '../../src/plans/status.ts';
import type { PlanSnapshot } from '../../src/plans/snapshot.ts';
import { listInstallments } from '../../src/repayments/installments.ts';
import { readLog } from '../../src/repayments/log.ts';
import { findPlan, todayOf } from '../../src/repayments/plans.ts';
import type { Shop } from './shop.ts';

/**
 * Fails unless a plan's rows are what its snapshot and its log say, and the principal in the ledger is what was captured
 * less what refunds took off and what was repaid of it.
 */
export async function expectPlanFollowsLog(shop: Shop, planId: string): Promise<void> {
  await shop.inTx(async (tx) => {
    const plan = await findPlan(tx, { planId });
    const log = await readLog(tx, planId);
    const today = todayOf(tx, plan);
    const rows = await listInstallments(tx, planId);
    const schedule = scheduleOf(plan.snapshot, log);
    const expected = schedule.map((item) => ({
      ...item,
      id: expect.any(String),
      status: statusOf(item, today),
    }));
    expect(rows).toEqual(expected);

    const repaid = await tx
      .sql('repayment_allocations')
      .where({ environment_id: tx.environment.id, plan_id: planId })
      .sum<{ sum: string | null }>('principal')
      .first();
    const owed = principalByLog(plan.snapshot, log) - BigInt(repaid?.sum ?? 0);
    expect(positionOn(plan.snapshot, log, today).principal).toBe(owed);
    const isOff = log.some(({ kind }) => kind === 'charge_off');
    const inLedger = await balance(tx, account('principal', planId, plan.funderId), plan.currency);
    expect(inLedger).toBe(isOff ? 0n : owed);
  }, 'read');
}

/** What was captured less what refunds took off. */
function principalByLog(snapshot: PlanSnapshot, log: readonly PlanEntry[]): bigint {
  return sum(
    log.map((entry, index) => {
      if (entry.kind === 'capture') return entry.amount;
      if (entry.kind !== 'refund') return 0n;
      const { principalOff, interestToPrincipal } = refundEffect(snapshot, log.slice(0, index), entry);
      return -principalOff - interestToPrincipal;
    }),
  );
}
