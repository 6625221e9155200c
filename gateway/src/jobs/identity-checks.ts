import type { Context } from '../context.ts';
import { poll, type PollOptions } from '../events/poll.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import { transact, type TxOptions } from '../lib/tx.ts';
import type { HostedCheck, HostedIdentity } from '../processor/identity-port.ts';
import {
  type CheckEnd,
  type DueCheck,
  type IdentityCheck,
  settleIdentityCheck,
  takeDueChecks,
} from '../shoppers/identity-checks.ts';

const atOnce = 20;

/** How a check stands: still at the provider, or over, as it was kept. */
export type Looked =
  | Extract<HostedCheck, { status: 'open' | 'processing' }>
  | ({ status: 'over' } & { kept: Pick<IdentityCheck, 'status' | 'code' | 'settledAt'> });

/**
 * Looks a check up at its provider, outside of any transaction, and keeps how it ended. Whoever looks first keeps it, and
 * whoever looks again finds what was kept. Throws `unavailable` when the provider does not answer.
 */
export async function lookAtCheck(
  context: Context,
  hosted: HostedIdentity,
  input: { environmentId: string; checkId: Id<'idc'>; reference: string },
): Promise<Looked> {
  const { environmentId, checkId, reference } = input;
  const check = await hosted.lookUp(reference);
  if (check.status === 'open' || check.status === 'processing') return check;
  const end = endOf(hosted.name, reference, check);
  return { status: 'over', kept: await settle(context, { environmentId, checkId, end }) };
}

function endOf(
  provider: string,
  reference: string,
  check: Exclude<HostedCheck, { status: 'open' | 'processing' }>,
): CheckEnd {
  if (check.status !== 'verified') return check;
  const { name, number, birthDate } = check;
  return { status: 'verified', identity: { name, nationalId: { number, birthDate }, provider, reference } };
}

function settle(
  context: Context,
  { environmentId, ...input }: { environmentId: string; checkId: Id<'idc'>; end: CheckEnd },
): ReturnType<typeof settleIdentityCheck> {
  const options: TxOptions = { environmentId, actor: { kind: 'system', id: 'identity' } };
  return transact(context, options, (tx) => settleIdentityCheck(tx, input));
}

/**
 * Looks at the checks that nobody came back from, or that the provider has news of; a day after its beginning one is over.
 * Returns how many were looked at.
 */
export async function lookAtDueChecks(context: Context): Promise<number> {
  const { hostedIdentity } = context;
  if (!hostedIdentity) return 0;
  const due = await takeDueChecks(context, atOnce);
  for (const check of due) await lookAtDue(context, hostedIdentity, check);
  return due.length;
}

async function lookAtDue(context: Context, hosted: HostedIdentity, check: DueCheck): Promise<void> {
  const { environmentId, checkId, reference, isOver } = check;
  try {
    const looked =
      reference === null ? undefined : await lookAtCheck(context, hosted, { ...check, reference });
    if (!isOver || looked?.status === 'over') return;
    await settle(context, { environmentId, checkId, end: { status: 'ended' } });
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    // It is looked at again in an hour.
    context.log.warn({ check: checkId, reason: reasonOf(error) }, 'an identity check was not looked up');
  }
}

function reasonOf({ cause, message }: GatewayError): string {
  return cause instanceof Error ? cause.message : message;
}

/** Does so until the signal. Every process may run it. */
export function runIdentityChecks(context: Context, options: PollOptions): Promise<void> {
  return poll(context.log, 'identity_checks', options, () => lookAtDueChecks(context));
}
