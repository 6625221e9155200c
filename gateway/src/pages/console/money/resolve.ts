import { resolveLedgerAlarm } from '../../../ledger/alarms.ts';
import { field } from '../../forms.ts';
import type { ConsoleAction, Done } from '../act.ts';
import { audit } from '../input.ts';
import { consolePath } from '../paths.ts';
import { inConsole } from '../visit.ts';
import { longestNote } from './alarms.tsx';

/** An operator has seen to an alarm of the books, and says how. */
export async function resolveAlarm({ context, visit, req }: ConsoleAction): Promise<Done> {
  const alarmId = String(req.params.alarmId);
  const note = field(req, 'note').trim();
  const to = consolePath(visit.environment.id, 'money');
  if (note === '' || note.length > longestNote) return { to, said: 'ledger_alarm_malformed' };
  await inConsole(
    context,
    visit,
    async (tx) => {
      await resolveLedgerAlarm(tx, { alarmId, operatorId: visit.operator.id, note });
      await audit(tx, visit, 'ledger_alarm_resolved', { objectId: alarmId });
    },
    'read',
  );
  return { to, said: 'ledger_alarm_resolved' };
}
