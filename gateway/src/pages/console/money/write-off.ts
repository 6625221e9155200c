import { GatewayError } from '../../../lib/errors.ts';
import type { Tx } from '../../../lib/tx.ts';
import {
  askWriteOff,
  endWriteOff,
  longestWriteOffNote,
  type WriteOff,
} from '../../../settlement/write-offs.ts';
import { field } from '../../forms.ts';
import type { AuditedAction } from '../../../operators/audit.ts';
import type { ConsoleAction, Done } from '../act.ts';
import { audit } from '../input.ts';
import { consolePath } from '../paths.ts';
import type { SaidCode } from '../texts/en.ts';
import { inConsole } from '../visit.ts';

/** An operator asks that what a merchant owes be given up, and says why. */
export function askToWriteOff(action: ConsoleAction): Promise<Done> {
  const { visit, req } = action;
  const note = field(req, 'note').trim();
  const amount = field(req, 'amount');
  if (note === '' || note.length > longestWriteOffNote || !/^\d{1,18}$/.test(amount))
    return Promise.resolve({ to: moneyPath(action), said: 'write_off_malformed' });
  return run(action, 'write_off_asked', (tx) =>
    askWriteOff(tx, {
      merchantId: String(req.params.merchantId),
      currency: field(req, 'currency'),
      amount: BigInt(amount),
      note,
      operatorId: visit.operator.id,
    }),
  );
}

/** Another one gives it up. */
export const doWriteOff = (action: ConsoleAction): Promise<Done> => end(action, 'done', 'write_off_done');

/** Somebody says that it is not given up. */
export const refuseWriteOff = (action: ConsoleAction): Promise<Done> =>
  end(action, 'refused', 'write_off_refused');

function end(action: ConsoleAction, how: 'done' | 'refused', said: 'write_off_done' | 'write_off_refused') {
  const { visit, req } = action;
  return run(action, said, (tx) =>
    endWriteOff(tx, { writeOffId: String(req.params.writeOffId), operatorId: visit.operator.id, end: how }),
  );
}

const moneyPath = ({ visit }: ConsoleAction): string => consolePath(visit.environment.id, 'money');

/** What is done is kept under the name by which it is told. */
async function run(
  action: ConsoleAction,
  said: AuditedAction & SaidCode,
  work: (tx: Tx) => Promise<WriteOff>,
): Promise<Done> {
  const { context, visit } = action;
  const to = moneyPath(action);
  try {
    await inConsole(context, visit, async (tx) => {
      const { id, merchantId, amount, currency } = await work(tx);
      const details = { merchant: merchantId, amount: String(amount), currency };
      await audit(tx, visit, said, { objectId: id, details });
    });
    return { to, said };
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'state_conflict') throw error;
    return { to, said: 'write_off_impossible' };
  }
}
