import { acknowledgeAlarm } from '../../../fraud/watch/alarms.ts';
import type { ConsoleAction, Done } from '../act.ts';
import { audit } from '../input.ts';
import { consolePath } from '../paths.ts';
import { inConsole } from '../visit.ts';

/** Somebody has seen to an alarm. */
export async function acknowledge({ context, visit, req }: ConsoleAction): Promise<Done> {
  const alarmId = String(req.params.alarmId);
  await inConsole(
    context,
    visit,
    async (tx) => {
      await acknowledgeAlarm(tx, { alarmId, acknowledgedBy: visit.operator.id });
      await audit(tx, visit, 'alarm_acknowledged', { objectId: alarmId });
    },
    'read',
  );
  return { to: consolePath(visit.environment.id, 'alarms'), said: 'alarm_acknowledged' };
}
