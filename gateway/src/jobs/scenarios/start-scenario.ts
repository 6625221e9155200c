import type { Context } from '../../context.ts';
import { findLastSequence } from '../../events/feed.ts';
import { type Actor, transact } from '../../lib/tx.ts';
import { requireSandbox } from './arrange-fault.ts';
import { carryOn } from './carry-on.ts';
import type { ScenarioDocument } from './document.ts';
import { type ScenarioRun, storeRun } from './runs.ts';

/** A request waits for a run so long; after that the worker goes on with it. */
const withinMs = 6_000;

/**
 * Runs a scenario for a new test shopper of the merchant, as far as it comes while a request may wait, and returns it as
 * it then is. Everything in it happens by the operations that shops, pages and sweeps use. Errors: `not_found` in live,
 * `clock_moving`.
 */
export async function startScenario(
  context: Context,
  input: {
    environmentId: string;
    merchantId: string;
    actor: Actor;
    /** Names the request: sent twice, it runs once. */
    request: string;
    document: ScenarioDocument;
  },
): Promise<ScenarioRun> {
  const { environmentId, merchantId, actor, document, request } = input;
  const { run, isNew } = await transact(context, { environmentId, actor }, async (tx) => {
    requireSandbox(tx);
    const lastSequence = await findLastSequence(tx, merchantId);
    return storeRun(tx, { merchantId, request, document, lastSequence });
  });
  return isNew ? carryOn(context, run, AbortSignal.timeout(withinMs)) : run;
}
