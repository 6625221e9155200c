import type { Context } from '../context.ts';
import { runChallengers } from '../pay-score/challenger/run-challengers.ts';

/** Lets the challengers of every environment score new decisions. One that fails is logged and holds up no other. */
export async function scoreInShadow(context: Pick<Context, 'db' | 'clock' | 'vault' | 'log'>): Promise<void> {
  const rows = await context
    .db<{ environment_id: string; retired_at: Date | null }>('challengers')
    .whereNull('retired_at')
    .distinct('environment_id');
  for (const { environment_id: environment } of rows) {
    await runChallengers(context, environment).catch((error: unknown) =>
      context.log.warn({ err: error, environment }, 'challengers were left out'),
    );
  }
}
