import { GatewayError } from '../../lib/errors.ts';
import { transact } from '../../lib/tx.ts';
import { liveEnvironmentId } from '../../merchants/environments.ts';
import { countSignIn } from '../../passkeys/sign-in-limit.ts';
import type { StaffKind } from '../../passkeys/staff.ts';
import type { PagesContext } from '../context.ts';
import { pagesActor } from '../page-visit.ts';

/** Counts a try to sign in, whatever comes of it; undefined where it may go on, else why it may not. */
export async function countTry(
  context: PagesContext,
  kind: StaffKind,
  from: { address: string; credential: string },
): Promise<'limited' | 'refused' | undefined> {
  try {
    const options = { environmentId: liveEnvironmentId, actor: pagesActor };
    const counted = await transact(context, options, (tx) => countSignIn(tx, kind, from));
    return counted === 'counted' ? undefined : 'refused';
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'rate_limited') return 'limited';
    throw error;
  }
}
