import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { requireLevelThree } from '../shoppers/step-up.ts';

/** By what a shopper has proved who they are: the session in which they did, or that they are a sandbox's test person. */
export type Proof = { sessionId: Id<'sse'> } | 'test_person';

/** @throws GatewayError `step_up_required` unless the open session is at level three; sandboxes' owners act for their test persons. */
export async function requireProof(tx: Tx, proof: Proof): Promise<void> {
  if (proof === 'test_person' && tx.environment.kind === 'sandbox') return;
  if (proof === 'test_person') throw new Error('there are no test persons in live');
  await requireLevelThree(tx, proof.sessionId);
}
