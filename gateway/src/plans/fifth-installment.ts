import type { CalendarDate } from '../lib/dates.ts';
import { mostInstallments, rulesFor } from './markets.ts';
import { type PlanEntry, scheduleOf } from './schedule.ts';
import type { PlanSnapshot } from './snapshot.ts';

/**
 * Whether a capture of `amount` of credit on `onDate` would stretch an interest-free plan over more installments than may
 * be asked for without what was not shown before consent: in the US the fifth one (12 CFR 1026.2(a)(17)). Such a capture is
 * refused. Plans without a market were agreed to before there were such rules.
 */
export function needsFifthInstallment(
  snapshot: PlanSnapshot,
  log: readonly PlanEntry[],
  capture: { amount: bigint; onDate: CalendarDate },
): boolean {
  if (snapshot.market === undefined) return false;
  const most = mostInstallments(rulesFor(snapshot.market, snapshot.agreed_on), {
    installments: snapshot.installments.length,
    interestFree: snapshot.finance_charge === 0,
  });
  const after = scheduleOf(snapshot, [...log, { kind: 'capture', ...capture }]);
  return most !== null && after.length > most;
}
