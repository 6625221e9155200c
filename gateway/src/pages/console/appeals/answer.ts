import { decideAppeal, grantDays } from '../../../appeals/decide.ts';
import { GatewayError, type ProblemCode } from '../../../lib/errors.ts';
import { field } from '../../forms.ts';
import type { ConsoleAction, Done } from '../act.ts';
import { audit } from '../input.ts';
import { consolePath } from '../paths.ts';
import type { SaidCode } from '../texts/en.ts';
import { inConsole } from '../visit.ts';

const saidOf: { [code in ProblemCode]?: SaidCode } = {
  state_conflict: 'appeal_over',
  validation_failed: 'appeal_malformed',
};

/** Answers an appeal with a note that the shopper reads; upheld unless the form says granted. */
export async function answerAppeal({ context, visit, req }: ConsoleAction): Promise<Done> {
  const appealId = String(req.params.appealId);
  const outcome = field(req, 'outcome') === 'granted' ? ('granted' as const) : ('upheld' as const);
  const untilDays = field(req, 'days') === '' ? grantDays : Number(field(req, 'days'));
  const to = `${consolePath(visit.environment.id, 'appeals')}/${appealId}`;
  try {
    await inConsole(context, visit, async (tx) => {
      await decideAppeal(tx, {
        appealId,
        operatorId: visit.operator.id,
        outcome,
        note: field(req, 'note'),
        grant: { untilDays },
      });
      await audit(tx, visit, 'appeal_decided', { objectId: appealId, details: { outcome } });
    });
    return { to, said: 'appeal_decided' };
  } catch (error) {
    const said = error instanceof GatewayError ? saidOf[error.code] : undefined;
    if (!said) throw error;
    return { to, said };
  }
}
