import { GatewayError } from '../../../lib/errors.ts';
import type { Tx } from '../../../lib/tx.ts';
import type { AuditedAction } from '../../../operators/audit.ts';
import type { PolicyChange } from '../../../pay-score/policy-changes/changes.ts';
import { approvePolicy, refusePolicy } from '../../../pay-score/policy-changes/decide.ts';
import { policyFields } from '../../../pay-score/policy-changes/faults.ts';
import { proposePolicy } from '../../../pay-score/policy-changes/propose.ts';
import { field } from '../../forms.ts';
import type { ConsoleAction, Done } from '../act.ts';
import { audit } from '../input.ts';
import { consolePath } from '../paths.ts';
import type { SaidCode } from '../texts/en.ts';
import { inConsole } from '../visit.ts';
import { readPolicy, type WrittenPolicy } from './fields.ts';

/** An operator proposes other figures and says why. */
export function proposeChange(action: ConsoleAction): Promise<Done> {
  const { visit, req } = action;
  const written = Object.fromEntries(
    policyFields.map((name) => [name, field(req, name).slice(0, 200)]),
  ) as WrittenPolicy;
  const read = readPolicy(written);
  if ('malformed' in read)
    return Promise.resolve({ to: consolePath(visit.environment.id, 'policy'), said: 'policy_malformed' });
  const operatorId = visit.operator.id;
  return run(action, 'policy_proposed', async (tx) => ({
    done: 'policy_proposed',
    change: await proposePolicy(tx, { policy: read.policy, note: field(req, 'note'), operatorId }),
  }));
}

/** Another one puts them in force. */
export function approveChange(action: ConsoleAction): Promise<Done> {
  return run(action, 'policy_approved', async (tx) => ({
    done: 'policy_approved',
    change: await approvePolicy(tx, ofAction(action)),
  }));
}

/** Somebody says no, or takes back what they have proposed. */
export function refuseChange(action: ConsoleAction): Promise<Done> {
  return run(action, 'policy_refused', async (tx) => {
    const change = await refusePolicy(tx, ofAction(action));
    return { done: change.status === 'withdrawn' ? 'policy_withdrawn' : 'policy_refused', change };
  });
}

function ofAction({ visit, req }: ConsoleAction): { changeId: string; operatorId: string } {
  return { changeId: String(req.params.changeId), operatorId: visit.operator.id };
}

/** Policies belong to the wall's time, so they can be decided about while a sandbox's clock moves. */
async function run(
  { context, visit }: ConsoleAction,
  said: SaidCode,
  work: (tx: Tx) => Promise<{ done: AuditedAction; change: PolicyChange }>,
): Promise<Done> {
  const to = consolePath(visit.environment.id, 'policy');
  try {
    await inConsole(
      context,
      visit,
      async (tx) => {
        const { done, change } = await work(tx);
        await audit(tx, visit, done, { objectId: change.id, details: { version: change.version } });
      },
      'read',
    );
    return { to, said };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    if (error.code === 'state_conflict') return { to, said: 'policy_conflict' };
    if (error.code === 'validation_failed') return { to, said: 'policy_malformed' };
    throw error;
  }
}
