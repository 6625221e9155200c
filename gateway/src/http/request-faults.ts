import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { type Fault, type FaultKind, hasFaults, takeFault } from '../faults/faults.ts';
import { addMs } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import { liveEnvironmentId } from '../merchants/environments.ts';
import type { RequestMerchant, Route } from './route.ts';

const requestFaults = [
  'api_unavailable',
  'api_rate_limited',
  'api_answer_lost',
  'api_slow_answer',
] as const satisfies FaultKind[];

/** Longer than the 10 s that the SDK waits for an answer. */
const slowMs = 12_000;

/** How long it may take until a process hears of a fault, so that most requests are not one query longer for it. */
const knownForMs = 1_000;
const mostKnown = 1_000;

/**
 * What is to go wrong with this request of a sandbox's merchant, counted as having happened: it is refused before anything
 * is done, or `after` its work the answer is kept back. Requests that steer the sandbox are spared, or no fault
 * could be cleared.
 *
 * @throws GatewayError `unavailable` or `rate_limited`, where that was asked for.
 */
export type MeetFault = (
  route: Route,
  merchant: RequestMerchant | undefined,
) => Promise<{ after: 'lost' | 'slow' } | undefined>;

/** One for a process: it remembers for a second which sandboxes have nothing planted. */
export function meetFaults(context: Context): MeetFault {
  const untroubled = new Map<string, Date>();

  async function isTroubled(environmentId: string): Promise<boolean> {
    const now = context.clock.now();
    const until = untroubled.get(environmentId);
    // A clock that was put back must not make it last.
    if (until && until > now && addMs(now, knownForMs) >= until) return false;
    if (await hasFaults(context.db, { environmentId, kinds: requestFaults })) return true;
    if (untroubled.size >= mostKnown) untroubled.clear();
    untroubled.set(environmentId, addMs(now, knownForMs));
    return false;
  }

  return async (route, merchant) => {
    if (!merchant || merchant.environmentId === liveEnvironmentId) return undefined;
    const { environmentId } = merchant;
    if (route.scope === 'sandbox') {
      // It may be the one that plants a fault, which this process then knows of at once.
      untroubled.delete(environmentId);
      return undefined;
    }
    if (!(await isTroubled(environmentId))) return undefined;
    const fault = await context.db.transaction((sql) =>
      takeFault(sql, { environmentId, kinds: requestFaults }),
    );
    return fault && effectOf(fault);
  };
}

function effectOf({ kind }: Fault): { after: 'lost' | 'slow' } {
  const detail = 'A fault of this sandbox made it so.';
  const hint = 'Send the same request again, with the same Idempotency-Key.';
  if (kind === 'api_unavailable')
    throw new GatewayError('unavailable', { detail, hint, retryAfterSeconds: 1 });
  if (kind === 'api_rate_limited')
    throw new GatewayError('rate_limited', { detail, hint, retryAfterSeconds: 1 });
  return { after: kind === 'api_answer_lost' ? 'lost' : 'slow' };
}

/** Waits as long as an answer that comes too late; whoever asked may be gone by then. */
export const waitForSlowAnswer = (): Promise<void> => sleep(slowMs, undefined, { ref: false });
