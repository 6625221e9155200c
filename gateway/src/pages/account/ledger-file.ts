import { proofOf } from '../../ledger/seals/proof.ts';
import type { Tx } from '../../lib/tx.ts';
import { findPlan } from '../../repayments/plans.ts';
import { listRepayments } from '../../repayments/repayments.ts';
import type { AccountFile, FileInput } from './download.ts';

/** What a plan's repayments moved in the sealed ledger, for its shopper: `morrow verify` reads it. */
export async function ledgerFile(tx: Tx, { visit, planId, keysUrl }: FileInput): Promise<AccountFile> {
  const plan = await findPlan(tx, { planId, shopperId: visit.shopper.id });
  const repayments = await listRepayments(tx, plan.id);
  const proof = await proofOf(tx, { subjectIds: repayments.map(({ id }) => id) });
  const content = { object: 'ledger_proof', plan_id: planId, keys_url: keysUrl, ...proof };
  return {
    name: `morrow-${planId}-ledger.json`,
    type: 'application/json; charset=utf-8',
    content: `${JSON.stringify(content, null, 2)}\n`,
  };
}
