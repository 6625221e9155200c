import { retireChallenger } from '../../pay-score/challenger/retire.ts';
import type { ConsoleAction, Done } from './act.ts';
import { audit } from './input.ts';
import { consolePath } from './paths.ts';
import { inConsole } from './visit.ts';

/** Ends a challenger, which decides nothing, so nobody else has to agree. */
export async function retire({ context, visit, req }: ConsoleAction): Promise<Done> {
  const hash = String(req.params.hash);
  await inConsole(
    context,
    visit,
    async (tx) => {
      await retireChallenger(tx, { hash });
      await audit(tx, visit, 'challenger_retired', { objectId: hash });
    },
    'read',
  );
  return { to: consolePath(visit.environment.id, 'models'), said: 'challenger_retired' };
}
