import { acknowledgeAlarm } from '../../../fraud/watch/alarms.ts';
import { acknowledgeLink } from '../../../shoppers/links/links.ts';
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

/** Somebody has seen to what a shopper bought from a merchant with whom they are linked. */
export async function acknowledgeLinkFromConsole({ context, visit, req }: ConsoleAction): Promise<Done> {
  const linkId = String(req.params.linkId);
  await inConsole(
    context,
    visit,
    async (tx) => {
      await acknowledgeLink(tx, { linkId, acknowledgedBy: visit.operator.id });
      await audit(tx, visit, 'link_acknowledged', { objectId: linkId });
    },
    'read',
  );
  return { to: consolePath(visit.environment.id, 'alarms'), said: 'link_acknowledged' };
}
