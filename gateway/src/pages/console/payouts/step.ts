import { GatewayError } from '../../../lib/errors.ts';
import type { Tx } from '../../../lib/tx.ts';
import type { AuditedAction } from '../../../operators/audit.ts';
import { approvePayout, releasePayout } from '../../../settlement/release-payout.ts';
import type { ConsoleAction, Done } from '../act.ts';
import { audit } from '../input.ts';
import { consolePath } from '../paths.ts';
import type { SaidCode } from '../texts/en.ts';
import { inConsole } from '../visit.ts';

type Step = {
  work: (tx: Tx, input: { payoutId: string; operatorId: string }) => Promise<unknown>;
  action: AuditedAction;
  said: SaidCode;
};

/** The first of two operators says that a held payout may go. */
export const approve = take({
  work: approvePayout,
  action: 'payout_approved',
  said: 'payout_approved',
});

/** The second one lets it go. */
export const release = take({
  work: releasePayout,
  action: 'payout_released',
  said: 'payout_released',
});

function take({ work, action, said }: Step): (input: ConsoleAction) => Promise<Done> {
  return async ({ context, visit, req }) => {
    const payoutId = String(req.params.payoutId);
    const to = consolePath(visit.environment.id, 'payouts');
    try {
      await inConsole(context, visit, async (tx) => {
        await work(tx, { payoutId, operatorId: visit.operator.id });
        await audit(tx, visit, action, { objectId: payoutId });
      });
      return { to, said };
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code !== 'state_conflict') throw error;
      return { to, said: 'payout_refused' };
    }
  };
}
